// SPDX-License-Identifier: GPL-2.0-only
// v5.18, de799101519a ("net: Add skb_clear_tstamp() to keep the mono delivery_time")
// In: include/linux/skbuff.h
@@
identifier skb;
@@
*void skb_clear_tstamp(struct sk_buff *skb)
 {
	...
 }
