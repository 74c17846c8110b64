// SPDX-License-Identifier: GPL-2.0-only
// v5.15, fb7dd8bca013 ("bpf: Refactor BPF_PROG_RUN into a function")
#include <linux/filter.h>

static inline u32 probe(const struct bpf_prog *prog, const void *ctx)
{
	return bpf_prog_run(prog, ctx);
}
