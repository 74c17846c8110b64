// SPDX-License-Identifier: GPL-2.0-only
// v5.11, a25d036d939a ("ftrace: Reverse what the RECURSION flag means in the ftrace_ops")
// In: include/linux/ftrace.h
@@
expression bit;
@@
 enum {
	...,
*	FTRACE_OPS_FL_RECURSION = bit,
	...
 };
