/* SPDX-License-Identifier: GPL-2.0-only */
static inline ktime_t skb_get_ktime(const struct sk_buff *skb)
{
	return skb->tstamp;
}
