// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs as a user of libbpf writes them. Each counts the packets that it
 * sees, by the experimental ethertype of these tests.
 */
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define TEST_ETHERTYPE	0x88b5
#define NEXT		(-1)
#define DROP		2

__u64 seen_primary, seen_peer, seen_second, seen_drop;

SEC("netkit/primary")
int primary(struct __sk_buff *skb)
{
	if (skb->protocol == bpf_htons(TEST_ETHERTYPE))
		seen_primary++;
	return NEXT;
}

SEC("netkit/peer")
int peer(struct __sk_buff *skb)
{
	if (skb->protocol == bpf_htons(TEST_ETHERTYPE))
		seen_peer++;
	return NEXT;
}

SEC("netkit/primary")
int second(struct __sk_buff *skb)
{
	if (skb->protocol == bpf_htons(TEST_ETHERTYPE))
		seen_second++;
	return NEXT;
}

SEC("netkit/primary")
int drop(struct __sk_buff *skb)
{
	if (skb->protocol != bpf_htons(TEST_ETHERTYPE))
		return NEXT;
	seen_drop++;
	return DROP;
}

char _license[] SEC("license") = "GPL";
