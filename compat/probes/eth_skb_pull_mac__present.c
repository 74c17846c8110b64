// SPDX-License-Identifier: GPL-2.0-only
// v6.10, 3998d184267d ("netkit: Fix pkt_type override upon netkit pass verdict")
#include <linux/etherdevice.h>

static inline struct ethhdr *probe(struct sk_buff *skb)
{
	return eth_skb_pull_mac(skb);
}
