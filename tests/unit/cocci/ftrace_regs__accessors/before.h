/* SPDX-License-Identifier: GPL-2.0-only */
struct ftrace_regs {
	struct pt_regs		regs;
};

#define arch_ftrace_get_regs(fregs) (&(fregs)->regs)

#define ftrace_instruction_pointer_set(fregs, _ip)	\
	do { (fregs)->regs.ip = (_ip); } while (0)
