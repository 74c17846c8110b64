// SPDX-License-Identifier: GPL-2.0-only
// v6.11, 401cb7dae813 ("net: Reference bpf_redirect_info via task_struct on PREEMPT_RT.")
#include <linux/filter.h>

static inline void probe(void)
{
	struct bpf_net_context storage;

	bpf_net_ctx_clear(bpf_net_ctx_set(&storage));
}
