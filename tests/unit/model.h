/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the program list should do, said in another way: a request is a set of
 * conditions, and every place is asked whether it meets them all.
 */
#ifndef UNIT_MODEL_H
#define UNIT_MODEL_H

#include <stdbool.h>

#define MODEL_MAX	63
#define NOBODY		(-1)

/* Programs and links are numbers here; @link is NOBODY for a bare program */
struct model {
	int	count;
	int	prog[MODEL_MAX + 1];
	int	link[MODEL_MAX + 1];
};

/* The relative entry is @rel_link or @rel_prog, or NOBODY both */
struct wish {
	bool	before, after, replace, other_flag;
	int	prog;		/* to detach */
	int	replaced;
	int	rel_prog, rel_link;
};

int model_find_prog(const struct model *m, int prog);
int model_find_link(const struct model *m, int link);

/* The place, or -errno */
int model_attach(const struct model *m, const struct wish *w);
int model_detach(const struct model *m, const struct wish *w);

void model_insert(struct model *m, int place, int prog, int link);
void model_remove(struct model *m, int place);

#endif /* UNIT_MODEL_H */
