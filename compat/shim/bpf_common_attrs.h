/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BPF_COMMON_ATTRS: a flag in the command of bpf(2), and with it two more
 * arguments, attributes that all commands have in common.
 *
 * v7.2, f28771c0691b ("bpf: Extend BPF syscall with common attributes
 * support")
 *
 * Stand-in: no flag. On kernels without it such a call is one of an unknown
 * command, which is not netkit's.
 */
#ifndef _NK_SHIM_BPF_COMMON_ATTRS_H
#define _NK_SHIM_BPF_COMMON_ATTRS_H

#include <linux/bpf.h>

#ifdef NK_HAVE_BPF_COMMON_ATTRS

/* Bytes behind these have to be zero. */
#define NK_COMMON_ATTRS_KNOWN \
	offsetofend(struct bpf_common_attr, log_true_size)

#else /* !NK_HAVE_BPF_COMMON_ATTRS */

#define BPF_COMMON_ATTRS	0
#define NK_COMMON_ATTRS_KNOWN	0

#endif /* !NK_HAVE_BPF_COMMON_ATTRS */

#endif /* _NK_SHIM_BPF_COMMON_ATTRS_H */
