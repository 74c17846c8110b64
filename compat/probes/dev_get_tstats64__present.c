// SPDX-License-Identifier: GPL-2.0-only
// v5.11, a18394269fc8 ("net: core: add dev_get_tstats64 as a ndo_get_stats64 implementation")
#include <linux/netdevice.h>

static inline void probe(struct net_device *dev, struct rtnl_link_stats64 *s)
{
	dev_get_tstats64(dev, s);
}
