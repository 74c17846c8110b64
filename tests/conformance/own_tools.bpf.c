// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program as it was written for tc when kernels of the 5.10 series were new:
 * no section name that old releases of libbpf do not know.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("classifier")
int drop(struct __sk_buff *skb)
{
	return 2;
}

SEC("classifier")
int next(struct __sk_buff *skb)
{
	return -1;
}

char _license[] SEC("license") = "GPL";
