// SPDX-License-Identifier: GPL-2.0-only
// v6.7, 35dfaad7188c ("netkit, bpf: Add bpf programmable net device")
// In: include/uapi/linux/bpf.h
@@
expression number;
@@
 enum bpf_link_type {
	...,
*	BPF_LINK_TYPE_NETKIT = number,
	...
 };
