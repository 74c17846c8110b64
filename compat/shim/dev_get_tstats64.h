/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dev_get_tstats64(): ndo_get_stats64 of devices that count in net_device.tstats.
 *
 * v5.11, a18394269fc8 ("net: core: add dev_get_tstats64 as a ndo_get_stats64
 * implementation")
 *
 * Stand-in: the same.
 */
#ifndef _NK_SHIM_DEV_GET_TSTATS64_H
#define _NK_SHIM_DEV_GET_TSTATS64_H

#include <linux/netdevice.h>

#ifndef NK_HAVE_DEV_GET_TSTATS64

static inline void dev_get_tstats64(struct net_device *dev,
				    struct rtnl_link_stats64 *s)
{
	netdev_stats_to_stats64(s, &dev->stats);
	dev_fetch_sw_netstats(s, dev->tstats);
}

#endif /* !NK_HAVE_DEV_GET_TSTATS64 */

#endif /* _NK_SHIM_DEV_GET_TSTATS64_H */
