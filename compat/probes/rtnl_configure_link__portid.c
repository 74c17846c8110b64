// SPDX-License-Identifier: GPL-2.0-only
// v6.2, 1d997f101307 ("rtnetlink: pass netlink message header and portid to rtnl_configure_link()")
#include <net/rtnetlink.h>

static inline int probe(struct net_device *dev, const struct nlmsghdr *nlh)
{
	return rtnl_configure_link(dev, NULL, 0, nlh);
}
