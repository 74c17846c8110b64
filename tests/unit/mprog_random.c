// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program list against the model, one random request after the other on
 * one list that grows and shrinks between empty and full.
 */
#include <sys/random.h>
#include <linux/slab.h>

#include "../lib/tap.h"
#include "alloc.h"
#include "model.h"
#include "names.h"

/* More than fit, so that one that is not on the list is easily found */
#define PROGS	80

enum kind { ATTACH, LINK_CREATE, REPLACE, DETACH, RELEASE, UPDATE, KINDS };

static const char * const kind_name[KINDS] = {
	"attach", "link create", "replace", "detach", "link release",
	"link update",
};

static unsigned long long seed, rng;
static unsigned long tried[KINDS], done[KINDS], error_seen[KINDS][256];
static unsigned long full_seen, empty_seen, no_memory_seen;
static struct mprog_list *list;
static struct model model;

/* splitmix64 */
static unsigned int rnd(unsigned int below)
{
	unsigned long long z = rng += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return (z ^ z >> 31) % below;
}

static bool one_in(unsigned int n)
{
	return !rnd(n);
}

/* A program on the list, mostly, or any */
static int some_prog(void)
{
	if (model.count && !one_in(16))
		return model.prog[rnd(model.count)];
	return rnd(PROGS);
}

static int some_link(void)
{
	int i, tries;

	for (tries = 0; model.count && tries < 32; tries++) {
		i = rnd(model.count);
		if (model.link[i] != NOBODY)
			return model.link[i];
	}
	return rnd(PROGS);
}

static int bare_prog(void)
{
	int i, tries;

	for (tries = 0; model.count && tries < 32; tries++) {
		i = rnd(model.count);
		if (model.link[i] == NOBODY)
			return model.prog[i];
	}
	return rnd(PROGS);
}

static int new_prog(void)
{
	int prog;

	do
		prog = rnd(PROGS);
	while (model_find_prog(&model, prog) >= 0);
	return prog;
}

/* A link that owns nothing. There are as many links as programs. */
static int new_link(void)
{
	int link;

	do
		link = rnd(PROGS);
	while (model_find_link(&model, link) >= 0);
	return link;
}

/* Sides and a relative entry, some of which make no sense */
static void some_side(struct wish *w)
{
	switch (rnd(16)) {
	case 0 ... 5:
		w->before = true;
		break;
	case 6 ... 11:
		w->after = true;
		break;
	case 12:
		w->before = true;
		w->after = true;
		break;
	}
	if ((w->before || w->after) ? rnd(4) : one_in(8)) {
		if (rnd(2))
			w->rel_prog = some_prog();
		else
			w->rel_link = some_link();
	}
	w->other_flag = one_in(16);
}

/* A side of an entry that is there, and that agrees most of the time */
static void agreeing_side(struct wish *w, int prog)
{
	int i = model_find_prog(&model, prog), rel;

	if (one_in(2))
		return;
	if (i < 0 || one_in(4)) {
		some_side(w);
		return;
	}
	w->before = rnd(2);
	w->after = !w->before;
	rel = w->before ? i + 1 : i - 1;
	if (rel < 0 || rel >= model.count)
		return;
	if (model.link[rel] != NOBODY && rnd(2))
		w->rel_link = model.link[rel];
	else
		w->rel_prog = model.prog[rel];
}

static struct mprog_request to_request(const struct wish *w)
{
	struct mprog_request req = { 0 };

	if (w->before)
		req.flags |= BPF_F_BEFORE;
	if (w->after)
		req.flags |= BPF_F_AFTER;
	if (w->replace)
		req.flags |= BPF_F_REPLACE;
	if (w->rel_link != NOBODY)
		req.flags |= BPF_F_LINK;
	if (w->other_flag)
		req.flags |= BPF_F_ID;
	if (w->prog != NOBODY)
		req.prog = name_prog(w->prog);
	if (w->replaced != NOBODY)
		req.replace = name_prog(w->replaced);
	if (w->rel_link != NOBODY)
		req.rel.link = name_link(w->rel_link);
	else if (w->rel_prog != NOBODY)
		req.rel.prog = name_prog(w->rel_prog);
	return req;
}

static bool same(const struct mprog_list *l, const struct model *m)
{
	int i;

	if (mprog_count(l) != m->count || !l != !m->count)
		return false;
	for (i = 0; i < m->count; i++) {
		if (prog_name(l->item[i].prog) != m->prog[i])
			return false;
		if ((l->item[i].link ? link_name(l->item[i].link) : NOBODY) !=
		    m->link[i])
			return false;
	}
	return !l || !l->item[i].prog;
}

static bool compare(const char *what, int got, int want)
{
	if (got != want)
		note("%s: got %d, the model says %d", what, got, want);
	return got == want;
}

static struct mprog_item make_item(int prog, int link)
{
	return (struct mprog_item){
		name_prog(prog), link == NOBODY ? NULL : name_link(link) };
}

/* Do what @kind does at @place, on both sides; is the outcome the same? */
static bool apply(enum kind kind, int place, int prog, int link)
{
	const struct mprog_item item = make_item(prog, link);
	const struct model before = model;
	struct mprog_list *old = list, *new = NULL;

	alloc_fails = one_in(64);
	switch (kind) {
	case ATTACH:
	case LINK_CREATE:
		new = mprog_insert(old, place, &item);
		break;
	default:
		new = mprog_remove(old, place);
	}

	if (alloc_fails && kind != DETACH && kind != RELEASE) {
		alloc_fails = false;
		no_memory_seen++;
		return !new && same(old, &before);
	}
	alloc_fails = false;

	if (kind == DETACH || kind == RELEASE)
		model_remove(&model, place);
	else
		model_insert(&model, place, prog, link);
	done[kind]++;

	/* A reader may still be on the old list, so that is not to change. */
	if (!same(old, &before) || !same(new, &model))
		return false;
	kfree(old);
	list = new;
	return alloc_live == !!list;
}

/* The same for the program of an entry, which is exchanged in place */
static bool exchange(enum kind kind, int place, int prog, int link)
{
	struct bpf_prog *was = name_prog(model.prog[place]);
	bool good;

	/* It needs no memory */
	alloc_fails = true;
	good = mprog_replace(list, place, name_prog(prog)) == was;
	alloc_fails = false;

	model_remove(&model, place);
	model_insert(&model, place, prog, link);
	done[kind]++;
	return good && same(list, &model);
}

static bool step(enum kind kind)
{
	struct wish w = { .prog = NOBODY, .replaced = NOBODY,
			  .rel_prog = NOBODY, .rel_link = NOBODY };
	int prog = NOBODY, link = NOBODY, got, want;
	struct mprog_request req;

	if ((kind == DETACH || kind == RELEASE || kind == UPDATE) &&
	    !model.count)
		kind = ATTACH;
	tried[kind]++;

	switch (kind) {
	case LINK_CREATE:
		link = new_link();
		/* fall through */
	case ATTACH:
		prog = new_prog();
		some_side(&w);
		req = to_request(&w);
		got = mprog_attach_pos(list, &req);
		want = model_attach(&model, &w);
		break;
	case REPLACE:
		prog = new_prog();
		w.replace = true;
		w.replaced = rnd(4) ? bare_prog() : some_prog();
		agreeing_side(&w, w.replaced);
		req = to_request(&w);
		got = mprog_attach_pos(list, &req);
		want = model_attach(&model, &w);
		break;
	case DETACH:
		if (rnd(4)) {
			w.prog = rnd(4) ? bare_prog() : some_prog();
			agreeing_side(&w, w.prog);
		} else {
			some_side(&w);
		}
		req = to_request(&w);
		got = mprog_detach_pos(list, &req);
		want = model_detach(&model, &w);
		prog = 0;
		break;
	default:
		link = some_link();
		prog = new_prog();
		got = mprog_find_link(list, name_link(link));
		want = model_find_link(&model, link);
	}

	if (!compare(kind_name[kind], got, want))
		return false;
	if (got < 0) {
		error_seen[kind][-got]++;
		return same(list, &model);
	}
	return kind == REPLACE || kind == UPDATE ?
	       exchange(kind, got, prog, link) : apply(kind, got, prog, link);
}

/* Presence is what callers ask for by themselves. */
static bool lookups(void)
{
	int prog = rnd(PROGS), link = rnd(PROGS);

	return compare("find program", mprog_find_prog(list, name_prog(prog)),
		       model_find_prog(&model, prog)) &&
	       compare("find link", mprog_find_link(list, name_link(link)),
		       model_find_link(&model, link));
}

/* Grow for a while, shrink for a while, in a phase of random length */
static enum kind choose(void)
{
	static const enum kind more[] = { ATTACH, LINK_CREATE };
	static const enum kind less[] = { DETACH, RELEASE };
	static const enum kind keep[] = { REPLACE, UPDATE };
	static unsigned int left;
	static bool growing;

	if (!left--) {
		left = 50 + rnd(400);
		growing = !growing;
	}
	if (one_in(3))
		return keep[rnd(2)];
	return growing != one_in(5) ? more[rnd(2)] : less[rnd(2)];
}

static void coverage(void)
{
	static const struct {
		enum kind	kind;
		int		error;
	} expected[] = {
		{ ATTACH, EINVAL }, { ATTACH, ENOENT }, { ATTACH, ERANGE },
		{ LINK_CREATE, EINVAL }, { LINK_CREATE, ENOENT },
		{ LINK_CREATE, ERANGE },
		{ REPLACE, ENOENT }, { REPLACE, EBUSY }, { REPLACE, ERANGE },
		{ DETACH, EINVAL }, { DETACH, ENOENT }, { DETACH, EBUSY },
		{ DETACH, ERANGE },
		{ RELEASE, ENOENT }, { UPDATE, ENOENT },
	};
	unsigned int i;

	for (i = 0; i < KINDS; i++)
		ok(tried[i] && done[i] * 100 >= tried[i] * 30,
		   "%s: at least 30 %% succeed (%lu of %lu)", kind_name[i],
		   done[i], tried[i]);
	for (i = 0; i < sizeof(expected) / sizeof(*expected); i++)
		ok(error_seen[expected[i].kind][expected[i].error] >= 100,
		   "%s: %s is met often enough (%lu times)",
		   kind_name[expected[i].kind],
		   strerrorname_np(expected[i].error),
		   error_seen[expected[i].kind][expected[i].error]);
	ok(full_seen && empty_seen && no_memory_seen,
	   "the list is full (%lu times), empty (%lu), without memory (%lu)",
	   full_seen, empty_seen, no_memory_seen);
}

int main(void)
{
	const char *env_seed = getenv("NK_SEED"), *env_ops = getenv("NK_OPS");
	unsigned long ops = 1000000, i;
	bool good = true;

	if (env_seed)
		seed = strtoull(env_seed, NULL, 0);
	else if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		bail("get a seed");
	if (env_ops)
		ops = strtoul(env_ops, NULL, 0);
	rng = seed;
	note("NK_SEED=%llu NK_OPS=%lu", seed, ops);

	for (i = 0; good && i < ops; i++) {
		good = step(choose()) && lookups();
		full_seen += model.count == MODEL_MAX;
		empty_seen += !model.count;
	}
	ok(good && i == ops, "%lu random operations agree with the model, seed %llu",
	   i, seed);
	if (good)
		coverage();
	kfree(list);
	ok(!good || !alloc_live, "every list was freed");
	return finish();
}
