// SPDX-License-Identifier: GPL-2.0-only
// v7.0, ae23bc81ddf7 ("bpf: Fix tcx/netkit detach permissions when prog fd isn't given")
#include <linux/bpf.h>

static inline bool probe(void)
{
	return bpf_net_capable();
}
