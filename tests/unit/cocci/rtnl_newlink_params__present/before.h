/* SPDX-License-Identifier: GPL-2.0-only */
struct rtnl_newlink_params;

struct rtnl_link_ops {
	struct list_head	list;
	const char		*kind;
	int			(*newlink)(struct net *src_net,
					   struct net_device *dev,
					   struct nlattr *tb[],
					   struct nlattr *data[],
					   struct netlink_ext_ack *extack);
};
