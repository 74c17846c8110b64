/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kmalloc_obj(): allocate by type instead of by size.
 *
 * v7.0, 2932ba8d9c99 ("slab: Introduce kmalloc_obj() and family")
 *
 * Stand-in: the same, but returns void *, so that the compiler does not compare
 * the type allocated with the type of the pointer.
 */
#ifndef _NK_SHIM_KMALLOC_OBJ_H
#define _NK_SHIM_KMALLOC_OBJ_H

#include <linux/overflow.h>
#include <linux/slab.h>

#ifndef NK_HAVE_KMALLOC_OBJ

#define __nk_gfp(first, GFP, ...)	GFP
#define nk_gfp(...)			__nk_gfp(, ##__VA_ARGS__, GFP_KERNEL)

/* Of another form, where they were taken over early */
#undef kmalloc_obj
#undef kzalloc_obj
#undef kmalloc_flex
#define kmalloc_obj(P, ...)	kmalloc(sizeof(P), nk_gfp(__VA_ARGS__))
#define kzalloc_obj(P, ...)	kzalloc(sizeof(P), nk_gfp(__VA_ARGS__))
#define kmalloc_flex(P, FAM, COUNT, ...) \
	kmalloc(struct_size((typeof(P) *)NULL, FAM, COUNT), nk_gfp(__VA_ARGS__))

#endif /* !NK_HAVE_KMALLOC_OBJ */

#endif /* _NK_SHIM_KMALLOC_OBJ_H */
