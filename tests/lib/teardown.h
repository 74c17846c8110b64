/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A namespace, a device, the descriptor of a link, a pin and the module, if
 * that is what is tested, go in every order; and many more, at random. The
 * scene and what must hold is in scene.h.
 */
#ifndef TD_TEARDOWN_H
#define TD_TEARDOWN_H

#include "scene.h"

/* ---- every order ---- */

enum { TD_END_NS, TD_END_DEVICE, TD_END_FD, TD_END_PIN, TD_END_MODULE };

static const char * const td_things[] = {
	"namespace", "device", "fd", "pin", "module",
};

/*
 * One order. A pair with one end in namespace 0 and one in namespace 1, a
 * program attached to either end, a link held by a process, a link in bpffs.
 * Variants, bit by bit: the primary's namespace goes, not the peer's; descriptor
 * and pin are the same link's; this process holds it, not another one; the
 * device is deleted by its other end; the links are on the other ends.
 */
#define TD_VARIANTS	32

static inline void td_order(const int *order, int n, unsigned int variant)
{
	bool primary = variant & 1, same = variant & 2, self = variant & 4;
	int by = !!(variant & 8), end = !!(variant & 16);
	struct td_pair *p = &td_pairs[0];
	int fd, pin, i;
	char what[256];
	__u64 sent;

	td_begin();
	td_make_ns(1, variant & 4);
	td_make_pair(0, primary, !primary);
	td_attach(0, 0);
	td_attach(0, 1);
	fd = td_make_link(0, end, true, same, !self);
	pin = same ? fd : td_make_link(0, !end, false, true, false);
	if (!p->made || fd < 0 || pin < 0)
		nk_die("set the scene");
	td_flows(p);
	td_check_pairs();

	sent = td_sent();
	snprintf(what, sizeof(what), "variant %u, %s's namespace, %s:",
		 variant, primary ? "primary" : "peer",
		 same ? "a pinned link" : "a link and a pinned one");
	for (i = 0; i < n; i++) {
		snprintf(what + strlen(what), sizeof(what) - strlen(what),
			 "%s %s", i ? "," : "", td_things[order[i]]);
		switch (order[i]) {
		case TD_END_NS:
			td_end_ns(1);
			break;
		case TD_END_DEVICE:
			td_delete_pair(0, by);
			break;
		case TD_END_FD:
			td_drop_fd(&td_links[fd]);
			break;
		case TD_END_PIN:
			td_drop_pin(&td_links[pin]);
			break;
		case TD_END_MODULE:
			td_unload();
			break;
		}
	}
	td_sent_meanwhile += td_sent() - sent;
	td_end(what);
}

/* All orders of @n things, each in a number of variants, a power of two */
static inline void td_all_orders(int n, int variants)
{
	int order[5], i, j, k, t;

	for (i = 0; i < n; i++)
		order[i] = i;
	for (;;) {
		for (i = 0; i < variants; i++)
			td_order(order, n, i | (td_random(TD_VARIANTS) &
						~(variants - 1)));
		/* The next one in lexical order */
		for (k = n - 2; k >= 0 && order[k] > order[k + 1]; k--)
			;
		if (k < 0)
			break;
		for (j = n - 1; order[j] < order[k]; j--)
			;
		t = order[k];
		order[k] = order[j];
		order[j] = t;
		for (i = k + 1, j = n - 1; i < j; i++, j--) {
			t = order[i];
			order[i] = order[j];
			order[j] = t;
		}
	}
}

/* ---- at random ---- */

enum { TD_OP_NS, TD_OP_PAIR, TD_OP_ATTACH, TD_OP_DETACH, TD_OP_LINK,
	TD_OP_UPDATE, TD_OP_LINK_DETACH, TD_OP_MOVE, TD_OP_RENAME, TD_OP_DOWN,
	TD_OP_POLICY, TD_OP_DELETE, TD_OP_END_NS, TD_OP_FD, TD_OP_PIN,
	TD_OP_UNLOAD, TD_OPS };

static const char * const td_ops[] = {
	"make a namespace", "make a pair", "attach", "detach", "make a link",
	"update a link", "detach a link", "move an end", "rename an end",
	"up and down", "change policies", "delete a pair", "end a namespace",
	"drop a descriptor", "drop a pin", "unload",
};

static unsigned int td_done[TD_OPS];

static inline int td_living_ns(void)
{
	int k;

	do
		k = td_random(TD_NS);
	while (!td_ns[k].alive);
	return k;
}

/* Do it with an object chosen at random, if that one is fit for it */
static inline bool td_op(int op)
{
	int pair = td_random(TD_PAIRS), end = td_random(2), k, other;
	int link = td_random(TD_LINKS);
	struct td_pair *p = &td_pairs[pair];
	struct td_link *l = &td_links[link];
	bool chance = td_random(2);

	for (k = 0; k < TD_LINKS; k++) {
		if (op == TD_OP_FD ? l->held : op == TD_OP_PIN ? l->pins :
		    l->held || l->pins)
			break;
		l = &td_links[(link + k) % TD_LINKS];
	}
	switch (op) {
	case TD_OP_ATTACH:
	case TD_OP_DETACH:
	case TD_OP_LINK:
	case TD_OP_MOVE:
	case TD_OP_RENAME:
	case TD_OP_DOWN:
	case TD_OP_POLICY:
		if (!p->made)
			return false;
		break;
	case TD_OP_UPDATE:
	case TD_OP_LINK_DETACH:
		if (!l->held && !l->pins)
			return false;
		break;
	}
	switch (op) {
	case TD_OP_NS:
		k = 1 + td_random(TD_NS - 1);
		if (td_ns[k].alive)
			return false;
		td_did(" ns%d", k);
		td_make_ns(k, chance);
		return true;
	case TD_OP_PAIR:
		if (p->made || p->dying)
			return false;
		k = td_living_ns();
		td_make_pair(pair, k, td_living_ns());
		return true;
	case TD_OP_ATTACH:
		td_attach(pair, end);
		return true;
	case TD_OP_DETACH:
		if (!p->bare[end])
			end = !end;
		if (!p->bare[end])
			return false;
		td_detach(pair, end);
		return true;
	case TD_OP_LINK:
		k = td_random(3);
		return td_make_link(pair, end, k != 1,
				    k ? 1 + td_random(2) : 0, chance) >= 0;
	case TD_OP_UPDATE:
		td_update_link(l);
		return true;
	case TD_OP_LINK_DETACH:
		td_detach_link(l);
		return true;
	case TD_OP_MOVE:
		k = td_living_ns();
		if (k == p->ns[end])
			return false;
		td_move_end(pair, end, k, chance);
		return true;
	case TD_OP_RENAME:
		td_move_end(pair, end, p->ns[end], true);
		return true;
	case TD_OP_DOWN:
		td_did(" pair%d %s", pair, p->up ? "down" : "up");
		if (!p->up) {
			td_up(pair);
			return true;
		}
		td_want(nk_set_up(td_ns[p->ns[end]].rtnl, p->ifindex[end],
				  false), 0, "set down");
		p->up = false;
		return true;
	case TD_OP_POLICY:
		td_did(" pair%d's policies", pair);
		p->policy[end] = p->policy[end] ? NK_PASS : NK_DROP;
		td_want(nk_set_policy(td_ns[p->ns[0]].rtnl, p->ifindex[0],
				      p->policy[0], p->policy[1]), 0,
			"change policies");
		return true;
	case TD_OP_DELETE:
		if (!p->made && !p->dying)
			return false;
		td_delete_pair(pair, end);
		return true;
	case TD_OP_END_NS:
		other = 1 + td_random(TD_NS - 1);
		if (!td_ns[other].alive)
			return false;
		td_end_ns(other);
		return true;
	case TD_OP_FD:
		if (!l->held)
			return false;
		td_drop_fd(l);
		return true;
	case TD_OP_PIN:
		if (!l->pins)
			return false;
		td_drop_pin(l);
		return true;
	default:
		if (!td_module || !td_loaded || !td_needed())
			return false;
		td_unload();
		return true;
	}
}

/* Objects are made and changed, and some go again. */
static inline void td_live(void)
{
	/* What makes something comes up more often than what ends it. */
	static const int often[] = {
		TD_OP_NS, TD_OP_NS, TD_OP_PAIR, TD_OP_PAIR, TD_OP_PAIR,
		TD_OP_ATTACH, TD_OP_ATTACH, TD_OP_LINK, TD_OP_LINK, TD_OP_LINK,
		TD_OP_DETACH, TD_OP_UPDATE, TD_OP_LINK_DETACH, TD_OP_MOVE,
		TD_OP_MOVE, TD_OP_RENAME, TD_OP_DOWN, TD_OP_POLICY,
		TD_OP_DELETE, TD_OP_END_NS, TD_OP_FD, TD_OP_PIN, TD_OP_UNLOAD,
	};
	int ops = 20 + td_random(20), op;

	td_make_ns(1, td_random(2));
	td_make_pair(0, td_random(2), td_random(2));
	while (ops) {
		op = often[td_random(sizeof(often) / sizeof(often[0]))];
		if (!td_op(op))
			continue;
		td_done[op]++;
		ops--;
	}
}

/* All that is left goes, in a random order, and unloading is tried. */
static inline void td_die(void)
{
	int list[TD_NS + TD_PAIRS + 3 * TD_LINKS + 2], n = 0, i, k;

	for (i = 1; i < TD_NS; i++)
		list[n++] = TD_OP_END_NS << 8 | i;
	for (i = 0; i < TD_PAIRS; i++)
		list[n++] = TD_OP_DELETE << 8 | i;
	for (i = 0; i < TD_LINKS; i++) {
		list[n++] = TD_OP_FD << 8 | i;
		list[n++] = TD_OP_PIN << 8 | i;
		list[n++] = TD_OP_PIN << 8 | i;
	}
	list[n++] = TD_OP_UNLOAD << 8;
	list[n++] = TD_OP_UNLOAD << 8;
	td_shuffle(list, n);

	for (i = 0; i < n; i++) {
		k = list[i] & 0xff;
		switch (list[i] >> 8) {
		case TD_OP_END_NS:
			if (td_ns[k].alive)
				td_end_ns(k);
			break;
		case TD_OP_DELETE:
			if (td_pairs[k].made || td_pairs[k].dying)
				td_delete_pair(k, td_random(2));
			break;
		case TD_OP_FD:
			if (td_links[k].held)
				td_drop_fd(&td_links[k]);
			break;
		case TD_OP_PIN:
			if (td_links[k].pins)
				td_drop_pin(&td_links[k]);
			break;
		default:
			if (td_module)
				td_unload();
		}
	}
}

static inline void td_rounds(__u64 seed, int rounds)
{
	char what[64];
	__u64 sent;
	int i;

	for (i = 0; i < rounds; i++) {
		td_state = seed * 1000003 + i;
		td_begin();
		td_live();
		sent = td_sent();
		td_die();
		td_sent_meanwhile += td_sent() - sent;
		snprintf(what, sizeof(what), "seed %llu, round %d",
			 (unsigned long long)seed, i);
		td_end(what);
	}
	for (i = 0; i < TD_OPS; i++)
		if (rounds && (td_module || i != TD_OP_UNLOAD))
			nk_ok(td_done[i], "%s: %u times", td_ops[i],
			      td_done[i]);
}

static inline void td_finish(int times)
{
	nk_ok(td_sent_meanwhile > (__u64)times,
	      "packets were sent while all was removed %d times: %llu", times,
	      (unsigned long long)td_sent_meanwhile);
	kill(td_ns[0].pid, SIGKILL);
	rmdir(TD_DIR);
}

#endif /* TD_TEARDOWN_H */
