// SPDX-License-Identifier: GPL-2.0-only
// v6.2, 94d095ffa0e1 ("ftrace: abstract DYNAMIC_FTRACE_WITH_ARGS accesses")
// In: include/linux/ftrace_regs.h include/linux/ftrace.h arch/$SRCARCH/include/asm/ftrace.h
// Covers: struct ftrace_regs.regs
@@
identifier fregs, n;
@@
*#define ftrace_regs_get_argument(fregs, n) ...

@@
identifier fregs, n;
@@
*unsigned long ftrace_regs_get_argument(struct ftrace_regs *fregs,
					unsigned int n)
 {
	...
 }
