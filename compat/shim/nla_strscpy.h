/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nla_strscpy(): copy a netlink attribute's string.
 *
 * v5.11, 872f69034194 ("treewide: rename nla_strlcpy to nla_strscpy.")
 *
 * Stand-in: by the old name; it returns the length of the attribute where it
 * should return an error because there is no room for all of it.
 */
#ifndef _NK_SHIM_NLA_STRSCPY_H
#define _NK_SHIM_NLA_STRSCPY_H

#include <net/netlink.h>

#ifndef NK_HAVE_NLA_STRSCPY
#define nla_strscpy(dst, nla, size)	nla_strlcpy(dst, nla, size)
#endif /* !NK_HAVE_NLA_STRSCPY */

#endif /* _NK_SHIM_NLA_STRSCPY_H */
