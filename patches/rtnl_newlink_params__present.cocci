// SPDX-License-Identifier: GPL-2.0-only
// v6.14, "rtnetlink: Pack newlink() params into struct"
// In: include/net/rtnetlink.h
@@
@@
*struct rtnl_newlink_params {
	...
 };
