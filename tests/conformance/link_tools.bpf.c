// SPDX-License-Identifier: GPL-2.0-only
/* Verdicts for ip and tc to load */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

SEC("xdp/pass")
int xdp_pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("xdp/drop")
int xdp_drop(struct xdp_md *ctx)
{
	return XDP_DROP;
}

SEC("tc/drop")
int tc_drop(struct __sk_buff *skb)
{
	return TC_ACT_SHOT;
}

char _license[] SEC("license") = "GPL";
