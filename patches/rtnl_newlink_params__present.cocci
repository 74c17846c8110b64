// SPDX-License-Identifier: GPL-2.0-only
// v6.15, 69c7be1b903f ("rtnetlink: Pack newlink() params into struct")
// In: include/net/rtnetlink.h
// Covers: struct rtnl_link_ops.newlink
@@
@@
*struct rtnl_newlink_params {
	...
 };
