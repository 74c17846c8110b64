// SPDX-License-Identifier: GPL-2.0-only
// v5.18, 625788b58445 ("net: add per-cpu storage and net->core_stats")
// In: include/linux/netdevice.h
//
// The functions are made by a macro; this is what they count in.
@@
@@
*struct net_device_core_stats {
	...
 };
