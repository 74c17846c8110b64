// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf links on netkit: creation and its errors, update, detach, info, fdinfo,
 * descriptors, pins, look-up by id and iteration, and what is left of a link
 * when its device has gone.
 */
#include "../lib/nk.h"

#define BPFFS	"/sys/fs/bpf"

static int dev, peer, ghost = 0x7ffffff0;
static int map_fd, xdp_fd, null_fd;
static struct nk_prog p[6];

static const char *end_name(int type)
{
	return type == NK_PRIMARY ? "primary" : "peer";
}

/* The device that a link of this end names */
static int end_dev(int type)
{
	return type == NK_PRIMARY ? dev : peer;
}

static void is_fd_named(int fd, const char *want, const char *what)
{
	char path[64], got[128] = "";

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (readlink(path, got, sizeof(got) - 1) < 0)
		snprintf(got, sizeof(got), "(errno %d)", errno);
	if (!nk_ok(!strcmp(got, want), "%s reads as %s", what, want))
		printf("# got %s\n", got);
}

static void is_info(int fd, __u32 prog, __u32 ifindex, int type,
		    const char *what)
{
	struct nk_link_info info;
	int err = nk_link_info(fd, &info), i, touched = 0;

	for (i = 0; i < (int)sizeof(info.rest); i++)
		touched |= info.rest[i] != 0xee;
	if (!nk_ok(!err && info.type == NK_LINK_TYPE && info.prog_id == prog &&
		   info.ifindex == ifindex && info.attach_type == (__u32)type &&
		   !touched, "info of %s", what))
		printf("# got %s, type %u prog %u ifindex %u attach_type %u, "
		       "expected type %u prog %u ifindex %u attach_type %u%s\n",
		       nk_errname(err), info.type, info.prog_id, info.ifindex,
		       info.attach_type, NK_LINK_TYPE, prog, ifindex, type,
		       touched ? "; more was written" : "");
}

/* Does the file have this line? */
static bool has_line(const char *text, const char *line)
{
	size_t len = strlen(line);
	const char *s;

	for (s = text; (s = strstr(s, line)); s++)
		if ((s == text || s[-1] == '\n') && s[len] == '\n')
			return true;
	return false;
}

static void is_fdinfo(int fd, __u32 prog, __u32 ifindex, int type,
		      const char *what)
{
	char path[64], text[2048] = "", line[64];
	long n;
	bool good;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	n = nk_read(path, text, sizeof(text));
	snprintf(line, sizeof(line), "ifindex:\t%u", ifindex);
	good = n > 0 && has_line(text, line);
	snprintf(line, sizeof(line), "attach_type:\t%u (%s)", type,
		 end_name(type));
	good = good && has_line(text, line);
	snprintf(line, sizeof(line), "link_id:\t%u", nk_link_id(fd));
	good = good && has_line(text, line);
	snprintf(line, sizeof(line), "prog_id:\t%u", prog);
	good = good && has_line(text, line);
	good = good && strstr(text, "prog_tag:\t");
	/*
	 * The kernel prints the type from its own table. One that has no
	 * netkit there names a stand-in type of a network link: that the line
	 * exists and is no number is all that holds everywhere.
	 */
	good = good && (has_line(text, "link_type:\tnetkit") ||
			(nk_ours() && (has_line(text, "link_type:\txdp") ||
				       has_line(text, "link_type:\ttcx"))));
	if (!nk_ok(good, "fdinfo of %s", what))
		printf("# got:\n# %s\n", text);
}

static void creating(int type)
{
	const char *e = end_name(type);
	struct nk_list l;
	int a, b, bit;
	__u32 rev = nk_query(dev, type).revision;

	nk_is(nk_link(NK_BAD_FD, dev, type), -EBADF,
	      "%s: link of no descriptor", e);
	nk_is(nk_link(-1, dev, type), -EBADF, "%s: link of descriptor -1", e);
	nk_is(nk_link(null_fd, dev, type), -EINVAL,
	      "%s: link of a descriptor that is no bpf object", e);
	nk_is(nk_link(map_fd, dev, type), -EINVAL, "%s: link of a map", e);
	nk_is(nk_link(xdp_fd, dev, type), -EINVAL,
	      "%s: link of an XDP program", e);
	nk_is(nk_link(NK_BAD_FD, ghost, type), -EBADF,
	      "%s: the program is looked at before the device", e);
	nk_is(nk_link(p[0].fd, ghost, type), -ENODEV,
	      "%s: link on no device", e);
	nk_is(nk_link(p[0].fd, 0, type), -ENODEV, "%s: link on ifindex 0", e);
	nk_is(nk_link(p[0].fd, nk_dev("lo"), type), -ENXIO,
	      "%s: link on lo", e);
	nk_is(nk_link(p[0].fd, peer, type), -EACCES,
	      "%s: link through the peer", e);
	nk_is(nk_link(p[0].fd, ghost, type, .flags = 1), -ENODEV,
	      "%s: the device is looked at before unknown flags", e);
	nk_is(nk_link(p[0].fd, dev, type, .revision = rev + 50), -ESTALE,
	      "%s: link with a stale revision", e);
	for (bit = 0; bit < 32; bit++) {
		if (NK_F_MASK & (1U << bit))
			continue;
		nk_is(nk_link(p[0].fd, dev, type, .flags = 1U << bit), -EINVAL,
		      "%s: link with flag 1<<%d alone", e, bit);
	}
	nk_is(nk_link(p[0].fd, dev, type, .flags = NK_F_REPLACE), -ENOENT,
	      "%s: link with REPLACE", e);
	nk_is(nk_link(p[0].fd, dev, type, .flags = NK_F_REPLACE,
		      .revision = rev + 50), -ESTALE,
	      "%s: link with REPLACE and a stale revision", e);
	nk_is(nk_link(p[0].fd, dev, type, .flags = NK_F_BEFORE,
		      .relative = NK_BAD_FD), -EBADF,
	      "%s: link before no descriptor", e);
	nk_is(nk_link(p[0].fd, dev, type, .flags = NK_F_AFTER | NK_F_ID,
		      .relative = NK_BAD_ID), -ENOENT,
	      "%s: link after no id", e);
	nk_is(nk_link(p[0].fd, dev, type, .flags = NK_F_BEFORE,
		      .relative = p[1].fd), -ENOENT,
	      "%s: link before a program that is not there", e);
	nk_is(nk_link(p[0].fd, dev, type, .flags = NK_F_LINK), -EINVAL,
	      "%s: link with LINK alone", e);
	nk_order(dev, type, rev, "the end is untouched by all that");

	a = nk_link(p[0].fd, dev, type);
	nk_good(a, "%s: create a link", e);
	nk_ok(a >= 0 && fcntl(a, F_GETFD) & FD_CLOEXEC,
	      "%s: its descriptor is closed on exec", e);
	is_fd_named(a, "anon_inode:bpf_link", "the created link");
	is_info(a, p[0].id, end_dev(type), type, "a created link");
	is_fdinfo(a, p[0].id, end_dev(type), type, "a created link");
	l = nk_query(dev, type);
	nk_ok(!l.err && l.count == 1 && l.links[0] == nk_link_id(a),
	      "%s: the query names the link", e);
	nk_is(nk_link(p[0].fd, dev, type), -EEXIST,
	      "%s: another link of the same program", e);
	nk_is(nk_attach(p[0].fd, dev, type), -EEXIST,
	      "%s: the same program without a link", e);
	nk_is(nk_link(p[0].fd, dev, type, .flags = NK_F_REPLACE), -EEXIST,
	      "%s: presence is looked at before REPLACE", e);
	nk_is(nk_detach(p[0].fd, dev, type), -EBUSY,
	      "%s: detach a program that a link owns", e);
	nk_is(nk_detach(0, dev, type), -EBUSY,
	      "%s: detach the last, which a link owns", e);
	nk_is(nk_detach(0, dev, type, .flags = NK_F_BEFORE), -EBUSY,
	      "%s: detach the first, which a link owns", e);
	nk_is(nk_attach(p[1].fd, dev, type, .flags = NK_F_REPLACE,
			.replace_fd = p[0].fd), -EBUSY,
	      "%s: replace a program that a link owns", e);

	/* Unknown flags are ignored beside a position */
	b = nk_link(p[1].fd, dev, type, .flags = NK_F_BEFORE | 1U << 31);
	nk_good(b, "%s: link with flag 1<<31 and BEFORE", e);
	nk_order(dev, type, 0, "it is the first", p[1].id, p[0].id);
	close(b);
	nk_order(dev, type, 0, "closing the only descriptor detaches",
		 p[0].id);
	b = nk_link(p[1].fd, dev, type, .flags = NK_F_AFTER | 1U);
	nk_good(b, "%s: link with flag 1 and AFTER", e);
	nk_order(dev, type, 0, "it is the last", p[0].id, p[1].id);
	close(b);
	close(a);
	nk_order(dev, type, 1, "all closed: empty");
}

static void anchors(int type)
{
	const char *e = end_name(type);
	int a, b, c, d, f;

	a = nk_link(p[0].fd, dev, type);
	nk_good(a, "%s: the first link", e);
	b = nk_link(p[1].fd, dev, type, .flags = NK_F_BEFORE | NK_F_LINK,
		    .relative = a);
	nk_good(b, "%s: before a link's descriptor", e);
	c = nk_link(p[2].fd, dev, type,
		    .flags = NK_F_AFTER | NK_F_LINK | NK_F_ID,
		    .relative = nk_link_id(b));
	nk_good(c, "%s: after a link's id", e);
	nk_order(dev, type, 0, "links around links", p[1].id, p[2].id,
		 p[0].id);
	d = nk_link(p[3].fd, dev, type, .flags = NK_F_AFTER,
		    .relative = p[0].fd);
	nk_good(d, "%s: after a program that a link owns", e);
	nk_good(nk_attach(p[4].fd, dev, type,
			  .flags = NK_F_BEFORE | NK_F_LINK, .relative = c),
		"%s: a bare program before a link", e);
	nk_good(nk_attach(p[5].fd, dev, type,
			  .flags = NK_F_AFTER | NK_F_LINK | NK_F_ID,
			  .relative = nk_link_id(d)),
		"%s: a bare program after a link's id", e);
	nk_order(dev, type, 0, "programs around links", p[1].id, p[4].id,
		 p[2].id, p[0].id, p[3].id, p[5].id);
	nk_good(nk_detach(0, dev, type, .flags = NK_F_BEFORE | NK_F_LINK,
			  .relative = c),
		"%s: detach what is before a link", e);
	nk_is(nk_detach(0, dev, type, .flags = NK_F_BEFORE | NK_F_LINK,
			.relative = c), -EBUSY,
	      "%s: detach a link that is before a link", e);
	nk_good(nk_detach(p[5].fd, dev, type,
			  .flags = NK_F_AFTER | NK_F_LINK, .relative = d),
		"%s: detach a program after a link", e);
	nk_is(bpf_link_detach(b), 0, "%s: detach a link", e);
	f = nk_link(p[1].fd, dev, type, .flags = NK_F_AFTER | NK_F_LINK,
		    .relative = b);
	nk_is(f, -ENOENT, "%s: after a detached link", e);
	nk_order(dev, type, 0, "three links remain", p[2].id, p[0].id,
		 p[3].id);
	close(a);
	close(b);
	close(c);
	close(d);
}

static void updating(int type)
{
	const char *e = end_name(type);
	union nk_attr attr = {};
	int a, b;
	__u64 rev;

	a = nk_link(p[0].fd, dev, type);
	b = nk_link(p[1].fd, dev, type);
	if (a < 0 || b < 0)
		nk_die("make two links");
	rev = nk_query(dev, type).revision;

	nk_is(nk_update(NK_BAD_FD, p[2].fd, 0, 0), -EBADF,
	      "%s: update no descriptor", e);
	nk_is(nk_update(p[0].fd, p[2].fd, 0, 0), -EINVAL,
	      "%s: update a program", e);
	nk_is(nk_update(a, NK_BAD_FD, 0, 0), -EBADF,
	      "%s: update to no descriptor", e);
	nk_is(nk_update(a, map_fd, 0, 0), -EINVAL, "%s: update to a map", e);
	nk_is(nk_update(a, 0, 0, 0), fcntl(0, F_GETFD) < 0 ? -EBADF : -EINVAL,
	      "%s: update to no program", e);
	nk_is(nk_update(a, xdp_fd, 0, 0), -EINVAL,
	      "%s: update to an XDP program", e);
	nk_is(nk_update(a, p[2].fd, 1, 0), -EINVAL,
	      "%s: update with an unknown flag", e);
	attr.link_update.link_fd = a;
	attr.link_update.new_prog_fd = p[2].fd;
	attr.link_update.old_prog_fd = p[0].fd;
	nk_is(nk_bpf(NK_CMD_LINK_UPDATE, &attr, 16), -EINVAL,
	      "%s: update with an old program but no flag", e);
	nk_is(nk_update(a, p[2].fd, NK_F_REPLACE, NK_BAD_FD), -EBADF,
	      "%s: update with a bad old descriptor", e);
	nk_is(nk_update(a, p[2].fd, NK_F_REPLACE, p[3].fd), -EPERM,
	      "%s: update with the wrong old program", e);
	nk_is(nk_update(a, p[1].fd, NK_F_REPLACE, p[3].fd), -EPERM,
	      "%s: the old program is looked at before presence", e);
	nk_is(nk_update(a, p[0].fd, NK_F_REPLACE, p[3].fd), -EPERM,
	      "%s: the old program is looked at before sameness", e);
	nk_is(nk_update(a, xdp_fd, NK_F_REPLACE, p[3].fd), -EPERM,
	      "%s: the old program is looked at before the type", e);
	nk_is(nk_update(a, p[1].fd, 0, 0), -EEXIST,
	      "%s: update to a program of this end", e);
	nk_is(nk_update(a, p[0].fd, 0, 0), 0,
	      "%s: update to the same program", e);
	nk_is(nk_update(a, p[0].fd, NK_F_REPLACE, p[0].fd), 0,
	      "%s: update the same program by itself", e);
	nk_order(dev, type, rev, "no new revision", p[0].id, p[1].id);
	nk_is(nk_update(a, p[2].fd, 0, 0), 0,
	      "%s: update to a new program", e);
	nk_order(dev, type, rev + 1, "same place, new revision", p[2].id,
		 p[1].id);
	is_info(a, p[2].id, end_dev(type), type, "an updated link");
	is_fdinfo(a, p[2].id, end_dev(type), type, "an updated link");
	nk_is(nk_update(a, p[3].fd, NK_F_REPLACE, p[2].fd), 0,
	      "%s: update with the right old program", e);
	nk_order(dev, type, rev + 2, "same place again", p[3].id, p[1].id);
	nk_is(nk_attach(p[0].fd, dev, type), 0,
	      "%s: the old program may be attached again", e);
	close(a);
	nk_order(dev, type, rev + 4, "closing detaches the current program",
		 p[1].id, p[0].id);
	nk_is(nk_detach(p[0].fd, dev, type), 0, "%s: tidy up", e);
	close(b);
}

static void detaching(int type)
{
	const char *e = end_name(type);
	__u64 rev;
	int a;

	nk_is(bpf_link_detach(NK_BAD_FD), -EBADF,
	      "%s: detach no descriptor", e);
	nk_is(bpf_link_detach(p[0].fd), -EINVAL, "%s: detach a program", e);
	a = nk_link(p[0].fd, dev, type);
	rev = nk_query(dev, type).revision;
	nk_is(bpf_link_detach(a), 0, "%s: detach a link of a living device",
	      e);
	nk_order(dev, type, 1, "its program is gone");
	is_info(a, p[0].id, 0, type, "a detached link");
	is_fdinfo(a, p[0].id, 0, type, "a detached link");
	nk_is(nk_update(a, p[1].fd, 0, 0), -ENOLINK,
	      "%s: update a detached link", e);
	nk_is(nk_update(a, p[0].fd, 0, 0), -ENOLINK,
	      "%s: update a detached link to its program", e);
	nk_is(nk_update(a, xdp_fd, NK_F_REPLACE, p[3].fd), -ENOLINK,
	      "%s: a detached link is noticed before anything else", e);
	nk_is(bpf_link_detach(a), 0, "%s: detach it again", e);
	nk_is(nk_attach(p[0].fd, dev, type, .revision = rev + 1), 0,
	      "%s: detaching twice made one revision", e);
	nk_is(nk_detach(p[0].fd, dev, type), 0, "%s: tidy up", e);
	close(a);
}

/* Ids that LINK_GET_NEXT_ID walks through, ascending; how many are a, b */
static int walk(__u32 a, __u32 b, bool *ascending)
{
	__u32 id = 0, last = 0;
	int found = 0;

	*ascending = true;
	while (!bpf_link_get_next_id(id, &id)) {
		*ascending = *ascending && id > last;
		last = id;
		found += id == a || id == b;
	}
	return found;
}

static void finding(int type)
{
	const char *e = end_name(type);
	int a, b, by_id, pinned, again;
	__u32 ida, idb;
	bool up;

	a = nk_link(p[0].fd, dev, type);
	b = nk_link(p[1].fd, dev, type);
	ida = nk_link_id(a);
	idb = nk_link_id(b);
	nk_ok(ida && idb && ida != idb, "%s: two links, two ids", e);
	nk_ok(walk(ida, idb, &up) == 2 && up,
	      "%s: iteration finds both, in ascending order", e);
	by_id = bpf_link_get_fd_by_id(ida);
	nk_good(by_id, "%s: a descriptor by id", e);
	is_fd_named(by_id, "anon_inode:bpf-link", "a link by id");
	is_info(by_id, p[0].id, end_dev(type), type, "a link by id");
	is_fdinfo(by_id, p[0].id, end_dev(type), type, "a link by id");
	close(a);
	nk_order(dev, type, 0, "the second descriptor keeps it", p[0].id,
		 p[1].id);

	unlink(BPFFS "/nk_link");
	nk_is(bpf_obj_pin(by_id, BPFFS "/nk_link"), 0, "%s: pin a link", e);
	nk_is(bpf_obj_pin(b, BPFFS "/nk_link"), -EEXIST,
	      "%s: pin another at the same place", e);
	close(by_id);
	nk_order(dev, type, 0, "the pin keeps it", p[0].id, p[1].id);
	nk_ok(walk(ida, idb, &up) == 2, "%s: iteration finds the pinned", e);
	pinned = bpf_obj_get(BPFFS "/nk_link");
	nk_good(pinned, "%s: get it from the pin", e);
	is_fd_named(pinned, "anon_inode:bpf-link", "a link from a pin");
	is_info(pinned, p[0].id, end_dev(type), type, "a link from a pin");
	nk_is(nk_update(pinned, p[2].fd, NK_F_REPLACE, p[0].fd), 0,
	      "%s: update a link from a pin", e);
	nk_order(dev, type, 0, "updated", p[2].id, p[1].id);
	nk_is(unlink(BPFFS "/nk_link"), 0, "%s: remove the pin", e);
	nk_order(dev, type, 0, "the descriptor keeps it", p[2].id, p[1].id);
	close(pinned);
	/* Some kernels let go of what was pinned after an RCU grace period */
	nk_wait_count(dev, type, 1);
	nk_order(dev, type, 0, "nothing keeps it", p[1].id);

	again = bpf_link_get_fd_by_id(ida);
	nk_is(again, -ENOENT, "%s: no descriptor by the id of a dead link",
	      e);
	nk_ok(walk(ida, idb, &up) == 1, "%s: iteration finds one only", e);
	close(b);
	nk_ok(walk(ida, idb, &up) == 0, "%s: iteration finds none", e);

	/* The pin alone, then the pin removed */
	a = nk_link(p[0].fd, dev, type);
	nk_is(bpf_obj_pin(a, BPFFS "/nk_link"), 0, "%s: pin another link", e);
	close(a);
	nk_order(dev, type, 0, "the pin alone keeps it", p[0].id);
	nk_is(unlink(BPFFS "/nk_link"), 0, "%s: remove its pin", e);
	nk_wait_count(dev, type, 0);
	nk_order(dev, type, 1, "removing the pin detaches");
}

static void info_sizes(int type)
{
	const char *e = end_name(type);
	struct {
		__u8 b[256];
	} big;
	__u32 len, *w = (__u32 *)&big;
	int a = nk_link(p[0].fd, dev, type), i, touched = 0;

	memset(&big, 0xee, sizeof(big));
	len = 16;
	nk_is(bpf_obj_get_info_by_fd(a, &big, &len), 0,
	      "%s: info into 16 bytes", e);
	for (i = 16; i < 64; i++)
		touched |= big.b[i] != 0xee;
	nk_ok(w[0] == NK_LINK_TYPE && w[2] == p[0].id && !touched && len == 16,
	      "%s: no more than 16 bytes are written", e);
	memset(&big, 0, sizeof(big));
	len = sizeof(big);
	nk_is(bpf_obj_get_info_by_fd(a, &big, &len), 0,
	      "%s: info into 256 zero bytes", e);
	nk_ok(w[0] == NK_LINK_TYPE && w[4] == (__u32)end_dev(type) &&
	      w[5] == (__u32)type && len < sizeof(big),
	      "%s: the kernel says how much it knows (%u)", e, len);
	memset(&big, 0, sizeof(big));
	big.b[255] = 1;
	len = sizeof(big);
	nk_is(bpf_obj_get_info_by_fd(a, &big, &len), -E2BIG,
	      "%s: info into 256 bytes, the last not zero", e);
	close(a);
}

static void dead_device(int type, const char *how)
{
	const char *e = end_name(type);
	int d, a, b, by_id, pinned;
	__u32 id;
	bool up;

	d = nk_pair("dead0", "dead1", "");
	a = nk_link(p[0].fd, d, type);
	b = nk_link(p[1].fd, d, type);
	nk_is(nk_attach(p[2].fd, d, type), 0, "%s: a bare program beside", e);
	id = nk_link_id(a);
	nk_is(bpf_obj_pin(b, BPFFS "/nk_dead"), 0, "%s: pin one", e);
	close(b);
	is_info(a, p[0].id, type == NK_PRIMARY ? d : nk_dev("dead1"), type,
		"a link of a living device");
	nk_sh("ip link del %s", how);
	nk_ok(!if_nametoindex("dead0") && !if_nametoindex("dead1"),
	      "%s: both ends went with %s", e, how);
	is_info(a, p[0].id, 0, type, "a link whose device has gone");
	is_fdinfo(a, p[0].id, 0, type, "a link whose device has gone");
	nk_is(nk_update(a, p[3].fd, 0, 0), -ENOLINK,
	      "%s: update after the device", e);
	nk_is(nk_update(a, p[0].fd, 0, 0), -ENOLINK,
	      "%s: update to the same after the device", e);
	nk_is(bpf_link_detach(a), 0, "%s: detach after the device", e);
	nk_ok(walk(id, 0, &up) == 1, "%s: iteration still finds it", e);
	by_id = bpf_link_get_fd_by_id(id);
	nk_good(by_id, "%s: look-up by id after the device", e);
	is_info(by_id, p[0].id, 0, type, "the same by id");
	close(by_id);
	pinned = bpf_obj_get(BPFFS "/nk_dead");
	nk_good(pinned, "%s: get the pinned one after the device", e);
	is_info(pinned, p[1].id, 0, type, "the pinned one");
	nk_is(nk_update(pinned, p[3].fd, NK_F_REPLACE, p[1].fd), -ENOLINK,
	      "%s: update the pinned one", e);
	nk_is(bpf_obj_pin(a, BPFFS "/nk_dead2"), 0,
	      "%s: pin a link after its device", e);
	nk_is(unlink(BPFFS "/nk_dead2"), 0, "%s: remove that pin", e);
	nk_is(unlink(BPFFS "/nk_dead"), 0, "%s: remove the other", e);
	close(pinned);
	/* A new device may get the old one's number; the link stays dead */
	nk_sh("ip link add dead0 index %d type netkit peer name dead1", d);
	is_info(a, p[0].id, 0, type, "a dead link beside a new device");
	nk_is(nk_update(a, p[3].fd, 0, 0), -ENOLINK,
	      "%s: it does not come back to life", e);
	nk_order(d, type, 1, "the new device has no programs");
	nk_sh("ip link del dead0");
	close(a);
}

/* Both ends have their own list, and one program may be on both */
static void two_ends(void)
{
	int a = nk_link(p[0].fd, dev, NK_PRIMARY);
	int b = nk_link(p[0].fd, dev, NK_PEER);

	nk_good(a, "one program on the primary");
	nk_good(b, "the same on the peer");
	nk_is(nk_link(p[1].fd, dev, NK_PEER, .flags = NK_F_AFTER | NK_F_LINK,
		      .relative = a), -ENOENT,
	      "a link of the other end is no anchor");
	is_info(a, p[0].id, dev, NK_PRIMARY, "the primary's link");
	is_info(b, p[0].id, peer, NK_PEER, "the peer's link");
	close(a);
	nk_order(dev, NK_PRIMARY, 1, "the primary is empty");
	nk_order(dev, NK_PEER, 0, "the peer is not", p[0].id);
	close(b);
}

int main(void)
{
	int type, i;

	nk_init();
	dev = nk_pair("nk0", "nk1", "");
	peer = nk_dev("nk1");
	for (i = 0; i < 6; i++)
		p[i] = nk_prog(NK_NEXT);
	map_fd = nk_trace_map();
	xdp_fd = nk_load_verdict(BPF_PROG_TYPE_XDP, "GPL", 0, 2);
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (xdp_fd < 0 || null_fd < 0)
		nk_die("make the things to be refused");
	unlink(BPFFS "/nk_link");
	unlink(BPFFS "/nk_dead");
	unlink(BPFFS "/nk_dead2");

	for (type = NK_PRIMARY; type <= NK_PEER; type++) {
		creating(type);
		anchors(type);
		updating(type);
		detaching(type);
		finding(type);
		info_sizes(type);
		dead_device(type, "dead0");
		dead_device(type, "dead1");
	}
	two_ends();
	return nk_exit();
}
