/* SPDX-License-Identifier: GPL-2.0-only */
/* User-space stand-in */
#ifndef UNIT_LINUX_OVERFLOW_H
#define UNIT_LINUX_OVERFLOW_H

#define struct_size(p, member, count) \
	(sizeof(*(p)) + (size_t)(count) * sizeof(*(p)->member))

#endif /* UNIT_LINUX_OVERFLOW_H */
