/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bpf_prog_run(): run a BPF program.
 *
 * v5.15, fb7dd8bca013 ("bpf: Refactor BPF_PROG_RUN into a function")
 *
 * Stand-in: the macro that it replaced.
 */
#ifndef _NK_SHIM_BPF_PROG_RUN_H
#define _NK_SHIM_BPF_PROG_RUN_H

#include <linux/filter.h>

#ifndef NK_HAVE_BPF_PROG_RUN

static __always_inline u32 bpf_prog_run(const struct bpf_prog *prog,
					const void *ctx)
{
	return BPF_PROG_RUN(prog, ctx);
}

#endif /* !NK_HAVE_BPF_PROG_RUN */

#endif /* _NK_SHIM_BPF_PROG_RUN_H */
