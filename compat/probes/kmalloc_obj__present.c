// SPDX-License-Identifier: GPL-2.0-only
// v7.0, 2932ba8d9c99 ("slab: Introduce kmalloc_obj() and family")
#include <linux/slab.h>

static inline int *probe(void)
{
	int *p = kmalloc_obj(*p);

	return p;
}
