// SPDX-License-Identifier: GPL-2.0-only
// v5.11, 872f69034194 ("treewide: rename nla_strlcpy to nla_strscpy.")
// In: include/net/netlink.h
@@
identifier dst, nla, dstsize;
@@
*ssize_t nla_strscpy(char *dst, const struct nlattr *nla, size_t dstsize);
