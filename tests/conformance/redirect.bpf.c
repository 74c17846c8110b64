// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that send packets elsewhere: test frames to a device, and the IP
 * traffic of a pod to and from its node's uplink, as Cilium does it.
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETH_P_TEST	0x88b5
#define NEXT		(-1)
#define POD_NET		0
#define UPLINK_NET	1

struct target {
	__u32 ifindex, flags;
};

/* 0 to 2: of to_device_0 to to_device_2; 3: the uplink; 4: the pod's device */
enum { UPLINK = 3, POD = 4, TARGETS };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, TARGETS);
	__type(key, __u32);
	__type(value, struct target);
} targets SEC(".maps");

/* How many packets were redirected, by target */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, TARGETS);
	__type(key, __u32);
	__type(value, __u64);
} redirected SEC(".maps");

static __always_inline struct target *target_of(__u32 key)
{
	struct target *t = bpf_map_lookup_elem(&targets, &key);
	__u64 *n = bpf_map_lookup_elem(&redirected, &key);

	if (t && n)
		__sync_fetch_and_add(n, 1);
	return t;
}

/* Reads the frame itself, which begins at its Ethernet header */
static __always_inline int to_device(struct __sk_buff *skb, __u32 key)
{
	const struct ethhdr *eth = (void *)(long)skb->data;
	struct target *t;

	if ((void *)(eth + 1) > (void *)(long)skb->data_end)
		return TC_ACT_SHOT;
	if (eth->h_proto != bpf_htons(ETH_P_TEST))
		return NEXT;
	t = target_of(key);
	return t ? bpf_redirect(t->ifindex, t->flags) : TC_ACT_SHOT;
}

#define TO_DEVICE(key)						\
SEC("tc")							\
int to_device_##key(struct __sk_buff *skb)			\
{								\
	return to_device(skb, key);				\
}

TO_DEVICE(0)
TO_DEVICE(1)
TO_DEVICE(2)

/* Is this IP to an address of 10.<net>.0.0/16 or fd<net>::/16? */
static __always_inline bool goes_to(struct __sk_buff *skb, __u8 net)
{
	__u8 head[2];

	if (skb->protocol == bpf_htons(ETH_P_IP))
		return !bpf_skb_load_bytes(skb, ETH_HLEN +
					   offsetof(struct iphdr, daddr),
					   head, sizeof(head)) &&
			head[0] == 10 && head[1] == net;
	if (skb->protocol == bpf_htons(ETH_P_IPV6))
		return !bpf_skb_load_bytes(skb, ETH_HLEN +
					   offsetof(struct ipv6hdr, daddr),
					   head, sizeof(head)) &&
			head[0] == 0xfd && head[1] == net;
	return false;
}

/* On what the pod sends: out by the uplink, whose neighbours are asked */
SEC("tc")
int from_pod(struct __sk_buff *skb)
{
	struct target *t;

	if (!goes_to(skb, UPLINK_NET))
		return NEXT;
	t = target_of(UPLINK);
	return t ? bpf_redirect_neigh(t->ifindex, NULL, 0, 0) : TC_ACT_SHOT;
}

/* On what the uplink receives: what is for the pod, straight into it */
SEC("tc")
int to_pod(struct __sk_buff *skb)
{
	struct target *t;

	if (!goes_to(skb, POD_NET))
		return TC_ACT_UNSPEC;
	t = target_of(POD);
	return t ? bpf_redirect_peer(t->ifindex, 0) : TC_ACT_SHOT;
}

/* On test frames, straight into a pod */
SEC("tc")
int frames_to_pod(struct __sk_buff *skb)
{
	struct target *t;

	if (skb->protocol != bpf_htons(ETH_P_TEST))
		return TC_ACT_UNSPEC;
	t = target_of(POD);
	return t ? bpf_redirect_peer(t->ifindex, 0) : TC_ACT_SHOT;
}

char _license[] SEC("license") = "GPL";
