// SPDX-License-Identifier: GPL-2.0-only
/*
 * The programs of the demonstration: one counts packets and lets them pass,
 * one drops them.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define NETKIT_PASS	0
#define NETKIT_DROP	2

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

SEC("netkit/primary")
int count(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u64 *n = bpf_map_lookup_elem(&packets, &key);

	if (n)
		__sync_fetch_and_add(n, 1);
	return NETKIT_PASS;
}

SEC("netkit/peer")
int drop(struct __sk_buff *skb)
{
	return NETKIT_DROP;
}

char LICENSE[] SEC("license") = "GPL";
