/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * netkit: a network device whose transmit path is a list of BPF programs.
 *
 *   main.c    load and unload            device.c  a packet's way, statistics
 *   link.c    rtnetlink: ip link         attach.c  bpf(2): programs and links
 *   mprog.c   the ordered program list
 */
#ifndef _NETKIT_H
#define _NETKIT_H

#include "../compat/compat.h"
#include "uapi/netkit.h"
#include "mprog.h"

#define NETKIT_DRV_NAME		"netkit"

/**
 * struct netkit - private data of one end
 * @peer:     the other end; NULL once it is being unregistered.
 *	      Written under RTNL, read under RCU or RTNL.
 * @progs:    programs run on packets that this end transmits, NULL if there
 *	      are none. Written under RTNL, read under RCU or RTNL.
 * @policy:   NETKIT_PASS or NETKIT_DROP, the verdict while @progs is NULL.
 *	      Written under RTNL, read locklessly.
 * @scrub:    NETKIT_SCRUB_*, what happens to mark and priority of packets that
 *	      this end transmits into another namespace. Fixed at creation.
 * @mode:     NETKIT_L2 or NETKIT_L3, the same at both ends. Fixed at creation.
 * @pairing:  NETKIT_DEVICE_*. Fixed at creation.
 * @primary:  whether ``ip link add`` named this end. Fixed at creation.
 * @headroom: this end's wish for needed_headroom, bytes. Written by whoever has
 *	      the device as a port, mostly under RTNL.
 * @revision: changes of the list of programs so far, plus one. Under RTNL.
 */
struct netkit {
	__cacheline_group_begin(netkit_fastpath);

	struct net_device __rcu		*peer;
	struct mprog_list __rcu		*progs;
	int				policy;
	int				scrub;
	__cacheline_group_end(netkit_fastpath);

	__cacheline_group_begin(netkit_slowpath);

	int				mode;
	int				pairing;
	bool				primary;
	u16				headroom;
	u64				revision;
	__cacheline_group_end(netkit_slowpath);
};

/* device.c */
void netkit_setup(struct net_device *dev);
extern const struct net_device_ops netkit_netdev_ops;
extern const struct ethtool_ops netkit_ethtool_ops;

/* link.c */
extern struct rtnl_link_ops netkit_link_ops;

/**
 * netkit_is_netkit - is this device one of ours?
 * @dev: any device
 *
 * Context: any; @dev must be held or looked up under RTNL or RCU.
 */
static inline bool netkit_is_netkit(const struct net_device *dev)
{
	return dev->netdev_ops == &netkit_netdev_ops;
}

/* attach.c; see there for errors */
int netkit_prog_attach(const union netkit_bpf_attr *attr);
int netkit_prog_detach(const union netkit_bpf_attr *attr);
int netkit_prog_query(const union netkit_bpf_attr *attr,
		      union netkit_bpf_attr __user *uattr);
int netkit_link_create(const union netkit_bpf_attr *attr);
void netkit_progs_release(struct net_device *dev);

#endif /* _NETKIT_H */
