// SPDX-License-Identifier: GPL-2.0-only
/*
 * The smallest programs of each kind, so that what is measured is the device.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define NEXT	TC_ACT_UNSPEC	/* the same number for netkit, tcx and tc */

/* 0: the uplink; 1: the pod's device */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u32);
} targets SEC(".maps");

static __always_inline __u32 target(struct __sk_buff *skb, __u32 key)
{
	__u32 *ifindex = bpf_map_lookup_elem(&targets, &key);

	return ifindex && skb->protocol == bpf_htons(ETH_P_IP) ? *ifindex : 0;
}

SEC("tc")
int pass_on(struct __sk_buff *skb)
{
	return NEXT;
}

SEC("tc")
int from_pod(struct __sk_buff *skb)
{
	__u32 ifindex = target(skb, 0);

	return ifindex ? bpf_redirect_neigh(ifindex, NULL, 0, 0) : NEXT;
}

SEC("tc")
int to_pod(struct __sk_buff *skb)
{
	__u32 ifindex = target(skb, 1);

	return ifindex ? bpf_redirect_peer(ifindex, 0) : NEXT;
}

char _license[] SEC("license") = "GPL";
