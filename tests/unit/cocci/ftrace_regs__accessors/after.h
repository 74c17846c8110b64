/* SPDX-License-Identifier: GPL-2.0-only */
struct ftrace_regs {
	struct pt_regs		regs;
};

#define ftrace_regs_set_instruction_pointer(fregs, ip) do { } while (0)
#define ftrace_regs_get_argument(fregs, n) \
	regs_get_kernel_argument(ftrace_get_regs(fregs), n)
