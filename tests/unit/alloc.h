/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests see of the allocator behind the stand-in <linux/slab.h>.
 *
 * It aborts on what the kernel would not grant: an allocation that must not
 * fail and yet must not sleep, or that is larger than a page.
 */
#ifndef UNIT_ALLOC_H
#define UNIT_ALLOC_H

#include <stdbool.h>

/* Allocations that were not freed yet */
extern long alloc_live;

/* Whether allocations fail, all but those that must not */
extern bool alloc_fails;

#endif /* UNIT_ALLOC_H */
