// SPDX-License-Identifier: GPL-2.0-only
// v6.2, 94d095ffa0e1 ("ftrace: abstract DYNAMIC_FTRACE_WITH_ARGS accesses")
#include <linux/ftrace.h>

static inline void probe(struct ftrace_regs *fregs)
{
	unsigned long arg = ftrace_regs_get_argument(fregs, 0);

	ftrace_regs_set_instruction_pointer(fregs, arg);
}
