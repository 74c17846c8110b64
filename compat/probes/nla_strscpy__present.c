// SPDX-License-Identifier: GPL-2.0-only
// v5.11, 872f69034194 ("treewide: rename nla_strlcpy to nla_strscpy.")
#include <net/netlink.h>

static inline ssize_t probe(char *dst, const struct nlattr *nla)
{
	return nla_strscpy(dst, nla, 1);
}
