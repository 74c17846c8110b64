/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * netif_set_tso_max_size(), netif_inherit_tso_max(): how large a packet the
 * device can take, apart from how large a one the user wants it to get.
 *
 * v5.19, "net: make drivers set the TSO limit not the GSO limit" and "net: add
 * netif_inherit_tso_max()"
 *
 * Stand-in: the one limit that there is for both. A user can raise it.
 */
#ifndef _NK_SHIM_NETIF_SET_TSO_MAX_SIZE_H
#define _NK_SHIM_NETIF_SET_TSO_MAX_SIZE_H

#include <linux/netdevice.h>

#ifndef NK_HAVE_NETIF_SET_TSO_MAX_SIZE

static inline void netif_set_tso_max_size(struct net_device *dev,
					  unsigned int size)
{
	netif_set_gso_max_size(dev, size);
}

static inline void netif_inherit_tso_max(struct net_device *to,
					 const struct net_device *from)
{
	to->gso_max_size = from->gso_max_size;
	to->gso_max_segs = from->gso_max_segs;
}

#endif /* !NK_HAVE_NETIF_SET_TSO_MAX_SIZE */

#endif /* _NK_SHIM_NETIF_SET_TSO_MAX_SIZE_H */
