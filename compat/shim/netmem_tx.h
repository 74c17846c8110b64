/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * net_device.netmem_tx: the device passes packets in unreadable memory on.
 *
 * v6.16, 383faec0fd64 ("net: enable driver support for netmem TX")
 * v7.2, 6ce2bb048055 ("net: netkit: declare NETMEM_TX_NO_DMA mode"): the mode
 * NETMEM_TX_NO_DMA
 *
 * Stand-in: nothing. Before 6.16 there are no such packets; up to 7.1 the core
 * drops them, as it knows no mode for a device that just passes them on.
 */
#ifndef _NK_SHIM_NETMEM_TX_H
#define _NK_SHIM_NETMEM_TX_H

#include <linux/netdevice.h>

static inline void netdev_set_netmem_tx(struct net_device *dev)
{
#ifdef NK_HAVE_NETMEM_TX_NO_DMA
	dev->netmem_tx = NETMEM_TX_NO_DMA;
#endif /* NK_HAVE_NETMEM_TX_NO_DMA */
}

#endif /* _NK_SHIM_NETMEM_TX_H */
