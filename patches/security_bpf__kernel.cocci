// SPDX-License-Identifier: GPL-2.0-only
// v6.15, 082f1db02c80 ("security: Propagate caller information in bpf hooks")
// In: include/linux/security.h
@@
identifier cmd, attr, size, kernel;
@@
*int security_bpf(int cmd, union bpf_attr *attr, unsigned int size,
		  bool kernel);
