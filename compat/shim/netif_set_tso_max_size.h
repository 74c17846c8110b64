/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * netif_set_tso_max_size(), netif_inherit_tso_max(): how large a packet the
 * device can take, apart from how large a one the user wants it to get.
 *
 * v5.19, 14d7b8122fd5 ("net: don't allow user space to lift the device
 * limits") and 6df6398f7c8b ("net: add netif_inherit_tso_max()")
 *
 * Stand-in: lowers the one limit that there is for both, which a user can raise
 * again. Nothing is inherited: what the other device has may be the user's wish.
 */
#ifndef _NK_SHIM_NETIF_SET_TSO_MAX_SIZE_H
#define _NK_SHIM_NETIF_SET_TSO_MAX_SIZE_H

#include <linux/netdevice.h>

#ifndef NK_HAVE_NETIF_SET_TSO_MAX_SIZE

static inline void netif_set_tso_max_size(struct net_device *dev,
					  unsigned int size)
{
	if (size < dev->gso_max_size)
		netif_set_gso_max_size(dev, size);
}

static inline void netif_inherit_tso_max(struct net_device *to,
					 const struct net_device *from)
{
}

#endif /* !NK_HAVE_NETIF_SET_TSO_MAX_SIZE */

#endif /* _NK_SHIM_NETIF_SET_TSO_MAX_SIZE_H */
