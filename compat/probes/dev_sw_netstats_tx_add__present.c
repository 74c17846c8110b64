// SPDX-License-Identifier: GPL-2.0-only
// v5.11, d3fd65484c78 ("net: core: add dev_sw_netstats_tx_add")
#include <linux/netdevice.h>

static inline void probe(struct net_device *dev)
{
	dev_sw_netstats_tx_add(dev, 1, 1);
}
