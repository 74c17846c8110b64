// SPDX-License-Identifier: GPL-2.0-only
// v7.2, "net: convert netmem_tx flag to enum"
#include <linux/netdevice.h>

static inline void probe(struct net_device *dev)
{
	dev->netmem_tx = NETMEM_TX_NO_DMA;
}
