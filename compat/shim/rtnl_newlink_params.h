/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct rtnl_newlink_params and rtnl_link_ops.peer_type: rtnetlink gives
 * newlink() its arguments in one structure, the namespace of the peer among
 * them, which it finds, checks and holds itself.
 *
 * v6.15, 69c7be1b903f ("rtnetlink: Pack newlink() params into struct")
 * v6.13, 28690e5361c0 ("rtnetlink: Add peer_type in struct rtnl_link_ops.")
 * v7.0, 7b735ef81286 ("rtnetlink: add missing netlink_ns_capable() check for
 * peer netns")
 *
 * NK_DEFINE_NEWLINK(fn, validate, type) follows the definition of fn,
 * NK_RTNL_NEWLINK(fn, type) stands in the rtnl_link_ops.
 *
 * Stand-in: does for the peer what newer rtnetlink does before it calls
 * newlink(). It looks at the capabilities of the calling task only, not at
 * those of the task that opened the socket, which newlink() is not told.
 *
 * With it: the capabilities are looked at as well, as no header tells whether
 * rtnetlink did so.
 */
#ifndef _NK_SHIM_RTNL_NEWLINK_PARAMS_H
#define _NK_SHIM_RTNL_NEWLINK_PARAMS_H

#include <linux/capability.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>

#ifdef NK_HAVE_RTNL_NEWLINK_PARAMS

#define NK_DEFINE_NEWLINK(fn, validate, type) \
	static int fn##_checked(struct net_device *dev, \
				struct rtnl_newlink_params *params, \
				struct netlink_ext_ack *extack) \
	{ \
		struct net *net = params->peer_net; \
\
		if (net && !net_eq(net, params->src_net) && \
		    !ns_capable(net->user_ns, CAP_NET_ADMIN)) \
			return -EPERM; \
		return fn(dev, params, extack); \
	} \
	static_assert(true)
#define NK_RTNL_NEWLINK(fn, type) \
	.newlink = fn##_checked, .peer_type = type

#else /* !NK_HAVE_RTNL_NEWLINK_PARAMS */

struct rtnl_newlink_params {
	struct net *src_net;
	struct net *link_net;
	struct net *peer_net;
	struct nlattr **tb;
	struct nlattr **data;
};

static inline struct net *
rtnl_newlink_link_net(struct rtnl_newlink_params *params)
{
	return params->link_net ?: params->src_net;
}

static inline struct net *
rtnl_newlink_peer_net(struct rtnl_newlink_params *params)
{
	return params->peer_net ?: rtnl_newlink_link_net(params);
}

/**
 * nk_rtnl_peer_net - find, check and hold the namespace of a peer
 * @src_net:  namespace in which IFLA_NET_NS_* of the peer is looked up
 * @tb:	      attributes of the primary, used if @info is NULL
 * @info:     struct ifinfomsg of the peer, then its attributes; or NULL
 * @validate: the driver's check of these attributes
 * @extack:   where to explain a refusal
 *
 * Context: process context under RTNL.
 * Return: a namespace to be given to put_net(), or an error pointer: EPERM
 * without CAP_NET_ADMIN over the namespace, or what parsing, validating or
 * looking up said.
 */
struct net *nk_rtnl_peer_net(struct net *src_net, struct nlattr *tb[],
			     const struct nlattr *info,
			     int (*validate)(struct nlattr *tb[],
					     struct nlattr *data[],
					     struct netlink_ext_ack *extack),
			     struct netlink_ext_ack *extack);

#define NK_DEFINE_NEWLINK(fn, validate, type) \
	static int fn##_unpacked(struct net *src_net, struct net_device *dev, \
				 struct nlattr *tb[], struct nlattr *data[], \
				 struct netlink_ext_ack *extack) \
	{ \
		struct rtnl_newlink_params params = { \
			.src_net = src_net, \
			.tb = tb, \
			.data = data, \
		}; \
		int err; \
\
		params.peer_net = nk_rtnl_peer_net(src_net, tb, \
						   data ? data[type] : NULL, \
						   validate, extack); \
		if (IS_ERR(params.peer_net)) \
			return PTR_ERR(params.peer_net); \
		err = fn(dev, &params, extack); \
		put_net(params.peer_net); \
		return err; \
	} \
	static_assert(true)
#define NK_RTNL_NEWLINK(fn, type)	.newlink = fn##_unpacked

#endif /* !NK_HAVE_RTNL_NEWLINK_PARAMS */

#endif /* _NK_SHIM_RTNL_NEWLINK_PARAMS_H */
