/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * net_device.pcpu_stat_type: the core allocates and frees a device's counters.
 *
 * v6.7, 34d21de99cea ("net: Move {l,t,d}stats allocation to core and convert
 * veth & vrf")
 *
 * netdev_set_tstats() says that a device counts in net_device.tstats.
 * NK_DEFINE_TSTATS(init, destructor) follows the definitions of its ndo_init
 * and priv_destructor; NK_NDO_INIT(init) stands in the net_device_ops, and
 * NK_PRIV_DESTRUCTOR(destructor) is what priv_destructor is set to.
 *
 * Stand-in: allocates them before ndo_init, frees them before priv_destructor.
 */
#ifndef _NK_SHIM_PCPU_STAT_TYPE_H
#define _NK_SHIM_PCPU_STAT_TYPE_H

#include <linux/netdevice.h>

static inline void netdev_set_tstats(struct net_device *dev)
{
#ifdef NK_HAVE_PCPU_STAT_TYPE
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;
#endif /* NK_HAVE_PCPU_STAT_TYPE */
}

#ifdef NK_HAVE_PCPU_STAT_TYPE

#define NK_DEFINE_TSTATS(init, destructor)	static_assert(true)
#define NK_NDO_INIT(init)			.ndo_init = init
#define NK_PRIV_DESTRUCTOR(destructor)		(destructor)

#else /* !NK_HAVE_PCPU_STAT_TYPE */

#define NK_DEFINE_TSTATS(init, destructor) \
	static int init##_tstats(struct net_device *dev) \
	{ \
		int err; \
\
		dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats); \
		if (!dev->tstats) \
			return -ENOMEM; \
		err = init(dev); \
		if (err) \
			free_percpu(dev->tstats); \
		return err; \
	} \
	static void destructor##_tstats(struct net_device *dev) \
	{ \
		free_percpu(dev->tstats); \
		destructor(dev); \
	} \
	static_assert(true)
#define NK_NDO_INIT(init)			.ndo_init = init##_tstats
#define NK_PRIV_DESTRUCTOR(destructor)		(destructor##_tstats)

#endif /* !NK_HAVE_PCPU_STAT_TYPE */

#endif /* _NK_SHIM_PCPU_STAT_TYPE_H */
