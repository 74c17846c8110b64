/* SPDX-License-Identifier: GPL-2.0-only */
/* User-space stand-in: the kernel's short names for types */
#ifndef UNIT_LINUX_TYPES_H
#define UNIT_LINUX_TYPES_H

#include_next <linux/types.h>

#include <stdbool.h>
#include <stddef.h>

typedef __u32 u32;
typedef __u64 u64;
typedef unsigned int gfp_t;

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};

#endif /* UNIT_LINUX_TYPES_H */
