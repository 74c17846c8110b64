// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ordered list of programs: looking up, finding the place that a request
 * means, building the list that follows.
 */
#include <asm/barrier.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mprog.h"

/**
 * mprog_find_prog - look up an entry by its program
 * @list: a list, or NULL
 * @prog: the program
 *
 * A program is on a list once at most.
 *
 * Return: position of the entry, or -ENOENT.
 */
int mprog_find_prog(const struct mprog_list *list, const struct bpf_prog *prog)
{
	u32 i;

	for (i = 0; i < mprog_count(list); i++)
		if (list->item[i].prog == prog)
			return i;
	return -ENOENT;
}

/**
 * mprog_find_link - look up an entry by the link that owns it
 * @list: a list, or NULL
 * @link: the link, not NULL
 *
 * Return: position of the entry, or -ENOENT.
 */
int mprog_find_link(const struct mprog_list *list, const struct bpf_link *link)
{
	u32 i;

	for (i = 0; i < mprog_count(list); i++)
		if (list->item[i].link == link)
			return i;
	return -ENOENT;
}

static bool mprog_has_rel(const struct mprog_request *req)
{
	return req->rel.prog || req->rel.link;
}

static bool mprog_has_side(const struct mprog_request *req)
{
	return req->flags & (BPF_F_BEFORE | BPF_F_AFTER);
}

/*
 * The position next to the relative entry, on the side that the flags say;
 * without a relative entry the one ahead of the first or behind the last
 * entry. *@pos is thus from -1 to the number of entries, both included.
 *
 * Both sides at once never are one position, that is -ERANGE.
 */
static int mprog_side(const struct mprog_list *list,
		      const struct mprog_request *req, int *pos)
{
	bool before = req->flags & BPF_F_BEFORE;
	int rel;

	if (!mprog_has_rel(req)) {
		*pos = before ? -1 : mprog_count(list);
	} else {
		rel = req->rel.link ? mprog_find_link(list, req->rel.link) :
				      mprog_find_prog(list, req->rel.prog);
		if (rel < 0)
			return rel;
		*pos = before ? rel - 1 : rel + 1;
	}

	return before && (req->flags & BPF_F_AFTER) ? -ERANGE : 0;
}

/* An entry that a program owns by itself; those of links are theirs alone. */
static int mprog_find_unlinked(const struct mprog_list *list,
			       const struct bpf_prog *prog)
{
	int pos = mprog_find_prog(list, prog);

	if (pos >= 0 && list->item[pos].link)
		return -EBUSY;
	return pos;
}

static int mprog_replace_pos(const struct mprog_list *list,
			     const struct mprog_request *req)
{
	int pos = mprog_find_unlinked(list, req->replace);
	int side, err;

	if (pos < 0 || !mprog_has_side(req))
		return pos;

	err = mprog_side(list, req, &side);
	if (err)
		return err;
	return side == pos ? pos : -ERANGE;
}

/**
 * mprog_attach_pos - where a new entry goes
 * @list: a list, or NULL
 * @req:  the request
 *
 * Without BPF_F_BEFORE and BPF_F_AFTER that is the end; with one of them, the
 * front or the end, or that side of the relative entry. BPF_F_REPLACE gives
 * the position of the entry to replace; with a side as well, the two must
 * agree.
 *
 * Return: the position, for mprog_replace() with BPF_F_REPLACE and for
 * mprog_insert() without; or
 * -ERANGE: there is no room left;
 * -EINVAL: something else than a side or a replacement was asked for;
 * -ENOENT: the relative entry, or the one to replace, is not on the list;
 * -EBUSY:  the entry to replace is a link's;
 * -ERANGE: there is no such place.
 */
int mprog_attach_pos(const struct mprog_list *list,
		     const struct mprog_request *req)
{
	int pos = mprog_count(list), err;

	if (req->flags & BPF_F_REPLACE)
		return mprog_replace_pos(list, req);
	if (pos == MPROG_MAX)
		return -ERANGE;

	if (mprog_has_side(req)) {
		err = mprog_side(list, req, &pos);
		if (err)
			return err;
		if (req->flags & BPF_F_BEFORE)
			pos++;
	} else if (req->flags || mprog_has_rel(req)) {
		return -EINVAL;
	}
	return pos;
}

/**
 * mprog_detach_pos - which entry is to go
 * @list: a list with at least one entry
 * @req:  the request
 *
 * The one of the program, or the one on that side of the relative entry, or
 * the first or last one, or by default the last one. If a request names a
 * program and a side, the two must agree. A relative entry at the front or the
 * end, with nothing on that side of it, means itself.
 *
 * Behind the last entry means that entry as well, but behind the last entry
 * of a full list there is no position: that one must be removed by its program
 * or by what is next to it. Odd, but the answer that the in-tree driver gives.
 *
 * Return: the position, for mprog_remove(); or
 * -EINVAL: something else than a program or a side was asked for;
 * -ENOENT: the relative entry or the program is not on the list;
 * -EBUSY:  the entry is a link's;
 * -ERANGE: program and side do not agree, or no such position exists.
 */
int mprog_detach_pos(const struct mprog_list *list,
		     const struct mprog_request *req)
{
	int last = list->count - 1;
	int pos = list->count, side, err;

	if (req->prog) {
		pos = mprog_find_unlinked(list, req->prog);
		if (pos < 0)
			return pos;
	}

	if (mprog_has_side(req)) {
		err = mprog_side(list, req, &side);
		if (err)
			return err;
		if (req->prog && side != pos)
			return -ERANGE;
		pos = side;
	} else if (!req->prog && (req->flags || mprog_has_rel(req))) {
		return -EINVAL;
	}

	if (pos == MPROG_MAX)
		return -ERANGE;
	pos = clamp(pos, 0, last);
	return list->item[pos].link ? -EBUSY : pos;
}

static struct mprog_list *mprog_alloc(u32 count, gfp_t gfp)
{
	struct mprog_list *list;

	/* Zeroed, and so is the program that ends the list */
	list = kzalloc(struct_size(list, item, count + 1), gfp);
	if (list)
		list->count = count;
	return list;
}

static void mprog_copy(struct mprog_item *to, const struct mprog_item *from,
		       u32 count)
{
	memcpy(to, from, count * sizeof(*to));
}

/**
 * mprog_insert - a list with one entry more
 * @list: a list with room for it, or NULL
 * @pos:  position of the new entry, 0 to the number of entries
 * @item: the new entry
 *
 * Context: may sleep.
 * Return: the new list, or NULL if there is no memory.
 */
struct mprog_list *mprog_insert(const struct mprog_list *list, u32 pos,
				const struct mprog_item *item)
{
	u32 count = mprog_count(list);
	struct mprog_list *new;

	new = mprog_alloc(count + 1, GFP_KERNEL);
	if (!new)
		return NULL;

	new->item[pos] = *item;
	if (list) {
		mprog_copy(new->item, list->item, pos);
		mprog_copy(new->item + pos + 1, list->item + pos, count - pos);
	}
	return new;
}

/**
 * mprog_replace - exchange the program of an entry, in place
 * @list: a list, published or not
 * @pos:  position of the entry
 * @prog: what comes in the place of its program, not NULL, which would end the
 *	  list
 *
 * A reader of the list sees the old program or the new one; of several
 * exchanges during one walk, some or all.
 *
 * Context: any; the caller keeps other changes of the list away.
 * Return: the old program.
 */
struct bpf_prog *mprog_replace(struct mprog_list *list, u32 pos,
			       struct bpf_prog *prog)
{
	struct bpf_prog *old = list->item[pos].prog;

	/* Pairs with READ_ONCE() in netkit_run(), which goes by the address. */
	smp_store_release(&list->item[pos].prog, prog);
	return old;
}

/**
 * mprog_remove - a list with one entry less
 * @list: a list
 * @pos:  position of the entry to leave out
 *
 * Cannot fail, since nobody could be told: a link is released when its last
 * file descriptor closes. Hence __GFP_NOFAIL, which is meant for this: about
 * one kilobyte at most, from a context that may sleep. Taking the entry out of
 * the published list instead would let a walking reader miss its neighbour.
 *
 * Context: may sleep.
 * Return: the new list, NULL if that is empty.
 */
struct mprog_list *mprog_remove(const struct mprog_list *list, u32 pos)
{
	u32 count = list->count - 1;
	struct mprog_list *new;

	if (!count)
		return NULL;

	new = mprog_alloc(count, GFP_KERNEL | __GFP_NOFAIL);
	mprog_copy(new->item, list->item, pos);
	mprog_copy(new->item + pos, list->item + pos + 1, count - pos);
	return new;
}
