/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * net_device.lltx: lockless transmit is a property, not a feature bit.
 *
 * v6.12, 00d066a4d4ed ("netdev_features: convert NETIF_F_LLTX to dev->lltx")
 *
 * Stand-in: the feature bit, which ethtool shows as tx-lockless on.
 */
#ifndef _NK_SHIM_LLTX_H
#define _NK_SHIM_LLTX_H

#include <linux/netdevice.h>

static inline void netdev_set_lltx(struct net_device *dev)
{
#ifdef NK_HAVE_NETDEV_LLTX
	dev->lltx = true;
#else /* !NK_HAVE_NETDEV_LLTX */
	dev->features |= NETIF_F_LLTX;
#endif /* !NK_HAVE_NETDEV_LLTX */
}

#endif /* _NK_SHIM_LLTX_H */
