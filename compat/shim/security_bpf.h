/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * security_bpf(): what security modules say to a call of bpf(2).
 *
 * v6.15, 082f1db02c80 ("security: Propagate caller information in bpf hooks"):
 * a fourth argument, whether the attributes come from the kernel.
 *
 * Stand-in: without it; the attributes of the calls that we serve come from
 * user space.
 */
#ifndef _NK_SHIM_SECURITY_BPF_H
#define _NK_SHIM_SECURITY_BPF_H

#include "../symbols.h"

/**
 * security_bpf_user - security_bpf() for attributes from user space
 * @cmd:  command
 * @attr: its attributes, a copy
 * @size: bytes of @attr that the caller gave
 *
 * Context: process context.
 * Return: 0, or the error that the call is to end with.
 */
static inline int security_bpf_user(int cmd, union bpf_attr *attr,
				    unsigned int size)
{
#ifdef NK_HAVE_SECURITY_BPF_KERNEL
	return security_bpf(cmd, attr, size, false);
#else /* !NK_HAVE_SECURITY_BPF_KERNEL */
	return security_bpf(cmd, attr, size);
#endif /* !NK_HAVE_SECURITY_BPF_KERNEL */
}

#endif /* _NK_SHIM_SECURITY_BPF_H */
