// SPDX-License-Identifier: GPL-2.0-only
// v6.11, 401cb7dae813 ("net: Reference bpf_redirect_info via task_struct on PREEMPT_RT.")
// In: include/linux/filter.h
@@
@@
*struct bpf_net_context {
	...
 };
