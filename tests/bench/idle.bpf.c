// SPDX-License-Identifier: GPL-2.0-only
/*
 * For how long the one CPU was idle: cpu_idle comes with the state that it enters,
 * or with -1 when it leaves it.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} idle_ns SEC(".maps");		/* 0: in all; 1: when it began, or 0 */

SEC("raw_tp/cpu_idle")
int count_idle(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 first = 0, second = 1;
	__u64 *total = bpf_map_lookup_elem(&idle_ns, &first);
	__u64 *begun = bpf_map_lookup_elem(&idle_ns, &second);

	if (!total || !begun)
		return 0;
	if ((__u32)ctx->args[0] != (__u32)-1) {
		*begun = bpf_ktime_get_ns();
	} else if (*begun) {
		*total += bpf_ktime_get_ns() - *begun;
		*begun = 0;
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
