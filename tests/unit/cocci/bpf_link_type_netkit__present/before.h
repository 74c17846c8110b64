/* SPDX-License-Identifier: GPL-2.0-only */
enum bpf_link_type {
	BPF_LINK_TYPE_UNSPEC = 0,
	BPF_LINK_TYPE_XDP = 6,
	BPF_LINK_TYPE_TCX = 11,

	MAX_BPF_LINK_TYPE,	/* BPF_LINK_TYPE_NETKIT comes before */
};
