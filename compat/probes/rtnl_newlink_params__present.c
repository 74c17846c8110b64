// SPDX-License-Identifier: GPL-2.0-only
// v6.15, 69c7be1b903f ("rtnetlink: Pack newlink() params into struct")
#include <net/rtnetlink.h>

static inline int probe(const struct rtnl_link_ops *ops, struct net_device *dev,
			struct rtnl_newlink_params *params)
{
	return ops->newlink(dev, params, NULL);
}
