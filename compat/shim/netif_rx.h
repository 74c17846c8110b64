/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * __netif_rx(): netif_rx() for callers that have bottom halves disabled.
 *
 * v5.18, baebdf48c360 ("net: dev: Makes sure netif_rx() can be invoked in any
 * context.")
 *
 * Stand-in: netif_rx(), which until then was for these callers alone.
 */
#ifndef _NK_SHIM_NETIF_RX_H
#define _NK_SHIM_NETIF_RX_H

#include <linux/netdevice.h>

#ifndef NK_HAVE___NETIF_RX

static inline int __netif_rx(struct sk_buff *skb)
{
	return netif_rx(skb);
}

#endif /* !NK_HAVE___NETIF_RX */

#endif /* _NK_SHIM_NETIF_RX_H */
