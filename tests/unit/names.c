// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <sys/mman.h>

#include "names.h"

static char *names_base(void)
{
	static char *base;

	if (!base) {
		base = mmap(NULL, 2 * NAMES, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (base == MAP_FAILED)
			abort();
	}
	return base;
}

void *name_address(unsigned int n)
{
	if (n >= 2 * NAMES)
		abort();
	return names_base() + n;
}

static unsigned int names_number(const void *address, unsigned int first)
{
	unsigned long n = (const char *)address - names_base();

	if (n < first || n >= first + NAMES)
		abort();
	return n - first;
}

unsigned int prog_name(const struct bpf_prog *prog)
{
	return names_number(prog, 0);
}

unsigned int link_name(const struct bpf_link *link)
{
	return names_number(link, NAMES);
}
