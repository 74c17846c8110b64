// SPDX-License-Identifier: GPL-2.0-only
// v5.19, "net: make drivers set the TSO limit not the GSO limit"
// In: include/linux/netdevice.h
@@
identifier dev, size;
@@
*void netif_set_tso_max_size(struct net_device *dev, unsigned int size);
