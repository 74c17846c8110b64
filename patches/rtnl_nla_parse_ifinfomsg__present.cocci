// SPDX-License-Identifier: GPL-2.0-only
// v6.5, 30188bd7838c ("rtnetlink: Reject negative ifindexes in RTM_NEWLINK")
// In: include/net/rtnetlink.h
@@
identifier tb, nla, extack;
@@
*int rtnl_nla_parse_ifinfomsg(struct nlattr **tb, const struct nlattr *nla,
			      struct netlink_ext_ack *extack);
