/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kernels of the 6.1 series have, of all that compat/shim/ asks about.
 * A question that does not appear here is answered with no.
 */
#define NK_HAVE_FTRACE_REGS		1
