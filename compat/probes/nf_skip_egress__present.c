// SPDX-License-Identifier: GPL-2.0-only
// v5.16, 42df6e1d221d ("netfilter: Introduce egress hook")
#include <linux/netfilter_netdev.h>

static inline void probe(struct sk_buff *skb)
{
	nf_skip_egress(skb, true);
}
