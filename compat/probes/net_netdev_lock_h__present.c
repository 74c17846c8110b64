// SPDX-License-Identifier: GPL-2.0-only
// v6.15, 8ef890df4031 ("net: move misc netdev_lock flavors to a separate header")
#include <net/netdev_lock.h>

static inline void probe(struct net_device *dev)
{
	netdev_lock_ops(dev);
	netdev_lockdep_set_classes(dev);
}
