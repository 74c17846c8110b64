// SPDX-License-Identifier: GPL-2.0-only
// v5.11, d3fd65484c78 ("net: core: add dev_sw_netstats_tx_add")
// In: include/linux/netdevice.h
@@
identifier dev, packets, len;
@@
*void dev_sw_netstats_tx_add(struct net_device *dev, unsigned int packets,
			     unsigned int len)
 {
	...
 }
