// SPDX-License-Identifier: GPL-2.0-only
// v5.11, a25d036d939a ("ftrace: Reverse what the RECURSION flag means in the ftrace_ops")
#include <linux/ftrace.h>

static inline unsigned long probe(void)
{
	return FTRACE_OPS_FL_RECURSION;
}
