/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * eth_skb_pkt_type(): broadcast, multicast or for another host, as seen from a
 * device, by the destination address.
 *
 * v6.9, 6e159fd653d7 ("ethernet: Add helper for assigning packet type when
 * dest address does not match device address")
 *
 * Stand-in: the same.
 */
#ifndef _NK_SHIM_ETH_SKB_PKT_TYPE_H
#define _NK_SHIM_ETH_SKB_PKT_TYPE_H

#include <linux/etherdevice.h>

#ifndef NK_HAVE_ETH_SKB_PKT_TYPE

static inline void eth_skb_pkt_type(struct sk_buff *skb,
				    const struct net_device *dev)
{
	const u8 *dest = eth_hdr(skb)->h_dest;

	if (likely(ether_addr_equal_64bits(dest, dev->dev_addr)))
		return;
	if (!is_multicast_ether_addr_64bits(dest))
		skb->pkt_type = PACKET_OTHERHOST;
	else if (ether_addr_equal_64bits(dest, dev->broadcast))
		skb->pkt_type = PACKET_BROADCAST;
	else
		skb->pkt_type = PACKET_MULTICAST;
}

#endif /* !NK_HAVE_ETH_SKB_PKT_TYPE */

#endif /* _NK_SHIM_ETH_SKB_PKT_TYPE_H */
