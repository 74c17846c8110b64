// SPDX-License-Identifier: GPL-2.0-only
// v7.2, "net: convert netmem_tx flag to enum"
// In: include/linux/netdevice.h
@@
@@
 enum netmem_tx_mode {
	...,
*	NETMEM_TX_NO_DMA,
	...
 };
