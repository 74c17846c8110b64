// SPDX-License-Identifier: GPL-2.0-only
// v5.11, d19ad0775dcd ("ftrace: Have the callbacks receive a struct ftrace_regs instead of pt_regs")
#include <linux/ftrace.h>

static inline struct pt_regs *probe(struct ftrace_regs *fregs)
{
	return ftrace_get_regs(fregs);
}
