// SPDX-License-Identifier: GPL-2.0-only
// v6.17, b725441f02c2 ("bpf: Add attach_type field to bpf_link")
// In: include/linux/bpf.h
@@
identifier link, type, ops, prog, attach_type;
@@
*void bpf_link_init(struct bpf_link *link, enum bpf_link_type type,
		    const struct bpf_link_ops *ops, struct bpf_prog *prog,
		    enum bpf_attach_type attach_type);
