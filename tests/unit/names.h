/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs and links that are mere addresses. They point to nothing that may
 * be touched: the list is to compare them and no more.
 */
#ifndef UNIT_NAMES_H
#define UNIT_NAMES_H

#include "../../src/mprog.h"

#define NAMES	256

/* Address number @n, in memory that nobody may read or write */
void *name_address(unsigned int n);

static inline struct bpf_prog *name_prog(unsigned int n)
{
	return name_address(n);
}

static inline struct bpf_link *name_link(unsigned int n)
{
	return name_address(NAMES + n);
}

/* Numbers of what name_prog() and name_link() returned */
unsigned int prog_name(const struct bpf_prog *prog);
unsigned int link_name(const struct bpf_link *link);

#endif /* UNIT_NAMES_H */
