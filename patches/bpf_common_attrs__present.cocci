// SPDX-License-Identifier: GPL-2.0-only
// v7.2, f28771c0691b ("bpf: Extend BPF syscall with common attributes support")
// In: include/uapi/linux/bpf.h
@@
expression bit;
@@
 enum bpf_cmd {
	...,
*	BPF_COMMON_ATTRS = bit,
	...
 };
