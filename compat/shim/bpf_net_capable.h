/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bpf_net_capable(): may the caller manage BPF programs of network devices?
 *
 * v7.0, ae23bc81ddf7 ("bpf: Fix tcx/netkit detach permissions when prog fd
 * isn't given"): in a header. Earlier kernels kept it inside their bpf(2).
 *
 * Stand-in: the same two capabilities.
 */
#ifndef _NK_SHIM_BPF_NET_CAPABLE_H
#define _NK_SHIM_BPF_NET_CAPABLE_H

#include <linux/bpf.h>
#include <linux/capability.h>

#ifndef NK_HAVE_BPF_NET_CAPABLE

static inline bool bpf_net_capable(void)
{
	return capable(CAP_NET_ADMIN) || capable(CAP_SYS_ADMIN);
}

#endif /* !NK_HAVE_BPF_NET_CAPABLE */

#endif /* _NK_SHIM_BPF_NET_CAPABLE_H */
