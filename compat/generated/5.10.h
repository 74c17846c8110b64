/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kernels of the 5.10 series have, of all that compat/shim/ asks about.
 * A question that does not appear here is answered with no.
 */
#define NK_HAVE_ETH_SKB_PKT_TYPE 1
#define NK_HAVE_RTNL_NLA_PARSE_IFINFOMSG 1
