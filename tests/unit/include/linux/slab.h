/* SPDX-License-Identifier: GPL-2.0-only */
/* User-space stand-in: an allocator that counts, and fails on request */
#ifndef UNIT_LINUX_SLAB_H
#define UNIT_LINUX_SLAB_H

#include <linux/types.h>

#define GFP_KERNEL	1U
#define __GFP_NOFAIL	2U

void *kzalloc(size_t size, gfp_t gfp);
void kfree(const void *p);

#endif /* UNIT_LINUX_SLAB_H */
