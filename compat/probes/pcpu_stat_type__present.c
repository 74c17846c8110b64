// SPDX-License-Identifier: GPL-2.0-only
// v6.7, 34d21de99cea ("net: Move {l,t,d}stats allocation to core and convert veth & vrf")
#include <linux/netdevice.h>

static inline void probe(struct net_device *dev)
{
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;
}
