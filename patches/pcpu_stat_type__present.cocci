// SPDX-License-Identifier: GPL-2.0-only
// v6.7, 34d21de99cea ("net: Move {l,t,d}stats allocation to core and convert veth & vrf")
// In: include/linux/netdevice.h
@@
type T;
constant bits;
@@
*struct net_device {
	...
	T pcpu_stat_type:bits;
	...
 };
