/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * do_trace_netlink_extack(): show the text of an extended ack to tracers.
 *
 * v5.12, 7e3ce05e7f65 ("netlink: add tracepoint at NL_SET_ERR_MSG")
 *
 * Stand-in: nothing, older kernels have no such tracepoint.
 */
#ifndef _NK_SHIM_DO_TRACE_NETLINK_EXTACK_H
#define _NK_SHIM_DO_TRACE_NETLINK_EXTACK_H

#include <linux/netlink.h>

#ifndef NK_HAVE_DO_TRACE_NETLINK_EXTACK

static inline void do_trace_netlink_extack(const char *msg)
{
}

#endif /* !NK_HAVE_DO_TRACE_NETLINK_EXTACK */

#endif /* _NK_SHIM_DO_TRACE_NETLINK_EXTACK_H */
