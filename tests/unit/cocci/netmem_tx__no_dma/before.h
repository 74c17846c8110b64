/* SPDX-License-Identifier: GPL-2.0-only */
enum netmem_rx_mode {
	NETMEM_RX_NONE,
	NETMEM_TX_NO_DMA,
};

struct net_device {
	unsigned long		netmem_tx:1;
};
