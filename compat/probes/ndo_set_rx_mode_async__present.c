// SPDX-License-Identifier: GPL-2.0-only
// v7.2, d11706b56a3f ("net: change ndo_set_rx_mode_async return type to int")
#include <linux/netdevice.h>

static inline int probe(const struct net_device_ops *ops,
			struct net_device *dev)
{
	return ops->ndo_set_rx_mode_async(dev, &dev->uc, &dev->mc);
}
