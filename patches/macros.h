/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Macros of the kernel's headers that spatch has to look through to see what
 * they surround: it reads headers as they are, not as the compiler does after
 * preprocessing. Given to spatch as --macro-file-builtins.
 */

/* Annotations */
#define __user
#define __kernel
#define __iomem
#define __percpu
#define __rcu
#define __force
#define __bitwise
#define __must_check
#define __always_inline inline
#define __always_unused
#define __maybe_unused
#define __used
#define __weak
#define __cold
#define __init
#define __exit
#define __net_init
#define __net_exit
#define __initdata
#define __net_initdata
#define __read_mostly
#define __ro_after_init
#define __percpu_qual
#define __packed
#define __pure
#define __attribute_const__
#define __malloc
#define __randomize_layout
#define __cacheline_aligned
#define ____cacheline_aligned
#define __cacheline_aligned_in_smp
#define ____cacheline_aligned_in_smp
#define ____cacheline_internodealigned_in_smp
#define notrace
#define asmlinkage
#define noinstr
#define __bpf_kfunc
#define __aligned(x)
#define __counted_by(member)
#define __counted_by_ptr(member)
#define __counted_by_le(member)
#define __counted_by_be(member)
#define __printf(a, b)
#define __scanf(a, b)
#define __acquires(x)
#define __releases(x)
#define __must_hold(x)
#define __guarded_by(x)
#define __alloc_size(x)

/* Groups of members */
#define struct_group(NAME, MEMBERS)			MEMBERS
#define struct_group_attr(NAME, ATTRS, MEMBERS)		MEMBERS
#define struct_group_tagged(TAG, NAME, MEMBERS)		MEMBERS
