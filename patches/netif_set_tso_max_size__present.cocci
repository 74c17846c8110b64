// SPDX-License-Identifier: GPL-2.0-only
// v5.19, 14d7b8122fd5 ("net: don't allow user space to lift the device limits")
// In: include/linux/netdevice.h
@@
identifier dev, size;
@@
*void netif_set_tso_max_size(struct net_device *dev, unsigned int size);
