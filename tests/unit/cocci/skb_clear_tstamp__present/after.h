/* SPDX-License-Identifier: GPL-2.0-only */
static inline void skb_clear_tstamp(struct sk_buff *skb)
{
	if (skb->tstamp_type)
		return;

	skb->tstamp = 0;
}
