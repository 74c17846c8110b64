// SPDX-License-Identifier: GPL-2.0-only
// v5.18, baebdf48c360 ("net: dev: Makes sure netif_rx() can be invoked in any context.")
// In: include/linux/netdevice.h
@@
identifier skb;
@@
*int __netif_rx(struct sk_buff *skb);
