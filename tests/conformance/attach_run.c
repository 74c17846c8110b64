// SPDX-License-Identifier: GPL-2.0-only
/*
 * What attached programs do to packets: they run in the listed order, see the
 * receiving end as their device, and the first verdict other than NEXT ends
 * the run. Programs append to a map, a packet is sent, the map is compared.
 */
#include "../lib/nk.h"

static int dev, peer, map, at_dev, at_peer;

static const char *end_name(int type)
{
	return type == NK_PRIMARY ? "primary" : "peer";
}

/* Send a packet from the end of this type: 0, or -ENOBUFS for a drop */
static int sent(int type)
{
	nk_trace_reset(map);
	return nk_send(type == NK_PRIMARY ? dev : peer);
}

/* Do packets of this end get through, and do they arrive? */
static void passes(int type, bool pass, const char *what)
{
	int fd = type == NK_PRIMARY ? at_peer : at_dev, got, n;

	nk_received(fd, 0);
	got = sent(type);
	n = nk_received(fd, pass ? 2000 : 100);
	if (!nk_ok(pass ? !got && n == 1 : got == -ENOBUFS && !n,
		   "%s: %s: a packet %s", end_name(type), what,
		   pass ? "passes" : "is dropped"))
		note("send: %s, %d arrived", nk_errname(got), n);
}

/* Was the trace these tags, n of them? */
static void traced(int type, const __u32 *tags, int n, const char *what)
{
	struct nk_run r;
	int i, got = nk_trace_get(map, 0, NULL);
	bool good = got == n;

	for (i = 0; good && i < n; i++) {
		nk_trace_get(map, i + 1, &r);
		good = r.tag == tags[i];
	}
	if (nk_ok(good, "%s: %s", end_name(type), what))
		return;
	printf("# %d runs:", got);
	for (i = 0; i < got && i < NK_RUNS - 1; i++) {
		nk_trace_get(map, i + 1, &r);
		printf(" %u", r.tag);
	}
	printf("; expected %d:", n);
	for (i = 0; i < n; i++)
		printf(" %u", tags[i]);
	printf("\n");
}

#define TRACED(type, what, ...) \
	traced(type, (const __u32[]){ __VA_ARGS__ }, \
	       sizeof((const __u32[]){ __VA_ARGS__ }) / 4, what)

/* 63 programs, put in by all kinds of positions, some through links */
static void order(int type)
{
	const char *e = end_name(type);
	struct nk_prog p[NK_MAX_PROGS];
	__u32 tags[NK_MAX_PROGS], tmp[NK_MAX_PROGS];
	int links[NK_MAX_PROGS], i, at, n, err = 0;
	static const int ways = 6;

	for (i = 0; i < NK_MAX_PROGS; i++) {
		p[i] = nk_prog_trace(map, i + 1, NK_NEXT);
		links[i] = -1;
	}
	/* tags[] is what the order should be: 1 to 63 by p[] index */
	for (n = 0; n < NK_MAX_PROGS && err >= 0; n++) {
		struct nk_opt o = {};
		int rel = n ? n / 2 : 0;	/* some entry of the list */

		at = n;
		switch (n ? n % ways : 0) {
		case 0:
			break;
		case 1:
			o.flags = NK_F_BEFORE;
			at = 0;
			break;
		case 2:
			o.flags = NK_F_AFTER;
			break;
		case 3:
			o.flags = NK_F_BEFORE;
			o.relative = p[tags[rel] - 1].fd;
			at = rel;
			break;
		case 4:
			o.flags = NK_F_AFTER | NK_F_ID;
			o.relative = p[tags[rel] - 1].id;
			at = rel + 1;
			break;
		default:
			o.flags = NK_F_BEFORE | NK_F_ID;
			o.relative = p[tags[rel] - 1].id;
			at = rel;
			break;
		}
		if (n % 4 == 3) {
			links[n] = nk_link_opt(p[n].fd, dev, type, o);
			err = links[n];
		} else {
			err = nk_attach_opt(p[n].fd, dev, type, o);
		}
		memcpy(tmp, tags, sizeof(tmp));
		memcpy(tags + at + 1, tmp + at, 4 * (n - at));
		tags[at] = n + 1;
	}
	nk_good(err, "%s: attach %d programs and links", e, NK_MAX_PROGS);
	nk_is(sent(type), 0, "%s: a packet passes them all", e);
	traced(type, tags, NK_MAX_PROGS, "63 programs run in order");
	nk_is(sent(type), 0, "%s: another one", e);
	traced(type, tags, NK_MAX_PROGS, "they do so again");

	/* Take some away from everywhere */
	for (i = 0; i < NK_MAX_PROGS; i += 3) {
		if (links[i] >= 0) {
			close(links[i]);
			links[i] = -1;
		} else {
			nk_detach(p[i].fd, dev, type);
		}
		for (n = at = 0; n < NK_MAX_PROGS; n++)
			if (tags[n] != (__u32)i + 1)
				tags[at++] = tags[n];
		tags[at] = 0;
	}
	nk_is(sent(type), 0, "%s: a packet passes the rest", e);
	traced(type, tags, NK_MAX_PROGS * 2 / 3, "the 42 that remain run in order");
	for (i = 0; i < NK_MAX_PROGS; i++) {
		if (links[i] >= 0)
			close(links[i]);
		else
			nk_detach(p[i].fd, dev, type);
		close(p[i].fd);
	}
	nk_order(dev, type, 1, "all are gone");
	nk_is(sent(type), 0, "%s: a packet passes nothing", e);
	traced(type, NULL, 0, "no program runs");
}

static void verdicts(int type)
{
	/* TC_ACT_UNSPEC is NEXT; what is no verdict of netkit's drops */
	static const struct {
		int verdict;
		bool pass;
	} v[] = {
		{ NK_NEXT, true }, { NK_PASS, true }, { NK_DROP, false },
		{ 1, false }, { 3, false }, { 4, false }, { 5, false },
		{ 6, false }, { 8, false }, { 100, false }, { -2, false },
		{ 0x7fffffff, false },
		/* REDIRECT without a target */
		{ NK_REDIRECT, false },
	};
	struct nk_prog first, last;
	char what[64];
	unsigned int i;
	int err;

	last = nk_prog_trace(map, 99, NK_NEXT);
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		first = nk_prog_trace(map, 1, v[i].verdict);
		err = nk_attach(first.fd, dev, type);
		snprintf(what, sizeof(what), "verdict %d", v[i].verdict);
		if (v[i].verdict == NK_REDIRECT) {
			/* Counted as sent, whatever becomes of it */
			nk_received(type == NK_PRIMARY ? at_peer : at_dev, 0);
			sent(type);
			nk_is(nk_received(type == NK_PRIMARY ? at_peer : at_dev,
					  100), 0,
			      "%s: %s without a target does not arrive",
			      end_name(type), what);
		} else {
			passes(type, v[i].pass, what);
		}
		TRACED(type, "it ran", 1);

		/* Is the next program run? Only after NEXT */
		err = err ?: nk_attach(last.fd, dev, type);
		sent(type);
		if (v[i].verdict == NK_NEXT)
			TRACED(type, "after NEXT the next one runs", 1, 99);
		else
			TRACED(type, "the verdict ends the run", 1);
		err = err ?: nk_detach(first.fd, dev, type);
		sent(type);
		TRACED(type, "the other one alone", 99);
		err = err ?: nk_detach(last.fd, dev, type);
		nk_is(err, 0, "%s: attached and detached", end_name(type));
		close(first.fd);
	}
	close(last.fd);
}

/* What a program sees: the receiving end as device, no ingress device */
static void context(int type)
{
	struct nk_prog p = nk_prog_trace(map, 5, NK_PASS);
	int want = type == NK_PRIMARY ? peer : dev;
	struct nk_run r = {};
	bool good;
	int link = nk_link(p.fd, dev, type);

	nk_is(sent(type), 0, "%s: send through a link's program",
	      end_name(type));
	good = nk_trace_get(map, 1, &r) == 1;
	if (!nk_ok(good && r.ifindex == (__u32)want && !r.ingress_ifindex,
		   "%s: skb->ifindex is the receiving end's, ingress_ifindex 0",
		   end_name(type)))
		note("got ifindex %u ingress_ifindex %u, expected %d and 0",
		     r.ifindex, r.ingress_ifindex, want);
	/* The other direction does not run it */
	nk_is(sent(type == NK_PRIMARY ? NK_PEER : NK_PRIMARY), 0,
	      "%s: send the other way", end_name(type));
	traced(type, NULL, 0, "the other direction does not run it");
	close(link);
}

/* Updates and replacements take effect for the next packet */
static void changes(int type)
{
	struct nk_prog a = nk_prog_trace(map, 1, NK_NEXT);
	struct nk_prog b = nk_prog_trace(map, 2, NK_NEXT);
	struct nk_prog c = nk_prog_trace(map, 3, NK_DROP);
	struct nk_prog d = nk_prog_trace(map, 4, NK_NEXT);
	int link = nk_link(a.fd, dev, type);

	nk_attach(b.fd, dev, type);
	sent(type);
	TRACED(type, "a link and a program run", 1, 2);
	nk_is(nk_update(link, c.fd, 0, 0), 0, "%s: update the link to DROP",
	      end_name(type));
	passes(type, false, "after the update");
	TRACED(type, "the new program drops", 3);
	nk_is(nk_update(link, d.fd, 0, 0), 0, "%s: update the link to NEXT",
	      end_name(type));
	passes(type, true, "after another update");
	TRACED(type, "both run", 4, 2);
	nk_is(nk_attach(a.fd, dev, type, .flags = NK_F_REPLACE,
			.replace_fd = b.fd), 0, "%s: replace the program",
	      end_name(type));
	passes(type, true, "after the replacement");
	TRACED(type, "the new one in its place", 4, 1);
	nk_is(bpf_link_detach(link), 0, "%s: detach the link",
	      end_name(type));
	passes(type, true, "after LINK_DETACH");
	TRACED(type, "the program alone", 1);
	nk_is(nk_detach(a.fd, dev, type), 0, "%s: detach the program",
	      end_name(type));
	close(link);
	close(a.fd);
	close(b.fd);
	close(c.fd);
	close(d.fd);
}

/* The policy speaks only while no program is attached */
static void policy(int type)
{
	struct nk_prog next = nk_prog_trace(map, 1, NK_NEXT);
	struct nk_prog drop = nk_prog_trace(map, 2, NK_DROP);
	const char *key = type == NK_PRIMARY ? "" : "peer";
	int link;

	nk_sh("ip link set nk0 type netkit %s blackhole", key);
	passes(type, false, "policy blackhole");
	link = nk_link(next.fd, dev, type);
	passes(type, true, "policy blackhole, program NEXT");
	nk_is(nk_attach(drop.fd, dev, type), 0, "%s: DROP behind NEXT",
	      end_name(type));
	passes(type, false, "program DROP");
	nk_is(nk_detach(drop.fd, dev, type), 0, "%s: detach DROP",
	      end_name(type));
	passes(type, true, "program NEXT again");
	close(link);
	passes(type, false, "no program, policy blackhole");
	nk_sh("ip link set nk0 type netkit %s forward", key);
	passes(type, true, "policy forward");
	nk_is(nk_attach(drop.fd, dev, type), 0, "%s: DROP", end_name(type));
	passes(type, false, "policy forward, program DROP");
	nk_is(nk_detach(drop.fd, dev, type), 0, "%s: detach DROP",
	      end_name(type));
	passes(type, true, "no program, policy forward");
	close(next.fd);
	close(drop.fd);
}

int main(void)
{
	static const char * const modes[] = { "mode l3", "mode l2" };
	unsigned int i;
	int type;

	nk_init();
	map = nk_trace_map();
	for (i = 0; i < 2; i++) {
		printf("# %s\n", modes[i]);
		dev = nk_pair("nk0", "nk1", modes[i]);
		peer = nk_dev("nk1");
		at_dev = nk_receiver(dev);
		at_peer = nk_receiver(peer);
		for (type = NK_PRIMARY; type <= NK_PEER; type++) {
			order(type);
			verdicts(type);
			context(type);
			changes(type);
			policy(type);
		}
		close(at_dev);
		close(at_peer);
		nk_sh("ip link del nk0");
	}
	return nk_exit();
}
