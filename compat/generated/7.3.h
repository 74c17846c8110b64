/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kernels of the 7.3 series have, of all that compat/shim/ asks about.
 * A question that does not appear here is answered with no.
 */
#define NK_HAVE_BPF_LINK_INIT_ATTACH_TYPE	1
#define NK_HAVE_BPF_LINK_TYPE_NETKIT	1
#define NK_HAVE_BPF_NET_CAPABLE		1
#define NK_HAVE_BPF_NET_CONTEXT		1
#define NK_HAVE_CACHELINE_GROUP		1
#define NK_HAVE_ETH_SKB_PULL_MAC	1
#define NK_HAVE_FTRACE_REGS		1
#define NK_HAVE_FTRACE_REGS_ACCESSORS	1
#define NK_HAVE_KMALLOC_OBJ		1
#define NK_HAVE_NDO_SET_RX_MODE_ASYNC	1
#define NK_HAVE_NETDEV_LLTX		1
#define NK_HAVE_NETMEM_TX_NO_DMA	1
#define NK_HAVE_RTNL_NEWLINK_PARAMS	1
#define NK_HAVE_SECURITY_BPF_KERNEL	1
