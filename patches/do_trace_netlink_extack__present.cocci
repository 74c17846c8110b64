// SPDX-License-Identifier: GPL-2.0-only
// v5.12, 7e3ce05e7f65 ("netlink: add tracepoint at NL_SET_ERR_MSG")
// In: include/linux/netlink.h
@@
identifier msg;
@@
*void do_trace_netlink_extack(const char *msg);
