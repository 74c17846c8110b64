// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much room a packet has before and after its data when it is handed to
 * a device.
 */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* Of the kernel's structures what is read here; the rest is its own matter */
struct net_device {
	int ifindex;
} __attribute__((preserve_access_index));

struct sk_buff {
	unsigned char *head, *data;
	unsigned int tail, end;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} device SEC(".maps");

struct room {
	__u32 packets, head, tail;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct room);
} room SEC(".maps");

SEC("raw_tp/net_dev_start_xmit")
int handed_over(struct bpf_raw_tracepoint_args *ctx)
{
	const struct sk_buff *skb = (void *)ctx->args[0];
	const struct net_device *dev = (void *)ctx->args[1];
	__u32 zero = 0, *index = bpf_map_lookup_elem(&device, &zero);
	struct room *r = bpf_map_lookup_elem(&room, &zero);

	if (!index || !r || BPF_CORE_READ(dev, ifindex) != *index)
		return 0;
	r->packets++;
	r->head = BPF_CORE_READ(skb, data) - BPF_CORE_READ(skb, head);
	r->tail = BPF_CORE_READ(skb, end) - BPF_CORE_READ(skb, tail);
	return 0;
}

char _license[] SEC("license") = "GPL";
