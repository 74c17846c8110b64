/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nf_skip_egress(): netfilter's egress hook is not for this packet.
 *
 * v5.16, 42df6e1d221d ("netfilter: Introduce egress hook"); in
 * <linux/netfilter_netdev.h>, which came with 7463acfbe52a ("netfilter: Rename
 * ingress hook include file") of the same release.
 *
 * Stand-in: nothing, older kernels have no such hook.
 */
#ifndef _NK_SHIM_NF_SKIP_EGRESS_H
#define _NK_SHIM_NF_SKIP_EGRESS_H

#ifdef NK_HAVE_NF_SKIP_EGRESS

#include <linux/netfilter_netdev.h>

#else /* !NK_HAVE_NF_SKIP_EGRESS */

#include <linux/skbuff.h>

static inline void nf_skip_egress(struct sk_buff *skb, bool skip)
{
}

#endif /* !NK_HAVE_NF_SKIP_EGRESS */

#endif /* _NK_SHIM_NF_SKIP_EGRESS_H */
