/* SPDX-License-Identifier: GPL-2.0-only */
struct net_device {
	__cacheline_group_begin(net_device_read_tx);
	struct_group(priv_flags_fast,
		unsigned long		priv_flags:32;
		unsigned long		lltx:1;
	);
	const struct net_device_ops *netdev_ops;
	__cacheline_group_end(net_device_read_tx);
#ifdef CONFIG_XPS
	struct xps_dev_maps __rcu *xps_maps[XPS_MAPS_MAX];
#endif
	DECLARE_BITMAP(some, 4);
	u8			priv[] ____cacheline_aligned
				       __counted_by(priv_len);
} ____cacheline_aligned;
