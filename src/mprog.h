/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ordered list of programs at one end of a netkit pair.
 *
 * Pure data: no lock, no reference count and no kernel object is touched, and
 * programs and links are only ever compared by address. The list is built for
 * the one who walks it with every packet, so entries never come, go or move in
 * a published list: that takes a new one, which the caller publishes before it
 * frees the old one after an RCU grace period. Just the program of an entry may
 * be exchanged in place. No entries, no list: the empty list is NULL.
 */
#ifndef _NETKIT_MPROG_H
#define _NETKIT_MPROG_H

#include <linux/types.h>

#include "uapi/netkit.h"

struct bpf_link;
struct bpf_prog;

/* Programs per end */
#define MPROG_MAX	63

/**
 * struct mprog_item - one entry
 * @prog: the program; never NULL in an entry. It may be exchanged in place, so
 *	  whoever is not under the lock of those who do reads it by READ_ONCE().
 * @link: the link that owns the entry, or NULL
 */
struct mprog_item {
	struct bpf_prog		*prog;
	struct bpf_link		*link;
};

/**
 * struct mprog_list - entries in the order in which they run
 * @rcu:   for the caller, to free the list
 * @count: number of entries, 1 to MPROG_MAX
 * @item:  the entries, and one more whose program is NULL, which lets a reader
 *	   go by the entries alone
 */
struct mprog_list {
	struct rcu_head		rcu;
	u32			count;
	struct mprog_item	item[];
};

/**
 * struct mprog_request - which entry somebody wants to add or remove
 * @flags:   BPF_F_BEFORE, BPF_F_AFTER, BPF_F_REPLACE and what else was given
 * @prog:    detach: the program to remove, or NULL
 * @replace: attach with BPF_F_REPLACE: the program to replace, or NULL for one
 *	     that can be nowhere
 * @rel:     the entry that BPF_F_BEFORE and BPF_F_AFTER refer to: its link if
 *	     it was named by that, else its program; nothing set for none
 */
struct mprog_request {
	u32			flags;
	struct bpf_prog		*prog;
	struct bpf_prog		*replace;
	struct mprog_item	rel;
};

/**
 * mprog_count - number of entries
 * @list: a list, or NULL
 *
 * Return: 0 to MPROG_MAX.
 */
static inline u32 mprog_count(const struct mprog_list *list)
{
	return list ? list->count : 0;
}

int mprog_find_prog(const struct mprog_list *list, const struct bpf_prog *prog);
int mprog_find_link(const struct mprog_list *list, const struct bpf_link *link);

int mprog_attach_pos(const struct mprog_list *list,
		     const struct mprog_request *req);
int mprog_detach_pos(const struct mprog_list *list,
		     const struct mprog_request *req);

struct mprog_list *mprog_insert(const struct mprog_list *list, u32 pos,
				const struct mprog_item *item);
struct bpf_prog *mprog_replace(struct mprog_list *list, u32 pos,
			       struct bpf_prog *prog);
struct mprog_list *mprog_remove(const struct mprog_list *list, u32 pos);

#endif /* _NETKIT_MPROG_H */
