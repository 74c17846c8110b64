/* SPDX-License-Identifier: GPL-2.0-only */
enum bpf_cmd {
	BPF_MAP_CREATE,
	BPF_TOKEN_CREATE,
	__MAX_BPF_CMD,		/* BPF_COMMON_ATTRS comes later */
};
