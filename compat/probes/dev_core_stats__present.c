// SPDX-License-Identifier: GPL-2.0-only
// v5.18, 625788b58445 ("net: add per-cpu storage and net->core_stats")
#include <linux/netdevice.h>

static inline void probe(struct net_device *dev)
{
	dev_core_stats_tx_dropped_inc(dev);
}
