/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BPF links of a type that the kernel may not know.
 *
 * v6.17, b725441f02c2 ("bpf: Add attach_type field to bpf_link"):
 * bpf_link_init() takes the attach type as its fifth argument.
 * v6.7, 35dfaad7188c ("netkit, bpf: Add bpf programmable net device"): the
 * link type.
 *
 * Stand-in: the attach type is dropped, the driver keeps its own. A kernel
 * whose table of link types ends before netkit's would print one from beyond
 * its end in fdinfo, so there the link poses as an XDP link: a network type
 * that nothing in these kernels acts upon. What BPF_OBJ_GET_INFO_BY_FD says
 * is right all the same, as the driver's fill_link_info() has the last word;
 * the stand-in shows in the link_type line of fdinfo, and to programs of a
 * bpf_link iterator.
 */
#ifndef _NK_SHIM_BPF_LINK_H
#define _NK_SHIM_BPF_LINK_H

#include <linux/bpf.h>

#include "../symbols.h"
#include "../../src/uapi/netkit.h"

#ifdef NK_HAVE_BPF_LINK_TYPE_NETKIT
#define NK_BPF_LINK_TYPE	BPF_LINK_TYPE_NETKIT
#else /* !NK_HAVE_BPF_LINK_TYPE_NETKIT */
#define NK_BPF_LINK_TYPE	BPF_LINK_TYPE_XDP
#endif /* !NK_HAVE_BPF_LINK_TYPE_NETKIT */

/**
 * netkit_bpf_link_init - bpf_link_init() for a link of type netkit
 * @link:	 link to initialize
 * @ops:	 its operations
 * @prog:	 its program; the caller's reference becomes the link's when
 *		 bpf_link_prime() succeeds
 * @attach_type: BPF_NETKIT_PRIMARY or BPF_NETKIT_PEER
 *
 * Context: any.
 */
static inline void netkit_bpf_link_init(struct bpf_link *link,
					const struct bpf_link_ops *ops,
					struct bpf_prog *prog, int attach_type)
{
#ifdef NK_HAVE_BPF_LINK_INIT_ATTACH_TYPE
	bpf_link_init(link, NK_BPF_LINK_TYPE, ops, prog,
		      (enum bpf_attach_type)attach_type);
#else /* !NK_HAVE_BPF_LINK_INIT_ATTACH_TYPE */
	bpf_link_init(link, NK_BPF_LINK_TYPE, ops, prog);
#endif /* !NK_HAVE_BPF_LINK_INIT_ATTACH_TYPE */
}

/**
 * netkit_bpf_link_info - the part of a link's info that is netkit's own
 * @info: the structure that fill_link_info() is to fill in
 *
 * Context: any.
 * Return: where ifindex and attach type go. Older headers have no name for
 * it, but all members of the union begin at the same place.
 */
static inline struct netkit_link_info *
netkit_bpf_link_info(struct bpf_link_info *info)
{
	return (struct netkit_link_info *)&info->raw_tracepoint;
}

#endif /* _NK_SHIM_BPF_LINK_H */
