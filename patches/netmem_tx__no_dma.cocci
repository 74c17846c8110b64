// SPDX-License-Identifier: GPL-2.0-only
// v7.2, 6ce2bb048055 ("net: netkit: declare NETMEM_TX_NO_DMA mode")
// In: include/linux/netdevice.h
@@
@@
 enum netmem_tx_mode {
	...,
*	NETMEM_TX_NO_DMA,
	...
 };
