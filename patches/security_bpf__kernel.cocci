// SPDX-License-Identifier: GPL-2.0-only
// v6.15, "lsm, bpf: add a kernel flag to the bpf hooks"
// In: include/linux/security.h
@@
identifier cmd, attr, size, kernel;
@@
*int security_bpf(int cmd, union bpf_attr *attr, unsigned int size,
		  bool kernel);
