/* SPDX-License-Identifier: GPL-2.0-only */
struct net_device_ops {
	int			(*ndo_open)(struct net_device *dev);
	void			(*ndo_set_rx_mode)(struct net_device *dev);
	int			(*ndo_set_rx_mode_async)(struct net_device *dev,
							 struct netdev_hw_addr_list *uc,
							 struct netdev_hw_addr_list *mc);
	int			(*ndo_stop)(struct net_device *dev);
#ifdef CONFIG_NET_POLL_CONTROLLER
	void			(*ndo_poll_controller)(struct net_device *dev);
#endif
};
