// SPDX-License-Identifier: GPL-2.0-only
// v5.16, 42df6e1d221d ("netfilter: Introduce egress hook")
// In: include/linux/netfilter_netdev.h include/linux/netfilter_ingress.h
@@
identifier skb, skip;
@@
*void nf_skip_egress(struct sk_buff *skb, bool skip)
 {
	...
 }
