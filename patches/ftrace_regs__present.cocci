// SPDX-License-Identifier: GPL-2.0-only
// v5.11, d19ad0775dcd ("ftrace: Have the callbacks receive a struct ftrace_regs instead of pt_regs")
// In: include/linux/ftrace.h
// Covers: struct ftrace_ops.func
@@
identifier fregs;
@@
*struct pt_regs *ftrace_get_regs(struct ftrace_regs *fregs)
 {
	...
 }
