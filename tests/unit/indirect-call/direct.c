// SPDX-License-Identifier: GPL-2.0-only
/*
 * What tests/lib/check-indirect-calls must not take for an indirect call that is
 * forbidden: direct calls and jumps, a static call's trampoline, the address
 * of a function, and a BPF program that is run the way the kernel runs one.
 */
typedef unsigned int bpf_func_t(const void *ctx, const void *insn);

int netkit_other(int arg);
int __SCT__nk_other(int arg);
int nk_direct(int arg);
int nk_static_call(int arg);
unsigned int netkit_xmit(const void *ctx, bpf_func_t *bpf_func);

int (*const nk_table[])(int arg) = { netkit_other, nk_direct };

int nk_direct(int arg)
{
	return netkit_other(arg) + 1;
}

int nk_static_call(int arg)
{
	return __SCT__nk_other(arg);
}

static inline __attribute__((always_inline)) unsigned int
bpf_prog_run(const void *ctx, bpf_func_t *bpf_func)
{
	return bpf_func(ctx, 0);
}

unsigned int netkit_xmit(const void *ctx, bpf_func_t *bpf_func)
{
	return bpf_prog_run(ctx, bpf_func) + 1;
}
