/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The front door for bpf(2): brings the calls with netkit's attach types to
 * the driver.
 */
#ifndef _NK_BPF_SYSCALL_H
#define _NK_BPF_SYSCALL_H

#include "../src/uapi/netkit.h"

/**
 * struct netkit_bpf_ops - what the driver does for bpf(2)
 * @prog_attach: BPF_PROG_ATTACH
 * @prog_detach: BPF_PROG_DETACH
 * @prog_query:	 BPF_PROG_QUERY, by a caller privileged to
 * @link_create: BPF_LINK_CREATE
 *
 * The attach type of @attr is BPF_NETKIT_PRIMARY or BPF_NETKIT_PEER; what the
 * caller did not give is zero. Called in process context, without locks, with
 * a reference to the module held; the return value is that of the system call.
 */
struct netkit_bpf_ops {
	int (*prog_attach)(const union netkit_bpf_attr *attr);
	int (*prog_detach)(const union netkit_bpf_attr *attr);
	int (*prog_query)(const union netkit_bpf_attr *attr,
			  union netkit_bpf_attr __user *uattr);
	int (*link_create)(const union netkit_bpf_attr *attr);
};

/**
 * nk_bpf_syscall_init - put the door in place, closed
 * @ops: the driver's functions
 *
 * Context: process context, while loading, after nk_symbols_init().
 * Return: 0, or an error after a line in the log that says what is wrong.
 */
int nk_bpf_syscall_init(const struct netkit_bpf_ops *ops);

/**
 * nk_bpf_syscall_open - open the door: netkit answers from now on
 *
 * Callers hold the module, so loading must not fail any more.
 *
 * Context: any, after nk_bpf_syscall_init().
 */
void nk_bpf_syscall_open(void);

/**
 * nk_bpf_syscall_exit - take the door away
 *
 * On return no task executes code of this module because of bpf(2), nor on
 * the way out of a module_put() that it did before.
 *
 * Context: process context, while unloading; sleeps.
 */
void nk_bpf_syscall_exit(void);

#endif /* _NK_BPF_SYSCALL_H */
