/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kernels of the 6.1 series have, of all that compat/shim/ asks about.
 * A question that does not appear here is answered with no.
 */
#define NK_HAVE_BPF_PROG_RUN 1
#define NK_HAVE_DEV_CORE_STATS 1
#define NK_HAVE_DEV_GET_TSTATS64 1
#define NK_HAVE_DEV_SW_NETSTATS_TX_ADD 1
#define NK_HAVE_DO_TRACE_NETLINK_EXTACK 1
#define NK_HAVE_ETH_SKB_PKT_TYPE 1
#define NK_HAVE_FTRACE_OPS_FL_RECURSION 1
#define NK_HAVE_FTRACE_REGS 1
#define NK_HAVE_NETIF_SET_TSO_MAX_SIZE 1
#define NK_HAVE_NF_SKIP_EGRESS 1
#define NK_HAVE_NLA_STRSCPY 1
#define NK_HAVE_PCPU_STAT_TYPE 1
#define NK_HAVE_RTNL_CONFIGURE_LINK_PORTID 1
#define NK_HAVE_RTNL_NLA_PARSE_IFINFOMSG 1
#define NK_HAVE_SKB_CLEAR_TSTAMP 1
#define NK_HAVE___NETIF_RX 1
