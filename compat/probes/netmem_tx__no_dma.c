// SPDX-License-Identifier: GPL-2.0-only
// v7.2, 6ce2bb048055 ("net: netkit: declare NETMEM_TX_NO_DMA mode")
#include <linux/netdevice.h>

static inline void probe(struct net_device *dev)
{
	dev->netmem_tx = NETMEM_TX_NO_DMA;
}
