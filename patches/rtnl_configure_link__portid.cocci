// SPDX-License-Identifier: GPL-2.0-only
// v6.2, 1d997f101307 ("rtnetlink: pass netlink message header and portid to rtnl_configure_link()")
// In: include/net/rtnetlink.h
@@
typedef u32;
identifier dev, ifm, portid, nlh;
@@
*int rtnl_configure_link(struct net_device *dev, const struct ifinfomsg *ifm,
			 u32 portid, const struct nlmsghdr *nlh);
