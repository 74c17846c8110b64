// SPDX-License-Identifier: GPL-2.0-only
/*
 * What rtnetlink does before newlink() where it knows of peers; see
 * shim/rtnl_newlink_params.h.
 */
#include "compat.h"

#ifndef NK_HAVE_RTNL_NEWLINK_PARAMS

struct net *nk_rtnl_peer_net(struct net *src_net, struct nlattr *tb[],
			     const struct nlattr *info,
			     int (*validate)(struct nlattr *tb[],
					     struct nlattr *data[],
					     struct netlink_ext_ack *extack),
			     struct netlink_ext_ack *extack)
{
	struct nlattr *peer_tb[IFLA_MAX + 1];
	struct net *net;
	int err;

	if (info) {
		err = rtnl_nla_parse_ifinfomsg(peer_tb, info, extack);
		if (err)
			return ERR_PTR(err);
		err = validate(peer_tb, NULL, extack);
		if (err)
			return ERR_PTR(err);
		tb = peer_tb;
	}

	net = rtnl_link_get_net(src_net, tb);
	if (IS_ERR(net))
		return net;
	if (!net_eq(net, src_net) && !ns_capable(net->user_ns, CAP_NET_ADMIN)) {
		put_net(net);
		return ERR_PTR(-EPERM);
	}
	return net;
}

#endif /* !NK_HAVE_RTNL_NEWLINK_PARAMS */
