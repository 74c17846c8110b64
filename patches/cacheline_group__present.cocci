// SPDX-License-Identifier: GPL-2.0-only
// v6.8, aeb9ce058d7c ("cache: enforce cache groups")
// In: include/linux/cache.h
//
// The markers themselves are half a declaration each, which spatch cannot read;
// this one came with them.
@@
identifier TYPE, GROUP, MEMBER;
@@
*#define CACHELINE_ASSERT_GROUP_MEMBER(TYPE, GROUP, MEMBER) ...
