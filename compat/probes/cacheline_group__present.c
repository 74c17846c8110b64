// SPDX-License-Identifier: GPL-2.0-only
// v6.8, aeb9ce058d7c ("cache: enforce cache groups")
#include <linux/cache.h>
#include <linux/types.h>

struct probe {
	__cacheline_group_begin(group);
	int member;
	__cacheline_group_end(group);
};
