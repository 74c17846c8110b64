// SPDX-License-Identifier: GPL-2.0-only
// v6.17, b725441f02c2 ("bpf: Add attach_type field to bpf_link")
#include <linux/bpf.h>

static inline void probe(struct bpf_link *link, const struct bpf_link_ops *ops,
			 struct bpf_prog *prog, enum bpf_attach_type type)
{
	bpf_link_init(link, BPF_LINK_TYPE_XDP, ops, prog, type);
}
