// SPDX-License-Identifier: GPL-2.0-only
// v6.15, 8ef890df4031 ("net: move misc netdev_lock flavors to a separate header")
// In: include/net/netdev_lock.h include/linux/netdevice.h
@@
identifier dev;
@@
*void netdev_lock_ops(struct net_device *dev)
 {
	...
 }
