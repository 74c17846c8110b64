/* SPDX-License-Identifier: GPL-2.0-only */
enum bpf_link_type {
	BPF_LINK_TYPE_UNSPEC = 0,
	BPF_LINK_TYPE_XDP = 6,
	BPF_LINK_TYPE_TCX = 11,
	BPF_LINK_TYPE_NETKIT = 13,
	__MAX_BPF_LINK_TYPE,
};
