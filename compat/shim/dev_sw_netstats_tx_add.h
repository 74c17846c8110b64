/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dev_sw_netstats_tx_add(): count packets transmitted, in net_device.tstats.
 *
 * v5.11, d3fd65484c78 ("net: core: add dev_sw_netstats_tx_add")
 *
 * Stand-in: the same.
 */
#ifndef _NK_SHIM_DEV_SW_NETSTATS_TX_ADD_H
#define _NK_SHIM_DEV_SW_NETSTATS_TX_ADD_H

#include <linux/netdevice.h>

#ifndef NK_HAVE_DEV_SW_NETSTATS_TX_ADD

static inline void dev_sw_netstats_tx_add(struct net_device *dev,
					  unsigned int packets,
					  unsigned int len)
{
	struct pcpu_sw_netstats *tstats = this_cpu_ptr(dev->tstats);

	u64_stats_update_begin(&tstats->syncp);
	tstats->tx_bytes += len;
	tstats->tx_packets += packets;
	u64_stats_update_end(&tstats->syncp);
}

#endif /* !NK_HAVE_DEV_SW_NETSTATS_TX_ADD */

#endif /* _NK_SHIM_DEV_SW_NETSTATS_TX_ADD_H */
