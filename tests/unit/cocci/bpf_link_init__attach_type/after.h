/* SPDX-License-Identifier: GPL-2.0-only */
void bpf_link_init(struct bpf_link *link, enum bpf_link_type type,
		   const struct bpf_link_ops *ops, struct bpf_prog *prog,
		   enum bpf_attach_type attach_type);
int bpf_link_settle(struct bpf_link_primer *primer);
