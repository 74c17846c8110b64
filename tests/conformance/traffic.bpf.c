// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that note what they see of a test frame, one per place at which
 * they are attached, in the order in which they run; and one that marks.
 * They serve as netkit programs and as tc filters: -1 is NEXT for the ones
 * and "unspecified" for the others, and lets a packet go on.
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETH_P_TEST	0x88b5
#define ETH_P_8021Q	0x8100
#define ETH_P_8021AD	0x88a8
#define MAX_SEEN	256
#define NEXT		(-1)

struct seen {
	__u32 place, ifindex, mark, priority, len, protocol;
	__u32 vlan_present, vlan_tci, vlan_proto, pkt_type;
	__u64 tstamp;
	__s64 csum;	/* skb->csum of CHECKSUM_COMPLETE, else -errno */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_SEEN);
	__type(key, __u32);
	__type(value, struct seen);
} seen SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} count SEC(".maps");

/* Whatever tags it has in it */
static __always_inline bool is_test_frame(struct __sk_buff *skb)
{
	__u16 proto = 0;
	int i;

	for (i = 0; i < 3; i++) {
		if (bpf_skb_load_bytes(skb, 12 + 4 * i, &proto, sizeof(proto)))
			return false;
		if (proto != bpf_htons(ETH_P_8021Q) &&
		    proto != bpf_htons(ETH_P_8021AD))
			break;
	}
	return proto == bpf_htons(ETH_P_TEST);
}

static __always_inline int note(struct __sk_buff *skb, __u32 place)
{
	__u32 zero = 0, at, *n = bpf_map_lookup_elem(&count, &zero);
	struct seen *s;

	if (!n || !is_test_frame(skb))
		return NEXT;
	at = *n;
	*n = at + 1;
	s = bpf_map_lookup_elem(&seen, &at);
	if (!s)
		return NEXT;
	s->place = place;
	s->ifindex = skb->ifindex;
	s->mark = skb->mark;
	s->priority = skb->priority;
	s->len = skb->len;
	s->protocol = bpf_ntohs(skb->protocol);
	s->vlan_present = skb->vlan_present;
	s->vlan_tci = skb->vlan_tci;
	s->vlan_proto = bpf_ntohs(skb->vlan_proto);
	s->pkt_type = skb->pkt_type;
	s->tstamp = skb->tstamp;
	s->csum = bpf_csum_update(skb, 0);
	return NEXT;
}

#define NOTE(place)						\
SEC("tc")							\
int place_##place(struct __sk_buff *skb)			\
{								\
	return note(skb, place);				\
}

NOTE(1)
NOTE(2)
NOTE(3)
NOTE(4)
NOTE(5)
NOTE(6)

SEC("tc")
int set_mark(struct __sk_buff *skb)
{
	skb->mark = 0x1234;
	skb->priority = 5;
	return NEXT;
}

SEC("tc")
int drop(struct __sk_buff *skb)
{
	return 2;
}

SEC("tc")
int no_verdict(struct __sk_buff *skb)
{
	return 100;
}

char _license[] SEC("license") = "GPL";
