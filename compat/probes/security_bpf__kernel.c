// SPDX-License-Identifier: GPL-2.0-only
// v6.15, 082f1db02c80 ("security: Propagate caller information in bpf hooks")
#include <linux/security.h>

static inline int probe(union bpf_attr *attr)
{
	return security_bpf(0, attr, 0, false);
}
