/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Putting a function of ours in front of one of the kernel's.
 */
#ifndef _NK_HOOK_H
#define _NK_HOOK_H

#include <linux/ftrace.h>

#include "shim/ftrace_ops_recursion.h"
#include "shim/ftrace_regs.h"

/**
 * struct nk_hook - a kernel function whose calls we see
 * @name: of the function
 * @addr: of the function
 * @ops:  the handler is @ops.func, set by the owner; it may send the call
 *	  elsewhere with ftrace_regs_set_instruction_pointer(). nk_hook_add()
 *	  fills in the rest.
 */
struct nk_hook {
	const char		*name;
	unsigned long		addr;
	struct ftrace_ops	ops;
};

/**
 * nk_hook_add - let the handler of a hook see each call from now on
 * @hook: name, address and handler are set
 *
 * Context: process context, may sleep.
 * Return: 0, or an error after a line in the log that says what may be in the way.
 */
int nk_hook_add(struct nk_hook *hook);

/**
 * nk_hook_del - undo nk_hook_add()
 * @hook: an added hook
 *
 * Calls that were sent elsewhere may still be there on return; no new one is.
 *
 * Context: process context, may sleep.
 */
void nk_hook_del(struct nk_hook *hook);

#endif /* _NK_HOOK_H */
