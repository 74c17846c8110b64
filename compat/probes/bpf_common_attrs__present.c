// SPDX-License-Identifier: GPL-2.0-only
// v7.2, f28771c0691b ("bpf: Extend BPF syscall with common attributes support")
#include <linux/bpf.h>

static inline enum bpf_cmd probe(struct bpf_common_attr *attr)
{
	return attr->log_true_size ? BPF_COMMON_ATTRS : 0;
}
