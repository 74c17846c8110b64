/* SPDX-License-Identifier: GPL-2.0-only */
static __always_inline void *kmalloc(size_t size, gfp_t flags)
{
	return __kmalloc(size, flags);
}

#define kmalloc_objects(n, size, flags)	kmalloc_array(n, size, flags)
