/* SPDX-License-Identifier: GPL-2.0-only */
struct bpf_net_context;

struct bpf_redirect_info {
	u64 tgt_index;
	struct bpf_net_context *unused;
};

DECLARE_PER_CPU(struct bpf_redirect_info, bpf_redirect_info);
