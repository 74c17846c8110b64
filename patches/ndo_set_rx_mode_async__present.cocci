// SPDX-License-Identifier: GPL-2.0-only
// v7.2, d11706b56a3f ("net: change ndo_set_rx_mode_async return type to int")
// In: include/linux/netdevice.h
@@
identifier dev, uc, mc;
@@
*struct net_device_ops {
	...
	int (*ndo_set_rx_mode_async)(struct net_device *dev,
				     struct netdev_hw_addr_list *uc,
				     struct netdev_hw_addr_list *mc);
	...
 };
