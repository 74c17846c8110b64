/* SPDX-License-Identifier: GPL-2.0-only */
static inline void eth_skb_pkt_type(struct sk_buff *skb,
				    const struct net_device *dev)
{
	const struct ethhdr *eth = eth_hdr(skb);

	if (unlikely(!ether_addr_equal_64bits(eth->h_dest, dev->dev_addr)))
		skb->pkt_type = PACKET_OTHERHOST;
}
