/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ____cacheline_internodealigned_in_smp
#define ____cacheline_internodealigned_in_smp
#endif

#ifndef CONFIG_ARCH_HAS_CACHE_LINE_SIZE
#define cache_line_size()	L1_CACHE_BYTES
#endif
