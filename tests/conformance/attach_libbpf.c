// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of a user: an object file with SEC("netkit/primary") and
 * SEC("netkit/peer"), opened, loaded and attached by libbpf, its links pinned,
 * updated and destroyed.
 */
#include "../lib/nk.h"

#define PIN	"/sys/fs/bpf/nk_libbpf"

static struct bpf_object *obj;
static int bss;

enum { PRIMARY, PEER, SECOND, DROP, NPROGS };

static struct bpf_program *prog(const char *name)
{
	struct bpf_program *p = bpf_object__find_program_by_name(obj, name);

	if (!p)
		nk_die("the object has program %s", name);
	return p;
}

static __u32 id(const char *name)
{
	return nk_prog_id(bpf_program__fd(prog(name)));
}

/* The counters, in the order of the object's variables */
static void counters(__u64 *v)
{
	const struct bpf_map *m = bpf_object__find_map_by_name(obj, ".bss");
	__u32 zero = 0;

	if (!m || bpf_map__value_size(m) != NPROGS * sizeof(*v) ||
	    bpf_map_lookup_elem(bss, &zero, v))
		nk_die("read the programs' counters");
}

/* Send from both ends; by how much did the counters move? */
static void counted(int dev, int peer, const char *what, __u64 a, __u64 b,
		    __u64 c, __u64 d)
{
	__u64 v[NPROGS], w[NPROGS], want[NPROGS] = { a, b, c, d };
	bool good = true;
	int i;

	counters(v);
	nk_send(dev);
	nk_send(peer);
	counters(w);
	for (i = 0; i < NPROGS; i++)
		good = good && w[i] - v[i] == want[i];
	if (!nk_ok(good, "%s", what))
		note("counted %llu %llu %llu %llu, expected %llu %llu %llu %llu",
		     w[0] - v[0], w[1] - v[1], w[2] - v[2], w[3] - v[3],
		     want[0], want[1], want[2], want[3]);
}

int main(void)
{
	LIBBPF_OPTS(bpf_netkit_opts, opts);
	struct bpf_link *a, *b, *c, *d;
	int dev, peer;
	long err;

	nk_init();
	unlink(PIN);
	note("libbpf %s", libbpf_version_string());
	obj = bpf_object__open_file("attach_libbpf.bpf.o", NULL);
	if (!obj || bpf_object__load(obj))
		nk_die("open and load the object");
	bss = bpf_object__find_map_fd_by_name(obj, ".bss");
	nk_is(bpf_program__type(prog("primary")), BPF_PROG_TYPE_SCHED_CLS,
	      "SEC(netkit/primary) is a SCHED_CLS program");

	dev = nk_pair("nk0", "nk1", "");
	peer = nk_dev("nk1");
	counted(dev, peer, "nothing is attached", 0, 0, 0, 0);
	a = bpf_program__attach_netkit(prog("primary"), dev, NULL);
	nk_ok(a, "bpf_program__attach_netkit() to the primary");
	b = bpf_program__attach_netkit(prog("peer"), dev, NULL);
	nk_ok(b, "bpf_program__attach_netkit() to the peer");
	if (!a || !b)
		nk_die("attach by libbpf");
	counted(dev, peer, "each sees its own direction", 1, 1, 0, 0);
	nk_order(dev, NK_PRIMARY, 2, "one on the primary", id("primary"));
	nk_order(dev, NK_PEER, 2, "one on the peer", id("peer"));

	opts.flags = NK_F_BEFORE;
	opts.relative_fd = bpf_program__fd(prog("primary"));
	opts.expected_revision = 2;
	c = bpf_program__attach_netkit(prog("second"), dev, &opts);
	nk_ok(c, "attach before another, with a revision");
	nk_order(dev, NK_PRIMARY, 3, "in that order", id("second"),
		 id("primary"));
	counted(dev, peer, "both run", 1, 1, 1, 0);

	opts.flags = NK_F_BEFORE | NK_F_LINK;
	opts.relative_fd = bpf_link__fd(a);
	opts.expected_revision = 3;
	d = bpf_program__attach_netkit(prog("drop"), dev, &opts);
	nk_ok(d, "attach before a link");
	nk_order(dev, NK_PRIMARY, 4, "between the two", id("second"),
		 id("drop"), id("primary"));
	counted(dev, peer, "what is behind DROP does not run", 0, 1, 1, 1);
	errno = 0;
	nk_ok(!bpf_program__attach_netkit(prog("drop"), dev, NULL) &&
	      errno == EEXIST, "attach twice: EEXIST");
	opts.flags = 0;
	opts.relative_fd = 0;
	opts.expected_revision = 2;
	errno = 0;
	nk_ok(!bpf_program__attach_netkit(prog("primary"), dev, &opts) &&
	      errno == ESTALE, "attach with an old revision: ESTALE");
	errno = 0;
	nk_ok(!bpf_program__attach_netkit(prog("primary"), peer, NULL) &&
	      errno == EACCES, "attach through the peer: EACCES");
	errno = 0;
	nk_ok(!bpf_program__attach_netkit(prog("primary"), nk_dev("lo"),
					  NULL) && errno == ENXIO,
	      "attach to lo: ENXIO");

	nk_is(bpf_link__destroy(d), 0, "destroy the link that drops");
	counted(dev, peer, "the others run again", 1, 1, 1, 0);
	nk_is(bpf_link__update_program(c, prog("drop")), 0,
	      "update a link to DROP");
	counted(dev, peer, "it drops", 0, 1, 0, 1);
	nk_is(bpf_link__pin(c, PIN), 0, "pin it");
	nk_is(bpf_link__destroy(c), 0, "let it go");
	counted(dev, peer, "it still drops", 0, 1, 0, 1);
	c = bpf_link__open(PIN);
	nk_ok(c, "open the pin");
	if (!c)
		nk_die("open the pin");
	nk_is(bpf_link__update_program(c, prog("second")), 0,
	      "update it through the pin");
	counted(dev, peer, "it passes", 1, 1, 1, 0);
	nk_is(bpf_link__detach(c), 0, "detach it");
	counted(dev, peer, "it is gone", 1, 1, 0, 0);
	nk_is(bpf_link__update_program(c, prog("drop")), -ENOLINK,
	      "update it: ENOLINK");
	nk_is(bpf_link__unpin(c), 0, "remove the pin");
	nk_is(bpf_link__destroy(c), 0, "destroy it");
	nk_sh("ip link del nk0");
	err = bpf_link__update_program(a, prog("second"));
	nk_is(err, -ENOLINK, "update a link whose device is gone: ENOLINK");
	nk_is(bpf_link__destroy(a), 0, "destroy it");
	nk_is(bpf_link__destroy(b), 0, "and the other end's");
	bpf_object__close(obj);
	return nk_exit();
}
