// SPDX-License-Identifier: GPL-2.0-only
/*
 * PROG_QUERY: who may is tested elsewhere; here its errors and their order,
 * counting, two passes, all four arrays, and arrays that are too small.
 */
#include "../lib/nk.h"

static int dev, peer, ghost = 0x7ffffff0;

static const char *end_name(int type)
{
	return type == NK_PRIMARY ? "primary" : "peer";
}

/* The attribute of a query; arrays as the caller sets them */
static union nk_attr query(int ifindex, int type)
{
	union nk_attr a = {};

	a.query.target_ifindex = ifindex;
	a.query.attach_type = type;
	return a;
}

static long ask(union nk_attr *a, unsigned int size)
{
	return nk_bpf(NK_CMD_PROG_QUERY, a, size);
}

static __u64 ptr(void *p)
{
	return (unsigned long)p;
}

static void errors(int type, bool empty)
{
	const char *e = end_name(type), *s = empty ? "empty" : "two programs";
	union nk_attr a;
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		a = query(ghost, type);
		a.query.query_flags = 1U << bit;
		nk_is(ask(&a, sizeof(a)), bit ? -EINVAL : -ENODEV,
		      "%s: query flag 1<<%u before the device", e, bit);
		a = query(dev, type);
		a.query.query_flags = 1U << bit;
		nk_is(ask(&a, sizeof(a)), -EINVAL,
		      "%s, %s: query flag 1<<%u", e, s, bit);
	}
	a = query(dev, type);
	a.query.attach_flags = 1;
	nk_is(ask(&a, sizeof(a)), -EINVAL, "%s, %s: attach_flags not zero", e,
	      s);
	a = query(ghost, type);
	a.query.attach_flags = 1;
	nk_is(ask(&a, sizeof(a)), -ENODEV,
	      "%s: the device is looked at before attach_flags", e);
	a = query(peer, type);
	a.query.attach_flags = 1;
	nk_is(ask(&a, sizeof(a)), -EACCES,
	      "%s: the end is looked at before attach_flags", e);
	a = query(ghost, type);
	nk_is(ask(&a, sizeof(a)), -ENODEV, "%s: query of no device", e);
	a = query(0, type);
	nk_is(ask(&a, sizeof(a)), -ENODEV, "%s: query of ifindex 0", e);
	a = query(-1, type);
	nk_is(ask(&a, sizeof(a)), -ENODEV, "%s: query of 0xffffffff", e);
	a = query(nk_dev("lo"), type);
	nk_is(ask(&a, sizeof(a)), -ENXIO, "%s: query of lo", e);
	a = query(nk_dev("br0"), type);
	nk_is(ask(&a, sizeof(a)), -ENXIO, "%s: query of a bridge", e);
	a = query(peer, type);
	nk_is(ask(&a, sizeof(a)), -EACCES, "%s: query of the peer", e);
}

static void empty_end(int type)
{
	const char *e = end_name(type);
	__u32 ids[4] = { 7, 7, 7, 7 };
	union nk_attr a = query(dev, type);

	a.query.count = 4;
	a.query.prog_ids = ptr(ids);
	a.query.revision = 99;
	nk_is(ask(&a, sizeof(a)), 0, "%s: query of an empty end", e);
	nk_ok(!a.query.count && a.query.revision == 1 &&
	      !a.query.attach_flags && ids[0] == 7,
	      "%s: count 0, revision 1, nothing in the array", e);
	a = query(dev, type);
	nk_is(ask(&a, sizeof(a)), 0, "%s: query without array", e);
	nk_ok(!a.query.count && a.query.revision == 1,
	      "%s: count 0, revision 1", e);
}

static void filled_end(int type, const __u32 *want, const __u32 *want_links,
		       __u32 n, __u64 rev)
{
	const char *e = end_name(type);
	__u32 ids[8], links[8], pf[8], lf[8], i;
	union nk_attr a;
	bool good;

	/* First pass: how many; second: which */
	a = query(dev, type);
	nk_is(ask(&a, sizeof(a)), 0, "%s: first pass", e);
	nk_ok(a.query.count == n && a.query.revision == rev,
	      "%s: it counts (%u, revision %llu)", e, a.query.count,
	      (unsigned long long)a.query.revision);
	a.query.prog_ids = ptr(ids);
	memset(ids, 0xff, sizeof(ids));
	nk_is(ask(&a, sizeof(a)), 0, "%s: second pass", e);
	nk_ok(a.query.count == n && !memcmp(ids, want, 4 * n) && ids[n] == ~0U,
	      "%s: it lists, and writes no more", e);

	/* More room than needed, all four arrays */
	memset(ids, 0xff, sizeof(ids));
	memset(links, 0xff, sizeof(links));
	memset(pf, 0xff, sizeof(pf));
	memset(lf, 0xff, sizeof(lf));
	a = query(dev, type);
	a.query.count = 8;
	a.query.prog_ids = ptr(ids);
	a.query.link_ids = ptr(links);
	a.query.prog_attach_flags = ptr(pf);
	a.query.link_attach_flags = ptr(lf);
	nk_is(ask(&a, sizeof(a)), 0, "%s: all four arrays", e);
	good = a.query.count == n && !memcmp(ids, want, 4 * n) &&
	       !memcmp(links, want_links, 4 * n);
	for (i = 0; i < 8; i++) {
		good = good && pf[i] == (i < n ? 0 : ~0U) &&
		       lf[i] == (i < n ? 0 : ~0U);
		good = good && (i < n || (ids[i] == ~0U && links[i] == ~0U));
	}
	nk_ok(good, "%s: programs, links, and flags of zero", e);

	/* Without prog_ids the others are not looked at */
	memset(links, 0xff, sizeof(links));
	a = query(dev, type);
	a.query.count = 8;
	a.query.link_ids = ptr(links);
	a.query.prog_attach_flags = 1;
	nk_is(ask(&a, sizeof(a)), 0, "%s: link array without program array",
	      e);
	nk_ok(a.query.count == n && links[0] == ~0U,
	      "%s: it only counts", e);

	/* An array without room for one */
	a = query(dev, type);
	a.query.prog_ids = ptr(ids);
	memset(ids, 0xff, sizeof(ids));
	nk_is(ask(&a, sizeof(a)), 0, "%s: count 0 with an array", e);
	nk_ok(a.query.count == n && ids[0] == ~0U, "%s: it only counts", e);

	for (i = 1; i < n; i++) {
		memset(ids, 0xff, sizeof(ids));
		memset(links, 0xff, sizeof(links));
		a = query(dev, type);
		a.query.count = i;
		a.query.prog_ids = ptr(ids);
		a.query.link_ids = ptr(links);
		nk_is(ask(&a, sizeof(a)), -ENOSPC, "%s: room for %u of %u", e,
		      i, n);
		nk_ok(a.query.count == n && !memcmp(ids, want, 4 * i) &&
		      ids[i] == ~0U && !memcmp(links, want_links, 4 * i) &&
		      links[i] == ~0U && a.query.revision == rev,
		      "%s: the true count, and what fits", e);
	}

	/* Bad arrays */
	a = query(dev, type);
	a.query.count = 8;
	a.query.prog_ids = 1;
	nk_is(ask(&a, sizeof(a)), -EFAULT, "%s: bad program array", e);
	a.query.prog_ids = ptr(ids);
	a.query.link_ids = 1;
	nk_is(ask(&a, sizeof(a)), -EFAULT, "%s: bad link array", e);
	a.query.link_ids = 0;
	a.query.prog_attach_flags = 1;
	nk_is(ask(&a, sizeof(a)), -EFAULT, "%s: bad program flag array", e);
	a.query.prog_attach_flags = 0;
	a.query.link_attach_flags = 1;
	nk_is(ask(&a, sizeof(a)), -EFAULT, "%s: bad link flag array", e);
}

/* Short attributes: what does not fit is neither read nor missed */
static void short_attr(int type, __u32 n, __u64 rev)
{
	const char *e = end_name(type);
	union nk_attr a;
	unsigned int size;

	for (size = 8; size <= sizeof(a); size += 4) {
		memset(&a, 0xff, sizeof(a));
		memset(&a, 0, size);
		a.query.target_ifindex = dev;
		a.query.attach_type = type;
		nk_is(ask(&a, size), 0, "%s: query with %u bytes", e, size);
		/* The kernel writes its answer whatever was passed */
		nk_ok(a.query.count == n && a.query.revision == rev &&
		      !a.query.attach_flags,
		      "%s: with %u bytes it answers all the same", e, size);
	}
	for (size = 0; size < 8; size += 4) {
		memset(&a, 0, sizeof(a));
		a.query.target_ifindex = dev;
		a.query.attach_type = type;
		/* Without the type this is a query of attach type 0 */
		nk_is(ask(&a, size), -EBADF, "%s: query with %u bytes", e,
		      size);
	}
}

int main(void)
{
	struct nk_prog a, b, c;
	int type;

	nk_init();
	nk_sh("ip link add br0 type bridge");
	dev = nk_pair("nk0", "nk1", "");
	peer = nk_dev("nk1");
	a = nk_prog(NK_NEXT);
	b = nk_prog(NK_NEXT);
	c = nk_prog(NK_NEXT);

	for (type = NK_PRIMARY; type <= NK_PEER; type++) {
		int link;

		errors(type, true);
		empty_end(type);
		short_attr(type, 0, 1);
		if (nk_attach(a.fd, dev, type))
			nk_die("attach a program");
		link = nk_link(b.fd, dev, type);
		if (link < 0 || nk_attach(c.fd, dev, type))
			nk_die("attach a link and a program");
		errors(type, false);
		filled_end(type, (__u32[]){ a.id, b.id, c.id },
			   (__u32[]){ 0, nk_link_id(link), 0 }, 3, 4);
		short_attr(type, 3, 4);
		nk_detach(a.fd, dev, type);
		nk_detach(c.fd, dev, type);
		filled_end(type, (__u32[]){ b.id },
			   (__u32[]){ nk_link_id(link) }, 1, 6);
		close(link);
		empty_end(type);
	}
	return nk_exit();
}
