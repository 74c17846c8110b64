/* SPDX-License-Identifier: GPL-2.0-only */
enum bpf_attach_type;

void bpf_link_init(struct bpf_link *link, enum bpf_link_type type,
		   const struct bpf_link_ops *ops, struct bpf_prog *prog);
int bpf_link_settle(struct bpf_link_primer *primer);
int bpf_prog_attached(struct bpf_prog *prog, enum bpf_attach_type attach_type);
