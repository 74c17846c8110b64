// SPDX-License-Identifier: GPL-2.0-only
/*
 * Count packets that have a time stamp: as they leave a device's stack, with
 * those whose stamp the kernel has marked as a departure time, and as a netkit
 * program sees them.
 */
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETH_P_IP	0x0800
#define ETH_P_TEST	0x88b5
#define NEXT		(-1)

struct times {
	__u64 packets, stamped, marked;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct times);
} times SEC(".maps");

static __always_inline int note(struct __sk_buff *skb, __u32 key, __u32 type)
{
	struct times *t = bpf_map_lookup_elem(&times, &key);

	if (!t || (skb->protocol != bpf_htons(ETH_P_IP) &&
		   skb->protocol != bpf_htons(ETH_P_TEST)))
		return NEXT;
	__sync_fetch_and_add(&t->packets, 1);
	if (skb->tstamp) {
		__sync_fetch_and_add(&t->stamped, 1);
		if (type)
			__sync_fetch_and_add(&t->marked, 1);
	}
	return NEXT;
}

/* Only for kernels that tell; the others refuse to load it */
SEC("tc")
int departs(struct __sk_buff *skb)
{
	return note(skb, 0, skb->tstamp_type);
}

SEC("tc")
int departs_plain(struct __sk_buff *skb)
{
	return note(skb, 0, 0);
}

SEC("tc")
int passes(struct __sk_buff *skb)
{
	return note(skb, 1, 0);
}

char _license[] SEC("license") = "GPL";
