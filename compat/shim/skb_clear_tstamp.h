/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * skb_clear_tstamp(): forget the time stamp of a packet that is forwarded.
 *
 * v5.18, de799101519a ("net: Add skb_clear_tstamp() to keep the mono
 * delivery_time")
 *
 * Stand-in: clears it always. Older kernels cannot tell a time of delivery,
 * which should stay, from a time of reception.
 */
#ifndef _NK_SHIM_SKB_CLEAR_TSTAMP_H
#define _NK_SHIM_SKB_CLEAR_TSTAMP_H

#include <linux/skbuff.h>

#ifndef NK_HAVE_SKB_CLEAR_TSTAMP

static inline void skb_clear_tstamp(struct sk_buff *skb)
{
	skb->tstamp = 0;
}

#endif /* !NK_HAVE_SKB_CLEAR_TSTAMP */

#endif /* _NK_SHIM_SKB_CLEAR_TSTAMP_H */
