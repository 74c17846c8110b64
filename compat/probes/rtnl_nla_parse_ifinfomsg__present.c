// SPDX-License-Identifier: GPL-2.0-only
// v6.5, 30188bd7838c ("rtnetlink: Reject negative ifindexes in RTM_NEWLINK")
#include <net/rtnetlink.h>

static inline int probe(struct nlattr **tb, const struct nlattr *nla)
{
	return rtnl_nla_parse_ifinfomsg(tb, nla, NULL);
}
