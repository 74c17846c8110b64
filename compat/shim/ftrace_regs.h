/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct ftrace_regs: what an ftrace handler may see and change of the
 * registers.
 *
 * v5.11, d19ad0775dcd ("ftrace: Have the callbacks receive a struct
 * ftrace_regs instead of pt_regs")
 * v6.2, 94d095ffa0e1 ("ftrace: abstract DYNAMIC_FTRACE_WITH_ARGS accesses")
 * and 0ef86097f127 ("ftrace: rename ftrace_instruction_pointer_set() ->
 * ftrace_regs_set_instruction_pointer()"): the two accessors.
 *
 * Stand-in: the same through struct pt_regs, which is what an ftrace_regs of
 * these kernels contains, or what the handler is given in its place. Where an
 * architecture has no FTRACE_WITH_ARGS, the older setter exists and does
 * nothing (arm64 before 6.2).
 */
#ifndef _NK_SHIM_FTRACE_REGS_H
#define _NK_SHIM_FTRACE_REGS_H

#include <linux/ftrace.h>

#ifndef NK_HAVE_FTRACE_REGS

#define ftrace_regs pt_regs
#define ftrace_regs_get_argument(fregs, n) regs_get_kernel_argument(fregs, n)
#define ftrace_regs_set_instruction_pointer(fregs, ip) \
	instruction_pointer_set(fregs, ip)

#elif !defined(NK_HAVE_FTRACE_REGS_ACCESSORS)

#define ftrace_regs_get_argument(fregs, n) \
	regs_get_kernel_argument(&(fregs)->regs, n)
#ifdef CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS
#define ftrace_regs_set_instruction_pointer(fregs, ip) \
	ftrace_instruction_pointer_set(fregs, ip)
#else /* !CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS */
#define ftrace_regs_set_instruction_pointer(fregs, ip) \
	instruction_pointer_set(&(fregs)->regs, ip)
#endif /* !CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS */

#endif /* !NK_HAVE_FTRACE_REGS_ACCESSORS */

/* Registers have to be asked for where arguments do not come by themselves. */
#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
#define NK_FTRACE_OPS_FL_ARGS	0
#else /* !CONFIG_DYNAMIC_FTRACE_WITH_ARGS */
#define NK_FTRACE_OPS_FL_ARGS	FTRACE_OPS_FL_SAVE_REGS
#endif /* !CONFIG_DYNAMIC_FTRACE_WITH_ARGS */

#endif /* _NK_SHIM_FTRACE_REGS_H */
