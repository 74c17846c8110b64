// SPDX-License-Identifier: GPL-2.0-only
// v6.10, 3998d184267d ("netkit: Fix pkt_type override upon netkit pass verdict")
// In: include/linux/etherdevice.h
@@
identifier skb;
@@
*struct ethhdr *eth_skb_pull_mac(struct sk_buff *skb)
 {
	...
 }
