// SPDX-License-Identifier: GPL-2.0-only
/*
 * PROG_ATTACH and PROG_DETACH of bare programs: every error number, the order
 * in which errors are looked for, positions, replacement, revisions and the
 * limit of 63. Everything is done on both ends of a pair.
 */
#include "../lib/nk.h"

static int dev, peer, ghost = 0x7ffffff0;
static int link_fd_other, map_fd, null_fd, xdp_fd, sock_fd;
static struct nk_prog p[8];

static const char *end_name(int type)
{
	return type == NK_PRIMARY ? "primary" : "peer";
}

/* Empty an end whatever it holds */
static void empty(int type)
{
	while (!nk_detach(0, dev, type))
		;
}

static void attach_errors(int type)
{
	const char *e = end_name(type);
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		if (NK_F_MASK & (1U << bit))
			continue;
		nk_is(nk_attach(p[0].fd, dev, type, .flags = 1U << bit),
		      -EINVAL, "%s: attach flag 1<<%u is refused", e, bit);
	}
	nk_is(nk_attach(NK_BAD_FD, dev, type, .flags = 1), -EINVAL,
	      "%s: flags are looked at before the program", e);
	nk_is(nk_attach(NK_BAD_FD, dev, type), -EBADF,
	      "%s: attach of no descriptor", e);
	nk_is(nk_attach(-1, dev, type), -EBADF,
	      "%s: attach of descriptor -1", e);
	nk_is(nk_attach(null_fd, dev, type), -EINVAL,
	      "%s: attach of a descriptor that is no bpf object", e);
	nk_is(nk_attach(map_fd, dev, type), -EINVAL,
	      "%s: attach of a map", e);
	nk_is(nk_attach(link_fd_other, dev, type), -EINVAL,
	      "%s: attach of a link", e);
	nk_is(nk_attach(sock_fd, dev, type), -EINVAL,
	      "%s: attach of a socket filter program", e);
	nk_is(nk_attach(xdp_fd, dev, type), -EINVAL,
	      "%s: attach of an XDP program", e);

	nk_is(nk_attach(NK_BAD_FD, ghost, type), -EBADF,
	      "%s: the program is looked at before the device", e);
	nk_is(nk_attach(p[0].fd, ghost, type), -ENODEV,
	      "%s: attach to no device", e);
	nk_is(nk_attach(p[0].fd, 0, type), -ENODEV,
	      "%s: attach to ifindex 0", e);
	nk_is(nk_attach(p[0].fd, -1, type), -ENODEV,
	      "%s: attach to ifindex 0xffffffff", e);
	nk_is(nk_attach(p[0].fd, nk_dev("lo"), type), -ENXIO,
	      "%s: attach to lo", e);
	nk_is(nk_attach(p[0].fd, nk_dev("br0"), type), -ENXIO,
	      "%s: attach to a bridge", e);
	nk_is(nk_attach(p[0].fd, peer, type), -EACCES,
	      "%s: attach through the peer", e);
	nk_is(nk_attach(p[0].fd, peer, type, .flags = NK_F_REPLACE,
			.replace_fd = NK_BAD_FD), -EACCES,
	      "%s: the device is looked at before the replaced program", e);
	nk_is(nk_attach(p[0].fd, ghost, type, .revision = 77), -ENODEV,
	      "%s: the device is looked at before the revision", e);

	nk_is(nk_attach(p[0].fd, dev, type, .flags = NK_F_REPLACE,
			.replace_fd = NK_BAD_FD), -EBADF,
	      "%s: replace no descriptor", e);
	nk_is(nk_attach(p[0].fd, dev, type, .flags = NK_F_REPLACE,
			.replace_fd = map_fd), -EINVAL,
	      "%s: replace a map", e);
	nk_is(nk_attach(p[0].fd, dev, type, .flags = NK_F_REPLACE,
			.replace_fd = xdp_fd), -EINVAL,
	      "%s: replace a program of another type", e);
	nk_is(nk_attach(p[0].fd, dev, type, .flags = NK_F_REPLACE,
			.replace_fd = NK_BAD_FD, .revision = 77), -EBADF,
	      "%s: the replaced program is looked at before the revision", e);
	nk_is(nk_attach(p[0].fd, dev, type, .flags = NK_F_REPLACE,
			.replace_fd = p[1].fd, .revision = 77), -ESTALE,
	      "%s: the revision is looked at before the position", e);
	nk_is(nk_attach(p[0].fd, dev, type, .flags = NK_F_REPLACE,
			.replace_fd = p[1].fd), -ENOENT,
	      "%s: replace on an empty end", e);
	nk_is(nk_attach(p[0].fd, dev, type, .revision = 2), -ESTALE,
	      "%s: revision 2 expected of a new end", e);
	nk_order(dev, type, 1, "the end is untouched by all that");

	nk_is(nk_attach(p[0].fd, dev, type, .revision = 1,
			.replace_fd = NK_BAD_FD), 0,
	      "%s: attach with revision 1 expected; replace_bpf_fd is ignored without REPLACE",
	      e);
	nk_is(nk_attach(p[0].fd, dev, type), -EEXIST,
	      "%s: attach the same program again", e);
	nk_is(nk_attach(p[0].fd, dev, type, .revision = 1), -ESTALE,
	      "%s: the revision is looked at before the program's presence",
	      e);
	nk_is(nk_attach(p[0].fd, dev, type, .flags = NK_F_BEFORE,
			.relative = NK_BAD_FD), -EEXIST,
	      "%s: presence is looked at before the relative object", e);
	nk_is(nk_attach(p[0].fd, dev, type, .flags = NK_F_REPLACE,
			.replace_fd = p[0].fd), -EEXIST,
	      "%s: replace a program by itself", e);
	nk_order(dev, type, 2, "one program, revision 2", p[0].id);
}

static void relative_errors(int type)
{
	static const __u32 where[] = { NK_F_BEFORE, NK_F_AFTER };
	const char *e = end_name(type);
	unsigned int i;

	for (i = 0; i < 2; i++) {
		const char *w = i ? "after" : "before";
		__u32 f = where[i];

		nk_is(nk_attach(p[1].fd, dev, type, .flags = f,
				.relative = NK_BAD_FD), -EBADF,
		      "%s: %s no descriptor", e, w);
		nk_is(nk_attach(p[1].fd, dev, type, .flags = f,
				.relative = map_fd), -EINVAL,
		      "%s: %s a map", e, w);
		nk_is(nk_attach(p[1].fd, dev, type, .flags = f,
				.relative = link_fd_other), -EINVAL,
		      "%s: %s a link without LINK", e, w);
		nk_is(nk_attach(p[1].fd, dev, type, .flags = f,
				.relative = xdp_fd), -EINVAL,
		      "%s: %s a program of another type", e, w);
		nk_is(nk_attach(p[1].fd, dev, type, .flags = f,
				.relative = p[2].fd), -ENOENT,
		      "%s: %s a program that is not there", e, w);
		nk_is(nk_attach(p[1].fd, dev, type, .flags = f | NK_F_ID,
				.relative = NK_BAD_ID), -ENOENT,
		      "%s: %s no program id", e, w);
		nk_is(nk_attach(p[1].fd, dev, type, .flags = f | NK_F_ID,
				.relative = nk_prog_id(xdp_fd)), -EINVAL,
		      "%s: %s the id of a program of another type", e, w);
		nk_is(nk_attach(p[1].fd, dev, type, .flags = f | NK_F_ID,
				.relative = p[2].id), -ENOENT,
		      "%s: %s the id of a program that is not there", e, w);
		nk_is(nk_attach(p[1].fd, dev, type, .flags = f | NK_F_LINK,
				.relative = NK_BAD_FD), -EBADF,
		      "%s: %s no link descriptor", e, w);
		nk_is(nk_attach(p[1].fd, dev, type, .flags = f | NK_F_LINK,
				.relative = p[0].fd), -EINVAL,
		      "%s: %s a program with LINK", e, w);
		nk_is(nk_attach(p[1].fd, dev, type, .flags = f | NK_F_LINK,
				.relative = link_fd_other), -ENOENT,
		      "%s: %s a link of another device", e, w);
		nk_is(nk_attach(p[1].fd, dev, type,
				.flags = f | NK_F_LINK | NK_F_ID,
				.relative = NK_BAD_ID), -ENOENT,
		      "%s: %s no link id", e, w);
		nk_is(nk_attach(p[1].fd, dev, type,
				.flags = f | NK_F_LINK | NK_F_ID,
				.relative = nk_link_id(link_fd_other)),
		      -ENOENT,
		      "%s: %s the id of a link of another device", e, w);
		nk_is(nk_attach(p[1].fd, dev, type, .flags = f,
				.relative = NK_BAD_FD, .revision = 77),
		      -ESTALE,
		      "%s: %s: the revision is looked at first", e, w);
	}
	nk_is(nk_attach(p[1].fd, dev, type, .relative = p[0].fd), -EINVAL,
	      "%s: a relative program without a position", e);
	nk_is(nk_attach(p[1].fd, dev, type, .flags = NK_F_ID,
			.relative = p[0].id), -EINVAL,
	      "%s: a relative program id without a position", e);
	nk_is(nk_attach(p[1].fd, dev, type, .flags = NK_F_LINK,
			.relative = link_fd_other), -EINVAL,
	      "%s: a relative link without a position", e);
	nk_order(dev, type, 2, "the end is untouched by all that", p[0].id);
}

static void positions(int type)
{
	const char *e = end_name(type);

	nk_is(nk_attach(p[1].fd, dev, type, .revision = 2), 0,
	      "%s: attach with the current revision", e);
	nk_order(dev, type, 3, "without a flag: last", p[0].id, p[1].id);
	nk_is(nk_attach(p[2].fd, dev, type, .flags = NK_F_BEFORE), 0,
	      "%s: attach before, no relative object", e);
	nk_order(dev, type, 4, "before nothing: first", p[2].id, p[0].id,
		 p[1].id);
	nk_is(nk_attach(p[3].fd, dev, type, .flags = NK_F_AFTER), 0,
	      "%s: attach after, no relative object", e);
	nk_order(dev, type, 5, "after nothing: last", p[2].id, p[0].id,
		 p[1].id, p[3].id);
	nk_is(nk_attach(p[4].fd, dev, type, .flags = NK_F_BEFORE,
			.relative = p[1].fd), 0,
	      "%s: attach before a program", e);
	nk_order(dev, type, 6, "before a program", p[2].id, p[0].id,
		 p[4].id, p[1].id, p[3].id);
	nk_is(nk_attach(p[5].fd, dev, type, .flags = NK_F_AFTER,
			.relative = p[2].fd), 0,
	      "%s: attach after a program", e);
	nk_order(dev, type, 7, "after a program", p[2].id, p[5].id, p[0].id,
		 p[4].id, p[1].id, p[3].id);
	nk_is(nk_attach(p[6].fd, dev, type, .flags = NK_F_BEFORE | NK_F_ID,
			.relative = p[2].id), 0,
	      "%s: attach before a program's id", e);
	nk_is(nk_attach(p[7].fd, dev, type, .flags = NK_F_AFTER | NK_F_ID,
			.relative = p[3].id, .revision = 8), 0,
	      "%s: attach after a program's id, current revision", e);
	nk_order(dev, type, 9, "before and after ids", p[6].id, p[2].id,
		 p[5].id, p[0].id, p[4].id, p[1].id, p[3].id, p[7].id);

	/* A duplicate on one end is none on the other */
	nk_order(dev, type == NK_PRIMARY ? NK_PEER : NK_PRIMARY, 0,
		 "the other end is empty");
}

static void detaching(int type)
{
	const char *e = end_name(type);

	nk_is(nk_detach(p[6].fd, dev, type, .flags = NK_F_REPLACE), -EINVAL,
	      "%s: detach with REPLACE", e);
	nk_is(nk_detach(p[6].fd, dev, type, .flags = 1), -EINVAL,
	      "%s: detach with a flag outside the mask", e);
	nk_is(nk_detach(p[6].fd, dev, type, .flags = 1U << 31), -EINVAL,
	      "%s: detach with flag 1<<31", e);
	nk_is(nk_detach(NK_BAD_FD, dev, type, .flags = 1), -EINVAL,
	      "%s: detach: flags are looked at before the program", e);
	nk_is(nk_detach(NK_BAD_FD, ghost, type), -EBADF,
	      "%s: detach of no descriptor comes before the device", e);
	nk_is(nk_detach(map_fd, dev, type), -EINVAL,
	      "%s: detach of a map", e);
	nk_is(nk_detach(xdp_fd, dev, type), -EINVAL,
	      "%s: detach of an XDP program", e);
	nk_is(nk_detach(p[6].fd, ghost, type), -ENODEV,
	      "%s: detach from no device", e);
	nk_is(nk_detach(0, ghost, type), -ENODEV,
	      "%s: detach nothing from no device", e);
	nk_is(nk_detach(p[6].fd, nk_dev("lo"), type), -ENXIO,
	      "%s: detach from lo", e);
	nk_is(nk_detach(p[6].fd, peer, type), -EACCES,
	      "%s: detach through the peer", e);
	nk_is(nk_detach(p[6].fd, dev, type, .revision = 8), -ESTALE,
	      "%s: detach with an old revision", e);
	nk_is(nk_detach(p[6].fd, dev, type, .revision = 8,
			.flags = NK_F_BEFORE, .relative = NK_BAD_FD), -ESTALE,
	      "%s: detach: the revision is looked at before the object", e);
	nk_is(nk_detach(p[6].fd, dev, type, .flags = NK_F_BEFORE,
			.relative = NK_BAD_FD), -EBADF,
	      "%s: detach before no descriptor", e);
	nk_is(nk_detach(p[6].fd, dev, type, .flags = NK_F_BEFORE | NK_F_LINK,
			.relative = p[2].fd), -EINVAL,
	      "%s: detach before a program with LINK", e);
	nk_is(nk_detach(p[6].fd, dev, type, .flags = NK_F_BEFORE | NK_F_ID,
			.relative = NK_BAD_ID), -ENOENT,
	      "%s: detach before no program id", e);
	nk_is(nk_detach(0, dev, type, .relative = p[2].fd), -EINVAL,
	      "%s: detach without program, an object but no position", e);
	nk_is(nk_detach(0, dev, type, .flags = NK_F_ID, .relative = p[2].id),
	      -EINVAL, "%s: detach without program, an id but no position",
	      e);
	nk_is(nk_detach(p[6].fd, dev, type, .relative = NK_BAD_FD), -EBADF,
	      "%s: detach: the object is looked up without a position, too",
	      e);
	nk_is(nk_detach(p[6].fd, dev, type, .relative = xdp_fd), -EINVAL,
	      "%s: detach: types of program and object differ", e);
	nk_is(nk_detach(0, dev, type, .flags = NK_F_BEFORE,
			.relative = xdp_fd), -ENOENT,
	      "%s: detach before a program of another type", e);
	nk_is(nk_detach(p[6].fd, dev, type, .flags = NK_F_BEFORE,
			.relative = p[5].fd), -ERANGE,
	      "%s: detach: program and position disagree", e);
	nk_is(nk_detach(p[6].fd, dev, type, .flags = NK_F_AFTER), -ERANGE,
	      "%s: detach the first as the last", e);
	nk_order(dev, type, 9, "the end is untouched by all that", p[6].id,
		 p[2].id, p[5].id, p[0].id, p[4].id, p[1].id, p[3].id,
		 p[7].id);

	/* now p6 p2 p5 p0 p4 p1 p3 p7 */
	nk_is(nk_detach(0, dev, type), 0,
	      "%s: detach without program and position", e);
	nk_order(dev, type, 10, "the last went", p[6].id, p[2].id, p[5].id,
		 p[0].id, p[4].id, p[1].id, p[3].id);
	nk_is(nk_detach(0, dev, type, .flags = NK_F_BEFORE), 0,
	      "%s: detach before nothing", e);
	nk_order(dev, type, 11, "the first went", p[2].id, p[5].id, p[0].id,
		 p[4].id, p[1].id, p[3].id);
	nk_is(nk_detach(0, dev, type, .flags = NK_F_AFTER), 0,
	      "%s: detach after nothing", e);
	nk_order(dev, type, 12, "the last went", p[2].id, p[5].id, p[0].id,
		 p[4].id, p[1].id);
	nk_is(nk_detach(0, dev, type, .flags = NK_F_BEFORE,
			.relative = p[0].fd), 0,
	      "%s: detach what is before a program", e);
	nk_order(dev, type, 13, "the one before went", p[2].id, p[0].id,
		 p[4].id, p[1].id);
	nk_is(nk_detach(0, dev, type, .flags = NK_F_AFTER | NK_F_ID,
			.relative = p[0].id), 0,
	      "%s: detach what is after a program's id", e);
	nk_order(dev, type, 14, "the one after went", p[2].id, p[0].id,
		 p[1].id);
	nk_is(nk_detach(p[0].fd, dev, type, .flags = NK_F_AFTER,
			.relative = p[2].fd, .revision = 14), 0,
	      "%s: detach a program: position and revision agree", e);
	nk_order(dev, type, 15, "it went", p[2].id, p[1].id);
	nk_is(nk_attach(p[0].fd, dev, type), 0, "%s: attach it again", e);
	nk_is(nk_detach(p[0].fd, dev, type, .relative = p[7].fd), 0,
	      "%s: detach a program: an object without position is ignored",
	      e);
	nk_order(dev, type, 17, "it went again", p[2].id, p[1].id);
	nk_is(nk_detach(p[0].fd, dev, type), -ENOENT,
	      "%s: detach a program that is not there", e);
	nk_is(nk_detach(p[2].fd, dev, type), 0, "%s: detach a program", e);
	nk_is(nk_detach(p[1].fd, dev, type), 0,
	      "%s: detach the last program", e);

	nk_order(dev, type, 1, "an empty end is reported with revision 1");
	nk_is(nk_detach(p[1].fd, dev, type), -ENOENT,
	      "%s: detach a program from an empty end", e);
	nk_is(nk_detach(0, dev, type), -ENOENT,
	      "%s: detach anything from an empty end", e);
	nk_is(nk_detach(p[1].fd, dev, type, .flags = NK_F_REPLACE), -ENOENT,
	      "%s: emptiness is looked at before REPLACE", e);
	nk_is(nk_detach(p[1].fd, dev, type, .revision = 99), -ENOENT,
	      "%s: emptiness is looked at before the revision", e);
	nk_is(nk_detach(p[1].fd, dev, type, .flags = NK_F_BEFORE,
			.relative = NK_BAD_FD), -ENOENT,
	      "%s: emptiness is looked at before the object", e);
	nk_is(nk_detach(p[1].fd, dev, type, .flags = 1), -EINVAL,
	      "%s: the flag mask is looked at before emptiness", e);
	nk_is(nk_attach(p[1].fd, dev, type, .revision = 1), -ESTALE,
	      "%s: an emptied end is compared with its true revision", e);
	nk_is(nk_attach(p[1].fd, dev, type, .revision = 19), 0,
	      "%s: the true revision is accepted", e);
	nk_order(dev, type, 20, "the revision went on", p[1].id);
	empty(type);
}

static void replacing(int type)
{
	const char *e = end_name(type);
	struct nk_list l;
	__u64 rev;
	int i;

	for (i = 0; i < 3; i++)
		nk_attach(p[i].fd, dev, type);
	rev = nk_query(dev, type).revision;
	nk_is(nk_attach(p[3].fd, dev, type, .flags = NK_F_REPLACE,
			.replace_fd = p[4].fd), -ENOENT,
	      "%s: replace a program that is not there", e);
	nk_is(nk_attach(p[2].fd, dev, type, .flags = NK_F_REPLACE,
			.replace_fd = p[1].fd), -EEXIST,
	      "%s: replace by a program that is there", e);
	nk_is(nk_attach(p[3].fd, dev, type, .flags = NK_F_REPLACE,
			.replace_fd = p[1].fd, .revision = rev - 1), -ESTALE,
	      "%s: replace with an old revision", e);
	nk_order(dev, type, rev, "nothing was replaced", p[0].id, p[1].id,
		 p[2].id);
	nk_is(nk_attach(p[3].fd, dev, type, .flags = NK_F_REPLACE,
			.replace_fd = p[1].fd, .revision = rev), 0,
	      "%s: replace a program", e);
	nk_order(dev, type, rev + 1, "it keeps the place", p[0].id, p[3].id,
		 p[2].id);
	nk_is(nk_attach(p[4].fd, dev, type,
			.flags = NK_F_REPLACE | NK_F_BEFORE,
			.replace_fd = p[3].fd, .relative = p[2].fd), 0,
	      "%s: replace, the position agrees (before)", e);
	nk_is(nk_attach(p[5].fd, dev, type,
			.flags = NK_F_REPLACE | NK_F_AFTER | NK_F_ID,
			.replace_fd = p[4].fd, .relative = p[0].id), 0,
	      "%s: replace, the position agrees (after an id)", e);
	nk_is(nk_attach(p[6].fd, dev, type,
			.flags = NK_F_REPLACE | NK_F_BEFORE,
			.replace_fd = p[5].fd, .relative = p[0].fd), -ERANGE,
	      "%s: replace, the position disagrees (before)", e);
	nk_is(nk_attach(p[6].fd, dev, type,
			.flags = NK_F_REPLACE | NK_F_AFTER,
			.replace_fd = p[5].fd), -ERANGE,
	      "%s: replace, the position disagrees (last)", e);
	nk_is(nk_attach(p[6].fd, dev, type,
			.flags = NK_F_REPLACE | NK_F_AFTER,
			.replace_fd = p[5].fd, .relative = p[7].fd), -ENOENT,
	      "%s: replace after a program that is not there", e);
	nk_is(nk_attach(p[6].fd, dev, type,
			.flags = NK_F_REPLACE | NK_F_BEFORE,
			.replace_fd = p[5].fd, .relative = NK_BAD_FD),
	      -EBADF, "%s: replace before no descriptor", e);
	nk_order(dev, type, rev + 3, "two more replaced", p[0].id, p[5].id,
		 p[2].id);
	l = nk_query(dev, type);
	nk_ok(!l.links[0] && !l.links[1] && !l.links[2],
	      "%s: bare programs have link id 0", e);

	/* BEFORE and AFTER together can only agree around one free place */
	nk_is(nk_attach(p[6].fd, dev, type,
			.flags = NK_F_BEFORE | NK_F_AFTER), -ERANGE,
	      "%s: before and after nothing", e);
	nk_is(nk_attach(p[6].fd, dev, type,
			.flags = NK_F_BEFORE | NK_F_AFTER,
			.relative = p[5].fd), -ERANGE,
	      "%s: before and after one program", e);
	nk_is(nk_attach(p[6].fd, dev, type,
			.flags = NK_F_BEFORE | NK_F_AFTER,
			.relative = p[7].fd), -ENOENT,
	      "%s: before and after a program that is not there", e);
	empty(type);
}

static void limit(int type)
{
	static struct nk_prog many[NK_MAX_PROGS + 1];
	const char *e = end_name(type);
	__u32 ids[NK_MAX_PROGS + 1] = {};
	__u64 rev;
	int i, err = 0;

	for (i = 0; i <= NK_MAX_PROGS; i++)
		if (!many[i].fd)
			many[i] = nk_prog(NK_NEXT);
	for (i = 0; !err && i < NK_MAX_PROGS; i++) {
		ids[i] = many[i].id;
		err = nk_attach(many[i].fd, dev, type);
	}
	nk_is(err, 0, "%s: %d programs attach", e, NK_MAX_PROGS);
	rev = nk_query(dev, type).revision;
	nk_order_ids(dev, type, 0, "all are there, in order", ids);
	nk_is(nk_attach(many[i].fd, dev, type), -ERANGE,
	      "%s: one more is refused", e);
	nk_is(nk_attach(many[i].fd, dev, type, .flags = NK_F_BEFORE),
	      -ERANGE, "%s: one more as the first is refused", e);
	nk_is(nk_link(many[i].fd, dev, type), -ERANGE,
	      "%s: one more as a link is refused", e);
	nk_is(nk_attach(many[i].fd, dev, type, .revision = 1), -ESTALE,
	      "%s: full: the revision is looked at first", e);
	nk_is(nk_attach(many[0].fd, dev, type), -EEXIST,
	      "%s: full: presence is looked at first", e);
	nk_is(nk_attach(many[i].fd, dev, type, .flags = NK_F_REPLACE,
			.replace_fd = many[31].fd), 0,
	      "%s: full: replacing works", e);
	ids[31] = many[i].id;
	nk_order_ids(dev, type, rev + 1, "the one in the middle changed",
		     ids);
	/* 63 is no place in a list of 63, and that is where "last" points */
	nk_is(nk_detach(0, dev, type), -ERANGE,
	      "%s: full: detach without program and position", e);
	nk_is(nk_detach(0, dev, type, .flags = NK_F_AFTER), -ERANGE,
	      "%s: full: detach the last by position", e);
	nk_order_ids(dev, type, rev + 1, "none went", ids);
	nk_is(nk_detach(0, dev, type, .flags = NK_F_AFTER,
			.relative = many[61].fd), 0,
	      "%s: full: detach what is after the last but one", e);
	ids[62] = 0;
	nk_order_ids(dev, type, rev + 2, "the last went", ids);
	nk_is(nk_attach(many[62].fd, dev, type), 0,
	      "%s: there is room again", e);
	ids[62] = many[62].id;
	nk_is(nk_detach(many[0].fd, dev, type), 0,
	      "%s: full: detach a program", e);
	nk_order_ids(dev, type, rev + 4, "the first went", ids + 1);
	empty(type);
	nk_order(dev, type, 1, "all are gone");
}

int main(void)
{
	int type, i;

	nk_init();
	nk_sh("ip link add br0 type bridge");
	dev = nk_pair("nk0", "nk1", "");
	peer = nk_dev("nk1");
	for (i = 0; i < 8; i++)
		p[i] = nk_prog(NK_NEXT);
	xdp_fd = nk_load_verdict(BPF_PROG_TYPE_XDP, "GPL", 0, 2);
	sock_fd = nk_load_verdict(BPF_PROG_TYPE_SOCKET_FILTER, "GPL", 0, 0);
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	map_fd = nk_trace_map();
	link_fd_other = nk_link(p[7].fd, nk_pair("other0", "other1", ""),
				NK_PRIMARY);
	if (xdp_fd < 0 || sock_fd < 0 || null_fd < 0 || link_fd_other < 0)
		nk_die("make the things to be refused");

	for (type = NK_PRIMARY; type <= NK_PEER; type++) {
		attach_errors(type);
		relative_errors(type);
		positions(type);
		detaching(type);
		replacing(type);
		limit(type);
	}
	return nk_exit();
}
