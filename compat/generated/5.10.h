/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kernels of the 5.10 series have, of all that compat/shim/ asks about.
 * Made by scripts/gen-shim; do not edit.
 */
/* #undef NK_HAVE_BPF_COMMON_ATTRS */
/* #undef NK_HAVE_BPF_LINK_INIT_ATTACH_TYPE */
/* #undef NK_HAVE_BPF_LINK_TYPE_NETKIT */
/* #undef NK_HAVE_BPF_NET_CAPABLE */
/* #undef NK_HAVE_BPF_NET_CONTEXT */
/* #undef NK_HAVE_BPF_PROG_RUN */
/* #undef NK_HAVE_CACHELINE_GROUP */
/* #undef NK_HAVE_DEV_CORE_STATS */
/* #undef NK_HAVE_DEV_GET_TSTATS64 */
/* #undef NK_HAVE_DEV_SW_NETSTATS_TX_ADD */
/* #undef NK_HAVE_DO_TRACE_NETLINK_EXTACK */
#define NK_HAVE_ETH_SKB_PKT_TYPE 1
/* #undef NK_HAVE_ETH_SKB_PULL_MAC */
/* #undef NK_HAVE_FTRACE_OPS_FL_RECURSION */
/* #undef NK_HAVE_FTRACE_REGS */
/* #undef NK_HAVE_FTRACE_REGS_ACCESSORS */
/* #undef NK_HAVE_KMALLOC_OBJ */
/* #undef NK_HAVE_NDO_SET_RX_MODE_ASYNC */
/* #undef NK_HAVE_NETDEV_LLTX */
/* #undef NK_HAVE_NETIF_SET_TSO_MAX_SIZE */
/* #undef NK_HAVE_NETMEM_TX_NO_DMA */
/* #undef NK_HAVE_NET_NETDEV_LOCK_H */
/* #undef NK_HAVE_NF_SKIP_EGRESS */
/* #undef NK_HAVE_NLA_STRSCPY */
/* #undef NK_HAVE_PCPU_STAT_TYPE */
/* #undef NK_HAVE_RTNL_CONFIGURE_LINK_PORTID */
/* #undef NK_HAVE_RTNL_NEWLINK_PARAMS */
#define NK_HAVE_RTNL_NLA_PARSE_IFINFOMSG 1
/* #undef NK_HAVE_SECURITY_BPF_KERNEL */
/* #undef NK_HAVE_SKB_CLEAR_TSTAMP */
/* #undef NK_HAVE___NETIF_RX */
