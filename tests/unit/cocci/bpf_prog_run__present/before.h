/* SPDX-License-Identifier: GPL-2.0-only */
#define __BPF_PROG_RUN(prog, ctx, dfunc)	({			\
	u32 __ret;							\
	__ret = dfunc(ctx, (prog)->insnsi, (prog)->bpf_func);		\
	__ret; })

#define BPF_PROG_RUN(prog, ctx)						\
	__BPF_PROG_RUN(prog, ctx, bpf_dispatcher_nop_func)

u32 bpf_prog_run_generic_xdp(struct sk_buff *skb, struct xdp_buff *xdp,
			     const struct bpf_prog *bpf_prog_run);
