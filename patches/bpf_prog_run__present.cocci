// SPDX-License-Identifier: GPL-2.0-only
// v5.15, fb7dd8bca013 ("bpf: Refactor BPF_PROG_RUN into a function")
// In: include/linux/filter.h
@@
typedef u32;
identifier prog, ctx;
@@
*u32 bpf_prog_run(const struct bpf_prog *prog, const void *ctx)
 {
	...
 }
