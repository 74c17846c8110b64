/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * eth_skb_pull_mac(): step over the Ethernet header and return it.
 *
 * v6.10, 3998d184267d ("netkit: Fix pkt_type override upon netkit pass
 * verdict")
 *
 * Stand-in: the same. The caller must have pulled the header into the linear
 * part.
 */
#ifndef _NK_SHIM_ETH_SKB_PULL_MAC_H
#define _NK_SHIM_ETH_SKB_PULL_MAC_H

#include <linux/etherdevice.h>

#ifndef NK_HAVE_ETH_SKB_PULL_MAC

static inline struct ethhdr *eth_skb_pull_mac(struct sk_buff *skb)
{
	struct ethhdr *eth = (struct ethhdr *)skb->data;

	skb_pull_inline(skb, ETH_HLEN);
	return eth;
}

#endif /* !NK_HAVE_ETH_SKB_PULL_MAC */

#endif /* _NK_SHIM_ETH_SKB_PULL_MAC_H */
