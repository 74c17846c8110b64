/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel as src/ sees it: the newest one. What an older kernel lacks or
 * has under another name is in shim/, one header per change; which of them a
 * kernel needs is answered by the NK_HAVE_ macros of answers.h, which
 * scripts/build makes.
 */
#ifndef _NK_COMPAT_H
#define _NK_COMPAT_H

#include <linux/kernel.h>
#include <linux/module.h>

#include "symbols.h"
#include "bpf_syscall.h"
#include "builtin.h"

#include "shim/bpf_link.h"
#include "shim/bpf_net_capable.h"
#include "shim/bpf_net_context.h"
#include "shim/bpf_prog_run.h"
#include "shim/cacheline_group.h"
#include "shim/dev_core_stats.h"
#include "shim/dev_get_tstats64.h"
#include "shim/dev_sw_netstats_tx_add.h"
#include "shim/do_trace_netlink_extack.h"
#include "shim/eth_skb_pkt_type.h"
#include "shim/eth_skb_pull_mac.h"
#include "shim/gso_software.h"
#include "shim/kmalloc_obj.h"
#include "shim/lltx.h"
#include "shim/netdev_lock.h"
#include "shim/netif_rx.h"
#include "shim/netif_set_tso_max_size.h"
#include "shim/netmem_tx.h"
#include "shim/nf_skip_egress.h"
#include "shim/nla_strscpy.h"
#include "shim/pcpu_stat_type.h"
#include "shim/rtnl_configure_link.h"
#include "shim/rtnl_newlink_params.h"
#include "shim/rtnl_nla_parse_ifinfomsg.h"
#include "shim/set_rx_mode_async.h"
#include "shim/skb_clear_tstamp.h"

#endif /* _NK_COMPAT_H */
