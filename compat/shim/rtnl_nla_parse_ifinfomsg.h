/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rtnl_nla_parse_ifinfomsg(): parse what a request says of a peer.
 *
 * v6.5, 30188bd7838c ("rtnetlink: Reject negative ifindexes in RTM_NEWLINK")
 *
 * Stand-in: the same, on top of the function that it replaced.
 */
#ifndef _NK_SHIM_RTNL_NLA_PARSE_IFINFOMSG_H
#define _NK_SHIM_RTNL_NLA_PARSE_IFINFOMSG_H

#include <net/rtnetlink.h>

#ifndef NK_HAVE_RTNL_NLA_PARSE_IFINFOMSG

static inline int rtnl_nla_parse_ifinfomsg(struct nlattr **tb,
					   const struct nlattr *info,
					   struct netlink_ext_ack *extack)
{
	const struct ifinfomsg *ifm = nla_data(info);

	if (ifm->ifi_index < 0) {
		NL_SET_ERR_MSG_ATTR(extack, info, "ifindex can't be negative");
		return -EINVAL;
	}
	return rtnl_nla_parse_ifla(tb, (const struct nlattr *)(ifm + 1),
				   nla_len(info) - sizeof(*ifm), extack);
}

#endif /* !NK_HAVE_RTNL_NLA_PARSE_IFINFOMSG */

#endif /* _NK_SHIM_RTNL_NLA_PARSE_IFINFOMSG_H */
