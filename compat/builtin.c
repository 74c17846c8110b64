// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking over from a netkit that is built into the kernel.
 *
 * Its rtnl_link_ops stay registered throughout: they only change their name.
 * Two operations of one kind cannot be registered, so ours come with another
 * kind and get the right one when they are on the list, before the built-in's
 * lose it. Whoever looks for the kind meanwhile finds one of the two. (Taking
 * the built-in's off the list would leave a moment without either, and putting
 * them back would register again what from 6.13 on may be initialized once
 * only.)
 *
 * Devices of the built-in would be out of reach of bpf(2), so there must be
 * none: first its newlink() is replaced by a refusal, then its devices are
 * looked for. Both happen under RTNL, under which newlink() is called.
 */
#define pr_fmt(fmt) "netkit: " fmt

#include <linux/netdevice.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>

#include "compat.h"

/* What the kernel calls the operations of its own driver */
#define NK_BUILTIN_OPS		"netkit_link_ops"

/* Kinds that nobody asks for: of the built-in's, and of ours until they serve */
#define NK_KIND_OUT		"netkit: built-in"
#define NK_KIND_WAITING		"netkit: module"

/* The operations that were taken over from; NULL if ours have no other owner */
static struct rtnl_link_ops *nk_builtin;
static typeof(nk_builtin->newlink) nk_builtin_newlink;
static const char *nk_builtin_kind;

static int nk_refuse(struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "netkit is being replaced, try again");
	return -EBUSY;
}

#ifdef NK_HAVE_RTNL_NEWLINK_PARAMS
static int nk_refuse_newlink(struct net_device *dev,
			     struct rtnl_newlink_params *params,
			     struct netlink_ext_ack *extack)
{
	return nk_refuse(extack);
}
#else /* !NK_HAVE_RTNL_NEWLINK_PARAMS */
static int nk_refuse_newlink(struct net *src_net, struct net_device *dev,
			     struct nlattr *tb[], struct nlattr *data[],
			     struct netlink_ext_ack *extack)
{
	return nk_refuse(extack);
}
#endif /* !NK_HAVE_RTNL_NEWLINK_PARAMS */

/*
 * The symbol is data, whose names not every kernel keeps. Modules are searched
 * as well, this one among them: what is found must be the kernel's own, and in
 * that part of its data that can be written.
 */
static struct rtnl_link_ops *nk_find_builtin(const char *kind)
{
	unsigned long addr = nk_lookup(NK_BUILTIN_OPS);
	struct rtnl_link_ops *ops = (void *)addr;

	if (addr < nk_lookup("_sdata") || addr >= nk_lookup("_edata") ||
	    !ops->kind || strcmp(ops->kind, kind))
		return NULL;
	return ops;
}

/*
 * Are there devices of @ops, in whatever namespace? Then *@names, of @size
 * bytes, gets a list of them, as far as it fits.
 */
static bool nk_has_devices(const struct rtnl_link_ops *ops, char *names,
			   size_t size)
{
	struct net_device *dev;
	size_t len = 0;
	struct net *net;

	ASSERT_RTNL();

	down_read(&net_rwsem);
	for_each_net(net)
		for_each_netdev(net, dev)
			if (dev->rtnl_link_ops == ops)
				len += scnprintf(names + len, size - len,
						 "%s%s in net:[%u]",
						 len ? ", " : "", dev->name,
						 net->ns.inum);
	up_read(&net_rwsem);
	return len;
}

/* Let @ops, which are registered, serve the kind that @builtin does. */
static int nk_take_over(struct rtnl_link_ops *ops,
			struct rtnl_link_ops *builtin)
{
	char names[256];
	int err = 0;

	rtnl_lock();
	nk_builtin_newlink = builtin->newlink;
	WRITE_ONCE(builtin->newlink, nk_refuse_newlink);
	if (nk_has_devices(builtin, names, sizeof(names))) {
		WRITE_ONCE(builtin->newlink, nk_builtin_newlink);
		err = -EBUSY;
	} else {
		nk_builtin_kind = builtin->kind;
		WRITE_ONCE(ops->kind, nk_builtin_kind);
		/*
		 * Ours come behind on the list, and look-ups go forward, under
		 * RCU: who sees the built-in's new kind is to see that of ours,
		 * too.
		 */
		synchronize_net();
		WRITE_ONCE(builtin->kind, NK_KIND_OUT);
		nk_builtin = builtin;
	}
	rtnl_unlock();

	if (err)
		pr_err("cannot take over while the built-in netkit has devices: %s\n",
		       names);
	return err;
}

int nk_link_kind_check(bool takeover)
{
	if (!IS_ENABLED(CONFIG_NETKIT) || takeover)
		return 0;
	pr_notice("this kernel has a netkit of its own, which stays in charge (takeover=1 replaces it while this module is loaded)\n");
	return -ENODEV;
}

int nk_link_kind_register(struct rtnl_link_ops *ops)
{
	struct rtnl_link_ops *builtin = NULL;
	int err;

	if (IS_ENABLED(CONFIG_NETKIT)) {
		builtin = nk_find_builtin(ops->kind);
		if (!builtin) {
			pr_err("cannot take over: this kernel has no symbol %s (is CONFIG_KALLSYMS_ALL set?)\n",
			       NK_BUILTIN_OPS);
			return -ENOENT;
		}
		ops->kind = NK_KIND_WAITING;
	}

	err = rtnl_link_register(ops);
	if (err) {
		pr_err("cannot register link kind %s: error %d%s\n", ops->kind,
		       err, err == -EEXIST ? ", another module has it" : "");
		return err;
	}
	if (!builtin)
		return 0;

	err = nk_take_over(ops, builtin);
	if (err)
		rtnl_link_unregister(ops);
	return err;
}

bool nk_link_kind_taken(void)
{
	return nk_builtin;
}

void nk_link_kind_unregister(struct rtnl_link_ops *ops)
{
	rtnl_lock();
	if (nk_builtin) {
		WRITE_ONCE(nk_builtin->newlink, nk_builtin_newlink);
		WRITE_ONCE(nk_builtin->kind, nk_builtin_kind);
	} else {
		WRITE_ONCE(ops->kind, NK_KIND_WAITING);
	}
	rtnl_unlock();

	/*
	 * Nobody new finds ours from here on; who has found them is refused by
	 * the driver. A look-up compares the kind under RCU before it enters
	 * the section that unregistering waits for.
	 */
	synchronize_rcu();
	rtnl_link_unregister(ops);
	if (nk_builtin)
		pr_info("the kernel's own netkit is in charge again\n");
}
