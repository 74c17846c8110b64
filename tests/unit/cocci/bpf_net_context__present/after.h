/* SPDX-License-Identifier: GPL-2.0-only */
struct bpf_net_context {
	struct bpf_redirect_info ri;
	struct list_head cpu_map_flush_list;
};

static inline void bpf_net_ctx_clear(struct bpf_net_context *bpf_net_ctx)
{
	if (bpf_net_ctx)
		current->bpf_net_context = NULL;
}
