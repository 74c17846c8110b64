/* SPDX-License-Identifier: GPL-2.0-only */
struct rtnl_newlink_params {
	struct net *src_net;
	struct net *link_net;
	struct net *peer_net;
	struct nlattr **tb;
	struct nlattr **data;
};

struct rtnl_link_ops {
	struct list_head	list;
	const char		*kind;
	int			(*newlink)(struct net_device *dev,
					   struct rtnl_newlink_params *params,
					   struct netlink_ext_ack *extack);
};
