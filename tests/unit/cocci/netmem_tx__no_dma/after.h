/* SPDX-License-Identifier: GPL-2.0-only */
enum netmem_tx_mode {
	NETMEM_TX_NONE,		/* no netmem TX support */
	NETMEM_TX_DMA,		/* DMA-capable netmem TX (real HW) */
	NETMEM_TX_NO_DMA,	/* no DMA, e.g. passthrough for virtual devs */
};
