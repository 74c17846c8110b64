// SPDX-License-Identifier: GPL-2.0-only
#include <linux/slab.h>

#include <stdlib.h>

#include "alloc.h"

#define PAGE_SIZE	4096

long alloc_live;
bool alloc_fails;

void *kzalloc(size_t size, gfp_t gfp)
{
	void *p;

	if (gfp & __GFP_NOFAIL) {
		if (!(gfp & GFP_KERNEL) || size > PAGE_SIZE)
			abort();
	} else if (alloc_fails) {
		return NULL;
	}

	p = calloc(1, size);
	if (!p)
		abort();
	alloc_live++;
	return p;
}

void kfree(const void *p)
{
	if (p)
		alloc_live--;
	free((void *)p);
}
