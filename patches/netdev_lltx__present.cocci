// SPDX-License-Identifier: GPL-2.0-only
// v6.12, 00d066a4d4ed ("netdev_features: convert NETIF_F_LLTX to dev->lltx")
// In: include/linux/netdevice.h
@@
@@
*struct net_device {
	...
	unsigned long lltx:1;
	...
 };
