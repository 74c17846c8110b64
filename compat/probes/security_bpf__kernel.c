// SPDX-License-Identifier: GPL-2.0-only
// v6.15, "lsm, bpf: add a kernel flag to the bpf hooks"
#include <linux/security.h>

static inline int probe(union bpf_attr *attr)
{
	return security_bpf(0, attr, 0, false);
}
