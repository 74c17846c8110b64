// SPDX-License-Identifier: GPL-2.0-only
/* Compiles on every kernel: if not, nothing that the probes say counts. */
#include <linux/bpf.h>
#include <linux/cache.h>
#include <linux/etherdevice.h>
#include <linux/filter.h>
#include <linux/ftrace.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/security.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>

static inline int probe(struct net_device *dev, struct sk_buff *skb)
{
	skb->dev = dev;
	return netif_rx(skb);
}
