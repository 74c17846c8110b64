// SPDX-License-Identifier: GPL-2.0-only
// v7.0, ae23bc81ddf7 ("bpf: Fix tcx/netkit detach permissions when prog fd isn't given")
// In: include/linux/bpf.h
@@
typedef bool;
@@
*bool bpf_net_capable(void)
 {
	...
 }
