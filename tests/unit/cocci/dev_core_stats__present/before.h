/* SPDX-License-Identifier: GPL-2.0-only */
struct net_device_core_stats;

struct net_device {
	atomic_long_t		rx_dropped;
	atomic_long_t		tx_dropped;
	struct net_device_core_stats *none;
};
