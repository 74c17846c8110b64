// SPDX-License-Identifier: GPL-2.0-only
/*
 * No call keeps what it should not: after every error and every success the
 * program can be freed, links too. And a caller without room for another
 * descriptor changes nothing.
 */
#include "../lib/nk.h"
#include <sys/resource.h>

static int dev, peer, map_fd, xdp_fd;
static struct nk_prog other;

static bool gone(bool link, __u32 id)
{
	int i, fd;

	/* The kernel frees after a grace period, in a worker */
	for (i = 0; i < 1000; i++) {
		fd = link ? bpf_link_get_fd_by_id(id) :
			    bpf_prog_get_fd_by_id(id);
		if (fd < 0)
			return fd == -ENOENT;
		close(fd);
		nk_msleep(10);
	}
	return false;
}

/* What to do with a program of its own, before it must be gone */
struct deed {
	const char *name;
	void (*do_it)(struct nk_prog p, int type);
};

static void bad_device(struct nk_prog p, int type)
{
	nk_attach(p.fd, 0x7ffffff0, type);
	nk_link(p.fd, 0x7ffffff0, type);
	nk_detach(p.fd, 0x7ffffff0, type);
	nk_attach(p.fd, nk_dev("lo"), type);
	nk_link(p.fd, nk_dev("lo"), type);
	nk_detach(p.fd, nk_dev("lo"), type);
	nk_attach(p.fd, peer, type);
	nk_link(p.fd, peer, type);
	nk_detach(p.fd, peer, type);
}

static void bad_flags(struct nk_prog p, int type)
{
	nk_attach(p.fd, dev, type, .flags = 1);
	nk_link(p.fd, dev, type, .flags = 1);
	nk_detach(p.fd, dev, type, .flags = 1);
	nk_detach(p.fd, dev, type, .flags = NK_F_REPLACE);
}

static void stale(struct nk_prog p, int type)
{
	nk_attach(p.fd, dev, type, .revision = 99999);
	nk_link(p.fd, dev, type, .revision = 99999);
	nk_detach(p.fd, dev, type, .revision = 99999);
}

static void as_relative(struct nk_prog p, int type)
{
	/* It is not there, or is of no use */
	nk_attach(other.fd, dev, type, .flags = NK_F_BEFORE, .relative = p.fd);
	nk_attach(other.fd, dev, type, .flags = NK_F_BEFORE | NK_F_ID,
		  .relative = p.id);
	nk_attach(other.fd, dev, type, .relative = p.fd);
	nk_link(other.fd, dev, type, .flags = NK_F_AFTER | NK_F_ID,
		.relative = p.id);
	nk_detach(other.fd, dev, type, .relative = p.fd);
	nk_detach(0, dev, type, .flags = NK_F_AFTER, .relative = p.fd);
	nk_detach(0, dev, type, .flags = NK_F_ID, .relative = p.id);
}

static void bad_relative(struct nk_prog p, int type)
{
	static const __u32 flags[] = { NK_F_BEFORE, NK_F_AFTER | NK_F_LINK,
		NK_F_BEFORE | NK_F_AFTER, 0 };
	unsigned int i, j;

	for (i = 0; i < 4; i++) {
		const int rel[] = { NK_BAD_FD, map_fd, xdp_fd, other.fd, p.fd };

		for (j = 0; j < 5; j++) {
			nk_attach(p.fd, dev, type, .flags = flags[i],
				  .relative = rel[j]);
			nk_detach(p.fd, dev, type);
			nk_detach(p.fd, dev, type, .flags = flags[i],
				  .relative = rel[j]);
			close(nk_link(p.fd, dev, type, .flags = flags[i],
				      .relative = rel[j]));
		}
	}
}

static void as_replaced(struct nk_prog p, int type)
{
	nk_attach(other.fd, dev, type, .flags = NK_F_REPLACE,
		  .replace_fd = p.fd);
	nk_attach(p.fd, dev, type, .flags = NK_F_REPLACE,
		  .replace_fd = other.fd);
	nk_attach(p.fd, dev, type, .flags = NK_F_REPLACE,
		  .replace_fd = NK_BAD_FD);
	nk_attach(p.fd, dev, type, .flags = NK_F_REPLACE,
		  .replace_fd = xdp_fd);
}

static void attached(struct nk_prog p, int type)
{
	nk_attach(p.fd, dev, type);
	nk_attach(p.fd, dev, type);
	nk_link(p.fd, dev, type);
	nk_query(dev, type);
	nk_detach(p.fd, dev, type);
	nk_detach(p.fd, dev, type);
	nk_attach(p.fd, dev, type);
	nk_detach(0, dev, type);
}

static void replaced(struct nk_prog p, int type)
{
	nk_attach(p.fd, dev, type);
	nk_attach(other.fd, dev, type, .flags = NK_F_REPLACE,
		  .replace_fd = p.fd);
	nk_attach(p.fd, dev, type, .flags = NK_F_REPLACE,
		  .replace_fd = other.fd);
	nk_attach(other.fd, dev, type, .flags = NK_F_REPLACE,
		  .replace_fd = p.fd);
	nk_detach(other.fd, dev, type);
}

static void linked(struct nk_prog p, int type)
{
	int l = nk_link(p.fd, dev, type);

	nk_detach(p.fd, dev, type);
	nk_attach(other.fd, dev, type, .flags = NK_F_REPLACE,
		  .replace_fd = p.fd);
	close(l);
	l = nk_link(p.fd, dev, type);
	bpf_link_detach(l);
	bpf_link_detach(l);
	close(l);
}

static void updated(struct nk_prog p, int type)
{
	int l = nk_link(p.fd, dev, type);

	nk_update(l, p.fd, 0, 0);
	nk_update(l, p.fd, NK_F_REPLACE, p.fd);
	nk_update(l, other.fd, NK_F_REPLACE, other.fd);
	nk_update(l, xdp_fd, 0, 0);
	nk_update(l, other.fd, 0, 0);
	nk_update(l, p.fd, NK_F_REPLACE, other.fd);
	nk_attach(other.fd, dev, type);
	nk_update(l, other.fd, 0, 0);
	nk_detach(other.fd, dev, type);
	nk_update(l, other.fd, 0, 0);
	bpf_link_detach(l);
	nk_update(l, p.fd, 0, 0);
	close(l);
}

static void device_gone(struct nk_prog p, int type)
{
	int d = nk_pair("gone0", "gone1", ""), l;

	nk_attach(p.fd, d, type);
	l = nk_link(p.fd, d, type == NK_PRIMARY ? NK_PEER : NK_PRIMARY);
	nk_sh("ip link del gone0");
	nk_update(l, p.fd, 0, 0);
	nk_update(l, other.fd, 0, 0);
	close(l);
}

static void no_room(struct nk_prog p, int type)
{
	struct rlimit was, none;

	getrlimit(RLIMIT_NOFILE, &was);
	none = was;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	nk_link(p.fd, dev, type);
	nk_link(p.fd, dev, type, .flags = NK_F_BEFORE);
	setrlimit(RLIMIT_NOFILE, &was);
}

static const struct deed deeds[] = {
	{ "refused for the device", bad_device },
	{ "refused for flags", bad_flags },
	{ "refused for a revision", stale },
	{ "named as relative object", as_relative },
	{ "refused for a relative object", bad_relative },
	{ "named as replaced program, or refused for one", as_replaced },
	{ "attached and detached", attached },
	{ "replaced to and fro", replaced },
	{ "linked", linked },
	{ "updated to and fro", updated },
	{ "on a device that is deleted", device_gone },
	{ "linked without room for a descriptor", no_room },
};

static void programs(int type)
{
	unsigned int i;
	struct nk_prog p;

	for (i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
		p = nk_prog(NK_NEXT);
		deeds[i].do_it(p, type);
		close(p.fd);
		nk_ok(gone(false, p.id), "type %d: a program %s is freed",
		      type, deeds[i].name);
		nk_order(dev, type, 0, "nothing is left on the list");
	}
}

/* Links of all ends, by close, detach, device and replacement */
static void link_objects(int type)
{
	struct nk_prog p = nk_prog(NK_NEXT);
	int l, d, by_id;
	__u32 id;

	l = nk_link(p.fd, dev, type);
	id = nk_link_id(l);
	close(l);
	nk_ok(gone(true, id), "type %d: a closed link is gone", type);
	l = nk_link(p.fd, dev, type);
	id = nk_link_id(l);
	by_id = bpf_link_get_fd_by_id(id);
	nk_attach(other.fd, dev, type, .flags = NK_F_BEFORE | NK_F_LINK,
		  .relative = l);
	nk_detach(other.fd, dev, type, .flags = NK_F_BEFORE | NK_F_LINK |
		  NK_F_ID, .relative = id);
	close(l);
	close(by_id);
	nk_ok(gone(true, id), "type %d: a link used as an anchor is gone",
	      type);
	d = nk_pair("gone0", "gone1", "");
	l = nk_link(p.fd, d, type);
	id = nk_link_id(l);
	nk_sh("ip link del gone1");
	close(l);
	nk_ok(gone(true, id), "type %d: a link of a deleted device is gone",
	      type);
	close(p.fd);
	nk_ok(gone(false, p.id), "type %d: and their program", type);
}

/* Without room for a descriptor nothing happens, and it says so */
static void emfile(int type)
{
	struct nk_prog p = nk_prog(NK_NEXT);
	struct rlimit was, none;
	__u64 rev;
	int l;

	nk_attach(other.fd, dev, type);
	rev = nk_query(dev, type).revision;
	getrlimit(RLIMIT_NOFILE, &was);
	none = was;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	nk_is(nk_link(p.fd, dev, type), -EMFILE,
	      "type %d: a link without room for a descriptor", type);
	nk_is(nk_link(p.fd, 0x7ffffff0, type), -ENODEV,
	      "type %d: the device is looked at before", type);
	nk_is(nk_link(p.fd, dev, type, .revision = 9999), -EMFILE,
	      "type %d: the revision after", type);
	nk_is(nk_link(other.fd, dev, type), -EMFILE,
	      "type %d: and presence", type);
	setrlimit(RLIMIT_NOFILE, &was);
	nk_order(dev, type, rev, "nothing changed", other.id);
	l = nk_link(p.fd, dev, type);
	nk_good(l, "type %d: with room it works", type);
	nk_order(dev, type, rev + 1, "one more", other.id, p.id);
	close(l);
	nk_detach(other.fd, dev, type);
	close(p.fd);
}

int main(void)
{
	int type;

	nk_init();
	dev = nk_pair("nk0", "nk1", "");
	peer = nk_dev("nk1");
	other = nk_prog(NK_NEXT);
	map_fd = nk_trace_map();
	xdp_fd = nk_load_verdict(BPF_PROG_TYPE_XDP, "GPL", 0, 2);
	for (type = NK_PRIMARY; type <= NK_PEER; type++) {
		programs(type);
		link_objects(type);
		emfile(type);
	}
	nk_sh("ip link del nk0");
	close(other.fd);
	nk_ok(gone(false, other.id), "the program used throughout is freed");
	return nk_exit();
}
