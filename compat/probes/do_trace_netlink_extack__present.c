// SPDX-License-Identifier: GPL-2.0-only
// v5.12, 7e3ce05e7f65 ("netlink: add tracepoint at NL_SET_ERR_MSG")
#include <linux/netlink.h>

static inline void probe(const char *msg)
{
	do_trace_netlink_extack(msg);
}
