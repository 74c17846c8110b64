/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * __cacheline_group_begin(): name the members that are used together.
 *
 * v6.8, aeb9ce058d7c ("cache: enforce cache groups")
 *
 * Stand-in: markers without size; nothing checks where a member stands.
 */
#ifndef _NK_SHIM_CACHELINE_GROUP_H
#define _NK_SHIM_CACHELINE_GROUP_H

#include <linux/cache.h>
#include <linux/types.h>

#ifndef NK_HAVE_CACHELINE_GROUP

#define __cacheline_group_begin(GROUP)	struct { } __cacheline_begin_##GROUP
#define __cacheline_group_end(GROUP)	struct { } __cacheline_end_##GROUP

#endif /* !NK_HAVE_CACHELINE_GROUP */

#endif /* _NK_SHIM_CACHELINE_GROUP_H */
