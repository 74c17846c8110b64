// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "model.h"

int model_find_prog(const struct model *m, int prog)
{
	int found = -ENOENT, i;

	for (i = m->count - 1; i >= 0; i--)
		if (m->prog[i] == prog)
			found = i;
	return found;
}

int model_find_link(const struct model *m, int link)
{
	int found = -ENOENT, i;

	for (i = m->count - 1; i >= 0; i--)
		if (m->link[i] == link)
			found = i;
	return found;
}

static bool has_rel(const struct wish *w)
{
	return w->rel_prog != NOBODY || w->rel_link != NOBODY;
}

/* Is there an entry @i, and is it the relative one? */
static bool is_rel(const struct model *m, const struct wish *w, int i)
{
	if (i < 0 || i >= m->count)
		return false;
	if (w->rel_link != NOBODY)
		return m->link[i] == w->rel_link;
	return m->prog[i] == w->rel_prog;
}

static bool rel_is_missing(const struct model *m, const struct wish *w)
{
	int i;

	if (!has_rel(w))
		return false;
	for (i = 0; i < m->count; i++)
		if (is_rel(m, w, i))
			return false;
	return true;
}

/* May an entry be put between entries @gap - 1 and @gap? */
static bool gap_fits(const struct model *m, const struct wish *w, int gap)
{
	if (w->before && w->after)
		return false;
	if (w->before)
		return has_rel(w) ? is_rel(m, w, gap) : gap == 0;
	if (w->after && has_rel(w))
		return is_rel(m, w, gap - 1);
	return gap == m->count;
}

/* Is entry @i on the side that is wanted of the relative one? */
static bool is_beside(const struct model *m, const struct wish *w, int i)
{
	if (w->before && !is_rel(m, w, i + 1))
		return false;
	if (w->after && !is_rel(m, w, i - 1))
		return false;
	return true;
}

static int model_replace(const struct model *m, const struct wish *w)
{
	int i;

	for (i = 0; i < m->count; i++) {
		if (m->prog[i] != w->replaced)
			continue;
		if (m->link[i] != NOBODY)
			return -EBUSY;
		if (!w->before && !w->after)
			return i;
		if (rel_is_missing(m, w))
			return -ENOENT;
		return has_rel(w) && is_beside(m, w, i) ? i : -ERANGE;
	}
	return -ENOENT;
}

int model_attach(const struct model *m, const struct wish *w)
{
	int gap;

	if (w->replace)
		return model_replace(m, w);
	if (m->count == MODEL_MAX)
		return -ERANGE;
	if (!w->before && !w->after && (has_rel(w) || w->other_flag))
		return -EINVAL;
	if (rel_is_missing(m, w))
		return -ENOENT;
	for (gap = 0; gap <= m->count; gap++)
		if (gap_fits(m, w, gap))
			return gap;
	return -ERANGE;
}

/* Without a program: at the rims the relative entry itself stands in. */
static bool side_means(const struct model *m, const struct wish *w, int i)
{
	int last = m->count - 1;

	if (w->before && !has_rel(w))
		return i == 0;
	if (w->before)
		return is_rel(m, w, i + 1) || (i == 0 && is_rel(m, w, 0));
	if (w->after && has_rel(w) && !is_rel(m, w, last))
		return is_rel(m, w, i - 1);
	/* Behind the last, which there is only if that is not the 63rd */
	return i == last && m->count < MODEL_MAX;
}

int model_detach(const struct model *m, const struct wish *w)
{
	int i = model_find_prog(m, w->prog);

	if (w->prog != NOBODY) {
		if (i < 0)
			return -ENOENT;
		if (m->link[i] != NOBODY)
			return -EBUSY;
		if (!w->before && !w->after)
			return i;
		if (rel_is_missing(m, w))
			return -ENOENT;
		return has_rel(w) && is_beside(m, w, i) ? i : -ERANGE;
	}

	if (!w->before && !w->after && (has_rel(w) || w->other_flag))
		return -EINVAL;
	if (rel_is_missing(m, w))
		return -ENOENT;
	if (w->before && w->after)
		return -ERANGE;
	for (i = 0; i < m->count; i++)
		if (side_means(m, w, i))
			return m->link[i] == NOBODY ? i : -EBUSY;
	return -ERANGE;
}

void model_insert(struct model *m, int place, int prog, int link)
{
	int i;

	for (i = m->count; i > place; i--) {
		m->prog[i] = m->prog[i - 1];
		m->link[i] = m->link[i - 1];
	}
	m->prog[place] = prog;
	m->link[place] = link;
	m->count++;
}

void model_remove(struct model *m, int place)
{
	int i;

	m->count--;
	for (i = place; i < m->count; i++) {
		m->prog[i] = m->prog[i + 1];
		m->link[i] = m->link[i + 1];
	}
}
