/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel as src/ sees it: the newest one. What an older kernel lacks or
 * has under another name is in shim/, one header per change; which of them a
 * kernel needs is answered by the NK_HAVE_ macros of generated/.
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
#include "shim/cacheline_group.h"
#include "shim/eth_skb_pull_mac.h"
#include "shim/kmalloc_obj.h"
#include "shim/lltx.h"
#include "shim/netmem_tx.h"
#include "shim/rtnl_newlink_params.h"
#include "shim/set_rx_mode_async.h"

#endif /* _NK_COMPAT_H */
