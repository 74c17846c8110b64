/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * FTRACE_OPS_FL_RECURSION: a handler asks for protection against recursion.
 *
 * v5.11, a25d036d939a ("ftrace: Reverse what the RECURSION flag means in the
 * ftrace_ops")
 *
 * Stand-in: kernels that protect by default are told that ours needs none.
 * Protected, a call made from within another handler would pass unseen.
 */
#ifndef _NK_SHIM_FTRACE_OPS_RECURSION_H
#define _NK_SHIM_FTRACE_OPS_RECURSION_H

#include <linux/ftrace.h>

#ifdef NK_HAVE_FTRACE_OPS_FL_RECURSION
#define NK_FTRACE_OPS_FL_UNPROTECTED	0
#else /* !NK_HAVE_FTRACE_OPS_FL_RECURSION */
#define NK_FTRACE_OPS_FL_UNPROTECTED	FTRACE_OPS_FL_RECURSION_SAFE
#endif /* !NK_HAVE_FTRACE_OPS_FL_RECURSION */

#endif /* _NK_SHIM_FTRACE_OPS_RECURSION_H */
