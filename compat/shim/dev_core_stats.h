/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dev_core_stats_tx_dropped_inc(): count a packet that was not transmitted.
 *
 * v5.18, 625788b58445 ("net: add per-cpu storage and net->core_stats")
 *
 * Stand-in: one counter for all processors, which the core adds to a device's
 * statistics in the same way.
 */
#ifndef _NK_SHIM_DEV_CORE_STATS_H
#define _NK_SHIM_DEV_CORE_STATS_H

#include <linux/netdevice.h>

#ifndef NK_HAVE_DEV_CORE_STATS

static inline void dev_core_stats_tx_dropped_inc(struct net_device *dev)
{
	atomic_long_inc(&dev->tx_dropped);
}

#endif /* !NK_HAVE_DEV_CORE_STATS */

#endif /* _NK_SHIM_DEV_CORE_STATS_H */
