// SPDX-License-Identifier: GPL-2.0-only
// v5.19, 14d7b8122fd5 ("net: don't allow user space to lift the device limits")
#include <linux/netdevice.h>

static inline void probe(struct net_device *dev)
{
	netif_set_tso_max_size(dev, 1);
}
