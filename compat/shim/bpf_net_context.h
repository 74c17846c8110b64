/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct bpf_net_context: what the redirect helpers leave for the caller of
 * a program is kept on the caller's stack.
 *
 * v6.11, 401cb7dae813 ("net: Reference bpf_redirect_info via task_struct on
 * PREEMPT_RT.")
 *
 * Stand-in: nothing, older kernels keep it per CPU.
 */
#ifndef _NK_SHIM_BPF_NET_CONTEXT_H
#define _NK_SHIM_BPF_NET_CONTEXT_H

#include <linux/filter.h>

#ifndef NK_HAVE_BPF_NET_CONTEXT

struct bpf_net_context { };

static inline struct bpf_net_context *
bpf_net_ctx_set(struct bpf_net_context *ctx)
{
	return ctx;
}

static inline void bpf_net_ctx_clear(struct bpf_net_context *ctx)
{
}

#endif /* !NK_HAVE_BPF_NET_CONTEXT */

#endif /* _NK_SHIM_BPF_NET_CONTEXT_H */
