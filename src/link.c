// SPDX-License-Identifier: GPL-2.0-only
/*
 * rtnetlink: what ``ip link`` can do with a netkit device.
 */
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>

#include "netkit.h"

static const struct nla_policy netkit_policy[IFLA_NETKIT_MAX + 1] = {
	[IFLA_NETKIT_PEER_INFO]	  = { .len = sizeof(struct ifinfomsg) },
	[IFLA_NETKIT_PRIMARY]	  = {
		.type = NLA_REJECT,
		.reject_message = "Primary attribute is read-only",
	},
	[IFLA_NETKIT_POLICY]	  = { .type = NLA_U32 },
	[IFLA_NETKIT_PEER_POLICY] = { .type = NLA_U32 },
	[IFLA_NETKIT_MODE]	  = NLA_POLICY_MAX(NLA_U32, NETKIT_L3),
	[IFLA_NETKIT_SCRUB]	  = NLA_POLICY_MAX(NLA_U32,
						   NETKIT_SCRUB_DEFAULT),
	[IFLA_NETKIT_PEER_SCRUB]  = NLA_POLICY_MAX(NLA_U32,
						   NETKIT_SCRUB_DEFAULT),
	[IFLA_NETKIT_HEADROOM]	  = { .type = NLA_U16 },
	[IFLA_NETKIT_TAILROOM]	  = { .type = NLA_U16 },
	[IFLA_NETKIT_PAIRING]	  = NLA_POLICY_MAX(NLA_U32,
						   NETKIT_DEVICE_SINGLE),
};

/* What IFLA_INFO_DATA asks for, defaults filled in */
struct netkit_config {
	u32	mode;
	u32	pairing;
	u32	policy, peer_policy;
	u32	scrub, peer_scrub;
	u16	headroom, tailroom;
};

/* Also called for the attributes of the peer, then without @data. */
static int netkit_validate(struct nlattr *tb[], struct nlattr *data[],
			   struct netlink_ext_ack *extack)
{
	const struct nlattr *address = tb[IFLA_ADDRESS];

	if (!address)
		return 0;
	if (nla_len(address) != ETH_ALEN)
		return -EINVAL;
	if (!is_valid_ether_addr(nla_data(address)))
		return -EADDRNOTAVAIL;
	return 0;
}

static int netkit_get_policy(const struct nlattr *attr, u32 *policy,
			     struct netlink_ext_ack *extack)
{
	u32 wanted;

	if (!attr)
		return 0;

	wanted = nla_get_u32(attr);
	if (wanted != NETKIT_PASS && wanted != NETKIT_DROP) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "Provided default xmit policy not supported");
		return -EINVAL;
	}
	*policy = wanted;
	return 0;
}

static int netkit_parse(struct nlattr *data[], struct netkit_config *cfg,
			struct netlink_ext_ack *extack)
{
	int err;

	*cfg = (struct netkit_config) {
		.mode		= NETKIT_L3,
		.pairing	= NETKIT_DEVICE_PAIR,
		.policy		= NETKIT_PASS,
		.peer_policy	= NETKIT_PASS,
		.scrub		= NETKIT_SCRUB_DEFAULT,
		.peer_scrub	= NETKIT_SCRUB_DEFAULT,
	};
	if (!data)
		return 0;

	if (data[IFLA_NETKIT_MODE])
		cfg->mode = nla_get_u32(data[IFLA_NETKIT_MODE]);
	if (data[IFLA_NETKIT_PAIRING])
		cfg->pairing = nla_get_u32(data[IFLA_NETKIT_PAIRING]);
	if (data[IFLA_NETKIT_SCRUB])
		cfg->scrub = nla_get_u32(data[IFLA_NETKIT_SCRUB]);
	if (data[IFLA_NETKIT_PEER_SCRUB])
		cfg->peer_scrub = nla_get_u32(data[IFLA_NETKIT_PEER_SCRUB]);
	if (data[IFLA_NETKIT_HEADROOM])
		cfg->headroom = nla_get_u16(data[IFLA_NETKIT_HEADROOM]);
	if (data[IFLA_NETKIT_TAILROOM])
		cfg->tailroom = nla_get_u16(data[IFLA_NETKIT_TAILROOM]);

	err = netkit_get_policy(data[IFLA_NETKIT_POLICY], &cfg->policy, extack);
	if (err)
		return err;
	return netkit_get_policy(data[IFLA_NETKIT_PEER_POLICY],
				 &cfg->peer_policy, extack);
}

/* Only L2 devices have an address of their own. */
static int netkit_check_address(u32 mode, struct nlattr *tb[],
				struct netlink_ext_ack *extack)
{
	if (mode == NETKIT_L2 || !tb[IFLA_ADDRESS])
		return 0;

	NL_SET_ERR_MSG_ATTR(extack, tb[IFLA_ADDRESS],
			    "Address is supported in L2 mode only");
	return -EOPNOTSUPP;
}

static int netkit_check_queues(const struct net_device *dev,
			       struct netlink_ext_ack *extack)
{
	if (dev->num_rx_queues == 1 && dev->num_tx_queues == 1)
		return 0;

	NL_SET_ERR_MSG(extack, "More than one queue is not supported");
	return -EOPNOTSUPP;
}

/* Fill in one end before it is registered; @has_address: it was given one. */
static void netkit_configure(struct net_device *dev, bool primary,
			     const struct netkit_config *cfg,
			     bool has_address)
{
	struct netkit *nk = netdev_priv(dev);

	nk->mode = cfg->mode;
	nk->pairing = cfg->pairing;
	nk->primary = primary;
	nk->policy = primary ? cfg->policy : cfg->peer_policy;
	nk->scrub = primary ? cfg->scrub : cfg->peer_scrub;
	nk->headroom = cfg->headroom;
	nk->revision = 1;

	dev->needed_headroom = cfg->headroom;
	dev->needed_tailroom = cfg->tailroom;

	if (cfg->mode == NETKIT_L2) {
		dev->flags &= ~IFF_NOARP;
		if (!has_address)
			eth_hw_addr_random(dev);
	}
}

/* Nameless devices are called nk0, nk1..., not netkit0 as rtnetlink has it. */
static void netkit_default_name(struct net_device *dev, struct nlattr *tb[])
{
	if (!tb[IFLA_IFNAME])
		strscpy(dev->name, "nk%d", IFNAMSIZ);
}

/*
 * Create and register the other end of @dev.
 *
 * Without IFLA_NETKIT_PEER_INFO the peer takes after the primary: whatever is
 * said about that, except its name, number and address, holds for both.
 *
 * Of the header of IFLA_NETKIT_PEER_INFO only the number counts: there are no
 * flags for an end that cannot be opened before the other one is there.
 */
static struct net_device *
netkit_create_peer(struct net_device *dev, struct rtnl_newlink_params *params,
		   const struct netkit_config *cfg,
		   struct netlink_ext_ack *extack)
{
	unsigned char name_assign_type = NET_NAME_ENUM;
	struct nlattr *peer_tb[IFLA_MAX + 1], **tb = params->tb;
	struct ifinfomsg *ifm = NULL;
	char name[IFNAMSIZ] = "nk%d";
	struct net_device *peer;
	int err;

	if (params->data && params->data[IFLA_NETKIT_PEER_INFO]) {
		struct nlattr *info = params->data[IFLA_NETKIT_PEER_INFO];

		err = rtnl_nla_parse_ifinfomsg(peer_tb, info, extack);
		if (err)
			return ERR_PTR(err);
		tb = peer_tb;
		ifm = nla_data(info);
		if (tb[IFLA_IFNAME]) {
			nla_strscpy(name, tb[IFLA_IFNAME], IFNAMSIZ);
			name_assign_type = NET_NAME_USER;
		}
	}

	err = netkit_check_address(cfg->mode, tb, extack);
	if (err)
		return ERR_PTR(err);

	peer = rtnl_create_link(rtnl_newlink_peer_net(params), name,
				name_assign_type, &netkit_link_ops, tb, extack);
	if (IS_ERR(peer))
		return peer;

	err = netkit_check_queues(peer, extack);
	if (err)
		goto err_free;

	netif_inherit_tso_max(peer, dev);
	netkit_configure(peer, false, cfg, ifm && tb[IFLA_ADDRESS]);
	if (ifm && dev->ifindex)
		peer->ifindex = ifm->ifi_index;

	err = register_netdevice(peer);
	if (err)
		goto err_free;
	netif_carrier_off(peer);

	err = rtnl_configure_link(peer, NULL, 0, NULL);
	if (err) {
		unregister_netdevice(peer);
		return ERR_PTR(err);
	}
	return peer;

err_free:
	free_netdev(peer);
	return ERR_PTR(err);
}

static int netkit_create_pair(struct net_device *dev,
			      struct rtnl_newlink_params *params,
			      struct netlink_ext_ack *extack)
{
	struct netkit *nk = netdev_priv(dev), *nkp;
	struct netkit_config cfg;
	struct net_device *peer;
	int err;

	err = netkit_check_queues(dev, extack);
	if (err)
		return err;
	err = netkit_parse(params->data, &cfg, extack);
	if (err)
		return err;
	if (cfg.pairing != NETKIT_DEVICE_PAIR) {
		NL_SET_ERR_MSG_ATTR(extack, params->data[IFLA_NETKIT_PAIRING],
				    "Single device mode is not supported");
		return -EOPNOTSUPP;
	}
	err = netkit_check_address(cfg.mode, params->tb, extack);
	if (err)
		return err;

	/* The peer comes first: of two default names it has the lower one. */
	peer = netkit_create_peer(dev, params, &cfg, extack);
	if (IS_ERR(peer))
		return PTR_ERR(peer);

	netkit_configure(dev, true, &cfg, params->tb[IFLA_ADDRESS]);
	netkit_default_name(dev, params->tb);

	err = register_netdevice(dev);
	if (err) {
		unregister_netdevice(peer);
		return err;
	}
	netif_carrier_off(dev);

	nkp = netdev_priv(peer);
	rcu_assign_pointer(nk->peer, peer);
	rcu_assign_pointer(nkp->peer, dev);
	return 0;
}

static int netkit_newlink(struct net_device *dev,
			  struct rtnl_newlink_params *params,
			  struct netlink_ext_ack *extack)
{
	int err;

	/* Each device holds the module, which may be on its way out. */
	if (!try_module_get(THIS_MODULE)) {
		NL_SET_ERR_MSG(extack, "netkit is being unloaded, try again");
		return -EBUSY;
	}
	err = netkit_create_pair(dev, params, extack);
	module_put(THIS_MODULE);
	return err;
}

/* The attributes that only creation can set, and how to tell the user */
static const struct {
	u16		attr;
	const char	*msg;
} netkit_fixed[] = {
#define NETKIT_FIXED(ATTR, NAME) \
	{ ATTR, "netkit link " NAME " cannot be changed after device creation" }
	NETKIT_FIXED(IFLA_NETKIT_MODE, "operating mode"),
	NETKIT_FIXED(IFLA_NETKIT_SCRUB, "scrubbing"),
	NETKIT_FIXED(IFLA_NETKIT_PEER_SCRUB, "peer scrubbing"),
	NETKIT_FIXED(IFLA_NETKIT_PEER_INFO, "peer info"),
	NETKIT_FIXED(IFLA_NETKIT_HEADROOM, "headroom"),
	NETKIT_FIXED(IFLA_NETKIT_TAILROOM, "tailroom"),
	NETKIT_FIXED(IFLA_NETKIT_PAIRING, "pairing"),
#undef NETKIT_FIXED
};

/* Without @attr, or if that is refused, the policy stays. */
static int netkit_change_policy(struct netkit *nk, const struct nlattr *attr,
				struct netlink_ext_ack *extack)
{
	u32 policy = nk->policy;
	int err;

	err = netkit_get_policy(attr, &policy, extack);
	if (!err)
		WRITE_ONCE(nk->policy, policy);
	return err;
}

/*
 * As with the in-tree driver, a policy that was changed stays so if the peer's is
 * refused.
 */
static int netkit_changelink(struct net_device *dev, struct nlattr *tb[],
			     struct nlattr *data[],
			     struct netlink_ext_ack *extack)
{
	struct netkit *nk = netdev_priv(dev);
	struct net_device *peer = rtnl_dereference(nk->peer);
	int err, i;

	if (!nk->primary) {
		NL_SET_ERR_MSG(extack,
			       "netkit link settings can be changed only through the primary device");
		return -EACCES;
	}
	if (!data)
		return 0;

	for (i = 0; i < ARRAY_SIZE(netkit_fixed); i++) {
		const struct nlattr *attr = data[netkit_fixed[i].attr];

		if (!attr)
			continue;
		NL_SET_BAD_ATTR(extack, attr);
		do_trace_netlink_extack(netkit_fixed[i].msg);
		if (extack)
			extack->_msg = netkit_fixed[i].msg;
		return -EACCES;
	}

	err = netkit_change_policy(nk, data[IFLA_NETKIT_POLICY], extack);
	if (err || !data[IFLA_NETKIT_PEER_POLICY])
		return err;
	if (!peer)
		return -EOPNOTSUPP;
	return netkit_change_policy(netdev_priv(peer),
				    data[IFLA_NETKIT_PEER_POLICY], extack);
}

/*
 * Deleting one end deletes both. Nobody finds the other end any more, so that
 * when the two namespaces die together each end is queued only once.
 */
static void netkit_dellink(struct net_device *dev, struct list_head *head)
{
	struct netkit *nk = netdev_priv(dev);
	struct net_device *peer = rtnl_dereference(nk->peer);

	RCU_INIT_POINTER(nk->peer, NULL);
	unregister_netdevice_queue(dev, head);
	if (peer) {
		nk = netdev_priv(peer);
		RCU_INIT_POINTER(nk->peer, NULL);
		unregister_netdevice_queue(peer, head);
	}
}

static size_t netkit_get_size(const struct net_device *dev)
{
	return nla_total_size(sizeof(u32)) + /* IFLA_NETKIT_POLICY */
	       nla_total_size(sizeof(u32)) + /* IFLA_NETKIT_PEER_POLICY */
	       nla_total_size(sizeof(u32)) + /* IFLA_NETKIT_SCRUB */
	       nla_total_size(sizeof(u32)) + /* IFLA_NETKIT_PEER_SCRUB */
	       nla_total_size(sizeof(u32)) + /* IFLA_NETKIT_MODE */
	       nla_total_size(sizeof(u32)) + /* IFLA_NETKIT_PAIRING */
	       nla_total_size(sizeof(u16)) + /* IFLA_NETKIT_HEADROOM */
	       nla_total_size(sizeof(u16)) + /* IFLA_NETKIT_TAILROOM */
	       nla_total_size(sizeof(u8));   /* IFLA_NETKIT_PRIMARY */
}

static int netkit_fill_info(struct sk_buff *skb, const struct net_device *dev)
{
	const struct netkit *nk = netdev_priv(dev), *nkp;
	const struct net_device *peer = rtnl_dereference(nk->peer);

	if (nla_put_u8(skb, IFLA_NETKIT_PRIMARY, nk->primary) ||
	    nla_put_u32(skb, IFLA_NETKIT_POLICY, nk->policy) ||
	    nla_put_u32(skb, IFLA_NETKIT_MODE, nk->mode))
		return -EMSGSIZE;

	if (nk->pairing == NETKIT_DEVICE_PAIR &&
	    nla_put_u32(skb, IFLA_NETKIT_SCRUB, nk->scrub))
		return -EMSGSIZE;

	if (nla_put_u16(skb, IFLA_NETKIT_HEADROOM, dev->needed_headroom) ||
	    nla_put_u16(skb, IFLA_NETKIT_TAILROOM, dev->needed_tailroom) ||
	    nla_put_u32(skb, IFLA_NETKIT_PAIRING, nk->pairing))
		return -EMSGSIZE;

	if (!peer)
		return 0;

	nkp = netdev_priv(peer);
	if (nla_put_u32(skb, IFLA_NETKIT_PEER_POLICY, nkp->policy) ||
	    nla_put_u32(skb, IFLA_NETKIT_PEER_SCRUB, nkp->scrub))
		return -EMSGSIZE;
	return 0;
}

static struct net *netkit_get_link_net(const struct net_device *dev)
{
	const struct netkit *nk = netdev_priv(dev);
	const struct net_device *peer = rtnl_dereference(nk->peer);

	return dev_net(peer ?: dev);
}

NK_DEFINE_NEWLINK(netkit_newlink, netkit_validate, IFLA_NETKIT_PEER_INFO);

struct rtnl_link_ops netkit_link_ops = {
	.kind		= NETKIT_DRV_NAME,
	.priv_size	= sizeof(struct netkit),
	.setup		= netkit_setup,
	.maxtype	= IFLA_NETKIT_MAX,
	.policy		= netkit_policy,
	.validate	= netkit_validate,
	NK_RTNL_NEWLINK(netkit_newlink, IFLA_NETKIT_PEER_INFO),
	.changelink	= netkit_changelink,
	.dellink	= netkit_dellink,
	.get_size	= netkit_get_size,
	.fill_info	= netkit_fill_info,
	.get_link_net	= netkit_get_link_net,
};
