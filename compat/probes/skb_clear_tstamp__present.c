// SPDX-License-Identifier: GPL-2.0-only
// v5.18, de799101519a ("net: Add skb_clear_tstamp() to keep the mono delivery_time")
#include <linux/skbuff.h>

static inline void probe(struct sk_buff *skb)
{
	skb_clear_tstamp(skb);
}
