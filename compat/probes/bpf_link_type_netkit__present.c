// SPDX-License-Identifier: GPL-2.0-only
// v6.7, 35dfaad7188c ("netkit, bpf: Add bpf programmable net device")
#include <linux/bpf.h>

static inline enum bpf_link_type probe(void)
{
	return BPF_LINK_TYPE_NETKIT;
}
