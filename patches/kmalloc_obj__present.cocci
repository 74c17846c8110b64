// SPDX-License-Identifier: GPL-2.0-only
// v7.0, 2932ba8d9c99 ("slab: Introduce kmalloc_obj() and family")
// In: include/linux/slab.h
@@
identifier P;
@@
*#define kmalloc_obj(P, ...) ...
