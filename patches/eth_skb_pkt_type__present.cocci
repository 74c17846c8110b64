// SPDX-License-Identifier: GPL-2.0-only
// v6.9, 6e159fd653d7 ("ethernet: Add helper for assigning packet type when dest address does not match device address")
// In: include/linux/etherdevice.h
@@
identifier skb, dev;
@@
*void eth_skb_pkt_type(struct sk_buff *skb, const struct net_device *dev)
 {
	...
 }
