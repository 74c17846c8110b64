/* SPDX-License-Identifier: GPL-2.0-only */
/* User-space stand-in */
#ifndef UNIT_LINUX_MINMAX_H
#define UNIT_LINUX_MINMAX_H

#define clamp(val, lo, hi) __extension__ ({	\
	__typeof__(val) _val = (val);		\
	__typeof__(lo) _lo = (lo);		\
	__typeof__(hi) _hi = (hi);		\
	_val < _lo ? _lo : _val > _hi ? _hi : _val; })

#endif /* UNIT_LINUX_MINMAX_H */
