// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program list, case by case.
 *
 * A list is written as a string, an entry as a letter: a small one is a
 * program by itself, a capital one the program of that small letter owned by
 * the link of that capital letter. Relative entries are written the same way:
 * "b" is program b, however that is owned, and "B" is link B.
 */
#include <ctype.h>
#include <linux/slab.h>

#include "../lib/tap.h"
#include "alloc.h"
#include "names.h"

#define BEFORE	BPF_F_BEFORE
#define AFTER	BPF_F_AFTER
#define REPLACE	BPF_F_REPLACE
#define ID	BPF_F_ID
#define LINK	BPF_F_LINK

static struct bpf_prog *letter_prog(char c)
{
	return c ? name_prog(tolower(c)) : NULL;
}

static struct bpf_link *letter_link(char c)
{
	return isupper(c) ? name_link(c) : NULL;
}

static struct mprog_item letter_item(char c)
{
	return (struct mprog_item){ letter_prog(c), letter_link(c) };
}

static struct mprog_list *parse(const char *s)
{
	struct mprog_list *list = NULL, *old;

	for (; *s; s++) {
		struct mprog_item item = letter_item(*s);

		old = list;
		list = mprog_insert(old, mprog_count(old), &item);
		kfree(old);
	}
	return list;
}

/* As a reader on the transmit path walks it, by the entries alone */
static const char *print(const struct mprog_list *list)
{
	static char s[MPROG_MAX + 2];
	const struct mprog_item *item;
	char *c = s;

	if (list)
		for (item = list->item; item->prog; item++) {
			if (c == s + MPROG_MAX)
				return "a list without end";
			*c++ = item->link ? link_name(item->link) :
					    prog_name(item->prog);
		}
	*c = 0;
	if (mprog_count(list) != strlen(s))
		return "a list whose count is wrong";
	return s;
}

/* So many programs by themselves, from '!' on, and one last entry */
static const char *long_list(int length, char last)
{
	static const char names[] =
		"!\"#$%&'()*+,-./0123456789:;<=>?@[\\]^_`{|}~"
		"abcdefghijkmnopqrstuvw";
	static char s[MPROG_MAX + 1];

	snprintf(s, sizeof(s), "%.*s%c", length - 1, names, last);
	return s;
}

static const char *flag_names(u32 flags)
{
	static char s[64];

	snprintf(s, sizeof(s), "%s%s%s%s%s%s",
		 flags & REPLACE ? " REPLACE" : "",
		 flags & BEFORE ? " BEFORE" : "",
		 flags & AFTER ? " AFTER" : "", flags & ID ? " ID" : "",
		 flags & LINK ? " LINK" : "",
		 flags & ~(REPLACE | BEFORE | AFTER | ID | LINK) ?
			" unknown" : "");
	return s;
}

/*
 * One request on one list. Entry 'x' (or 'X') is what an attach adds, @who
 * what it replaces or what a detach removes; @want is the list that results,
 * or NULL if there is to be @error.
 */
struct request_case {
	const char	*list;
	u32		flags;
	char		who, rel;
	const char	*want;
	int		error;
};

static struct mprog_request make_request(const struct request_case *c)
{
	struct mprog_request req = { .flags = c->flags };

	if (isupper(c->rel))
		req.rel.link = letter_link(c->rel);
	else
		req.rel.prog = letter_prog(c->rel);
	return req;
}

static const char *quote(const char *s)
{
	static char quoted[2][40];
	static int i;

	i = !i;
	snprintf(quoted[i], sizeof(quoted[i]), "\"%s\"", s);
	return quoted[i];
}

static void check(const char *what, const struct request_case *c,
		  const struct mprog_list *list, int pos,
		  const struct mprog_list *got)
{
	bool good, kept = !strcmp(print(list), c->list);
	char who[16], rel[16];

	good = c->want ? pos >= 0 && !strcmp(print(got), c->want) :
			 pos == -c->error;
	snprintf(who, sizeof(who), c->who ? " %c" : "", c->who);
	snprintf(rel, sizeof(rel), c->rel ? " next to %c" : "", c->rel);
	ok(good && kept, "%s %s%s%s%s: %s", what,
	   strlen(c->list) < 32 ? quote(c->list) : "a long list",
	   flag_names(c->flags), who, rel,
	   !c->want ? strerrorname_np(c->error) :
	   strlen(c->want) < 32 ? quote(c->want) : "done");
	if (!good)
		note("got position %d, \"%s\"", pos, pos < 0 ? "" : print(got));
	if (!kept)
		note("the old list became \"%s\"", print(list));
}

static void attach_one(const struct request_case *c, char who)
{
	const struct mprog_item item = letter_item(who);
	struct mprog_request req = make_request(c);
	struct mprog_list *list, *new = NULL;
	int pos;

	list = parse(c->list);
	req.replace = letter_prog(c->who);
	pos = mprog_attach_pos(list, &req);
	if (pos >= 0 && c->flags & REPLACE) {
		new = parse(c->list);
		if (mprog_replace(new, pos, item.prog) != req.replace)
			pos = -EFAULT;
	} else if (pos >= 0) {
		new = mprog_insert(list, pos, &item);
	}
	check(who == 'x' ? "attach x to" : "attach X to", c, list, pos, new);
	kfree(list);
	kfree(new);
}

static void detach_one(const struct request_case *c)
{
	struct mprog_request req = make_request(c);
	struct mprog_list *list, *new = NULL;
	int pos;

	list = parse(c->list);
	req.prog = letter_prog(c->who);
	pos = mprog_detach_pos(list, &req);
	if (pos >= 0)
		new = mprog_remove(list, pos);
	check("detach from", c, list, pos, new);
	kfree(list);
	kfree(new);
}

static void attaching(void)
{
	static const struct request_case cases[] = {
		/* by default last */
		{ "", 0, 0, 0, "x" },
		{ "a", 0, 0, 0, "ax" },
		{ "abC", 0, 0, 0, "abCx" },
		/* a side alone is the front or the end */
		{ "", BEFORE, 0, 0, "x" },
		{ "", AFTER, 0, 0, "x" },
		{ "abc", BEFORE, 0, 0, "xabc" },
		{ "abc", AFTER, 0, 0, "abcx" },
		/* next to a program, whoever owns it */
		{ "abc", BEFORE, 0, 'a', "xabc" },
		{ "abc", BEFORE, 0, 'b', "axbc" },
		{ "abc", BEFORE, 0, 'c', "abxc" },
		{ "abc", AFTER, 0, 'a', "axbc" },
		{ "abc", AFTER, 0, 'b', "abxc" },
		{ "abc", AFTER, 0, 'c', "abcx" },
		{ "ABC", BEFORE, 0, 'b', "AxBC" },
		{ "ABC", AFTER, 0, 'b', "ABxC" },
		{ "abc", BEFORE | ID, 0, 'b', "axbc" },
		{ "abc", AFTER | ID, 0, 'b', "abxc" },
		/* next to a link */
		{ "aBc", BEFORE | LINK, 0, 'B', "axBc" },
		{ "aBc", AFTER | LINK, 0, 'B', "aBxc" },
		{ "aBc", BEFORE | LINK | ID, 0, 'B', "axBc" },
		{ "aBc", AFTER | LINK | ID, 0, 'B', "aBxc" },
		{ "ABC", AFTER | LINK, 0, 'C', "ABCx" },
		/* no such neighbour */
		{ "", BEFORE, 0, 'a', .error = ENOENT },
		{ "", AFTER, 0, 'a', .error = ENOENT },
		{ "abc", BEFORE, 0, 'd', .error = ENOENT },
		{ "abc", AFTER, 0, 'd', .error = ENOENT },
		{ "abc", BEFORE | LINK, 0, 'B', .error = ENOENT },
		{ "AbC", AFTER | LINK, 0, 'B', .error = ENOENT },
		/* both sides are nowhere */
		{ "", BEFORE | AFTER, 0, 0, .error = ERANGE },
		{ "a", BEFORE | AFTER, 0, 0, .error = ERANGE },
		{ "ab", BEFORE | AFTER, 0, 0, .error = ERANGE },
		{ "ab", BEFORE | AFTER, 0, 'a', .error = ERANGE },
		{ "ab", BEFORE | AFTER, 0, 'b', .error = ERANGE },
		{ "aB", BEFORE | AFTER | LINK, 0, 'B', .error = ERANGE },
		{ "ab", BEFORE | AFTER, 0, 'c', .error = ENOENT },
		{ "", BEFORE | AFTER, 0, 'c', .error = ENOENT },
		/* neither a side nor a replacement */
		{ "ab", 0, 0, 'a', .error = EINVAL },
		{ "ab", 0, 0, 'c', .error = EINVAL },
		{ "ab", ID, 0, 'a', .error = EINVAL },
		{ "aB", LINK, 0, 'B', .error = EINVAL },
		{ "aB", LINK | ID, 0, 'B', .error = EINVAL },
		{ "", ID, 0, 'a', .error = EINVAL },
		{ "ab", 1 << 0, 0, 0, .error = EINVAL },
		{ "ab", 1U << 31, 0, 0, .error = EINVAL },
		/* what is unknown goes unnoticed next to a side */
		{ "ab", BEFORE | 1 << 0, 0, 0, "xab" },
		{ "ab", AFTER | 1U << 31, 0, 'a', "axb" },
	};
	static const struct request_case beside = {
		"aB", BEFORE | LINK, 0, 'B', "aXB"
	};
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		attach_one(&cases[i], 'x');
	attach_one(&(struct request_case){ "aB", 0, 0, 0, "aBX" }, 'X');
	attach_one(&beside, 'X');
}

static void replacing(void)
{
	static const struct request_case cases[] = {
		{ "a", REPLACE, 'a', 0, "x" },
		{ "abc", REPLACE, 'a', 0, "xbc" },
		{ "abc", REPLACE, 'b', 0, "axc" },
		{ "abc", REPLACE, 'c', 0, "abx" },
		{ "AbC", REPLACE, 'b', 0, "AxC" },
		/* nothing to replace, which is all that links can have */
		{ "", REPLACE, 'a', 0, .error = ENOENT },
		{ "abc", REPLACE, 'd', 0, .error = ENOENT },
		{ "abc", REPLACE, 0, 0, .error = ENOENT },
		{ "abc", REPLACE | BEFORE, 0, 'a', .error = ENOENT },
		/* what links have is theirs */
		{ "aBc", REPLACE, 'b', 0, .error = EBUSY },
		{ "aBc", REPLACE | BEFORE, 'b', 'c', .error = EBUSY },
		{ "aBc", REPLACE | BEFORE, 'b', 'a', .error = EBUSY },
		{ "aBc", REPLACE | BEFORE, 'b', 'd', .error = EBUSY },
		/* a side that agrees */
		{ "abc", REPLACE | BEFORE, 'a', 'b', "xbc" },
		{ "abc", REPLACE | BEFORE, 'b', 'c', "axc" },
		{ "abc", REPLACE | AFTER, 'b', 'a', "axc" },
		{ "abc", REPLACE | AFTER, 'c', 'b', "abx" },
		{ "abC", REPLACE | BEFORE | LINK, 'b', 'C', "axC" },
		{ "Abc", REPLACE | AFTER | LINK | ID, 'b', 'A', "Axc" },
		/* a side that does not */
		{ "abc", REPLACE | BEFORE, 'a', 'a', .error = ERANGE },
		{ "abc", REPLACE | BEFORE, 'a', 'c', .error = ERANGE },
		{ "abc", REPLACE | AFTER, 'a', 'a', .error = ERANGE },
		{ "abc", REPLACE | AFTER, 'a', 'b', .error = ERANGE },
		{ "abc", REPLACE | AFTER, 'c', 'a', .error = ERANGE },
		{ "abC", REPLACE | BEFORE | LINK, 'a', 'C', .error = ERANGE },
		/* ahead of the first and behind the last nothing is replaced */
		{ "abc", REPLACE | BEFORE, 'a', 0, .error = ERANGE },
		{ "abc", REPLACE | AFTER, 'c', 0, .error = ERANGE },
		{ "a", REPLACE | BEFORE | AFTER, 'a', 0, .error = ERANGE },
		{ "abc", REPLACE | BEFORE | AFTER, 'b', 'a', .error = ERANGE },
		{ "abc", REPLACE | BEFORE | AFTER, 'b', 'b', .error = ERANGE },
		{ "abc", REPLACE | BEFORE | AFTER, 'b', 'c', .error = ERANGE },
		{ "abc", REPLACE | BEFORE | AFTER, 'b', 'd', .error = ENOENT },
		{ "abc", REPLACE | BEFORE, 'a', 'd', .error = ENOENT },
		{ "abc", REPLACE | BEFORE, 'd', 'd', .error = ENOENT },
		{ "abc", REPLACE | BEFORE | LINK, 'a', 'B', .error = ENOENT },
		/* without a side the relative entry does not matter */
		{ "abc", REPLACE, 'a', 'c', "xbc" },
		{ "abc", REPLACE, 'a', 'd', "xbc" },
		{ "abc", REPLACE | ID, 'a', 'c', "xbc" },
		{ "abC", REPLACE | LINK, 'a', 'C', "xbC" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		attach_one(&cases[i], 'x');
}

static void detaching(void)
{
	static const struct request_case cases[] = {
		/* by default the last */
		{ "a", 0, 0, 0, "" },
		{ "abc", 0, 0, 0, "ab" },
		{ "abC", 0, 0, 0, .error = EBUSY },
		/* by program */
		{ "a", 0, 'a', 0, "" },
		{ "abc", 0, 'a', 0, "bc" },
		{ "abc", 0, 'b', 0, "ac" },
		{ "abc", 0, 'c', 0, "ab" },
		{ "AbC", 0, 'b', 0, "AC" },
		{ "abc", 0, 'd', 0, .error = ENOENT },
		{ "aBc", 0, 'b', 0, .error = EBUSY },
		/* a side alone is the first or the last */
		{ "abc", BEFORE, 0, 0, "bc" },
		{ "abc", AFTER, 0, 0, "ab" },
		{ "Abc", BEFORE, 0, 0, .error = EBUSY },
		{ "abC", AFTER, 0, 0, .error = EBUSY },
		/* what is next to another */
		{ "abc", BEFORE, 0, 'b', "bc" },
		{ "abc", BEFORE, 0, 'c', "ac" },
		{ "abc", AFTER, 0, 'a', "ac" },
		{ "abc", AFTER, 0, 'b', "ab" },
		{ "abC", BEFORE | LINK, 0, 'C', "aC" },
		{ "Abc", AFTER | LINK | ID, 0, 'A', "Ac" },
		{ "aBc", BEFORE, 0, 'c', .error = EBUSY },
		{ "aBc", AFTER | ID, 0, 'a', .error = EBUSY },
		/* nothing next to it, then itself */
		{ "abc", BEFORE, 0, 'a', "bc" },
		{ "abc", AFTER, 0, 'c', "ab" },
		{ "a", BEFORE, 0, 'a', "" },
		{ "a", AFTER, 0, 'a', "" },
		{ "Abc", BEFORE | LINK, 0, 'A', .error = EBUSY },
		/* no such neighbour */
		{ "abc", BEFORE, 0, 'd', .error = ENOENT },
		{ "abc", AFTER, 0, 'd', .error = ENOENT },
		{ "abc", AFTER | LINK, 0, 'B', .error = ENOENT },
		{ "abc", BEFORE, 'a', 'd', .error = ENOENT },
		/* program and side that agree */
		{ "abc", BEFORE, 'a', 'b', "bc" },
		{ "abc", BEFORE, 'b', 'c', "ac" },
		{ "abc", AFTER, 'b', 'a', "ac" },
		{ "abc", AFTER, 'c', 'b', "ab" },
		{ "abC", BEFORE | LINK, 'b', 'C', "aC" },
		/* program and side that do not */
		{ "abc", BEFORE, 'a', 'a', .error = ERANGE },
		{ "abc", BEFORE, 'a', 'c', .error = ERANGE },
		{ "abc", BEFORE, 'c', 'c', .error = ERANGE },
		{ "abc", AFTER, 'a', 'b', .error = ERANGE },
		{ "abc", AFTER, 'c', 'c', .error = ERANGE },
		{ "abc", BEFORE, 'a', 0, .error = ERANGE },
		{ "abc", AFTER, 'c', 0, .error = ERANGE },
		{ "abc", BEFORE, 'd', 'b', .error = ENOENT },
		{ "aBc", BEFORE, 'b', 'a', .error = EBUSY },
		/* both sides are nowhere */
		{ "a", BEFORE | AFTER, 0, 0, .error = ERANGE },
		{ "abc", BEFORE | AFTER, 0, 'b', .error = ERANGE },
		{ "abc", BEFORE | AFTER, 'a', 'b', .error = ERANGE },
		{ "abc", BEFORE | AFTER, 0, 'd', .error = ENOENT },
		/* neither a side nor a program */
		{ "abc", 0, 0, 'a', .error = EINVAL },
		{ "abc", 0, 0, 'd', .error = EINVAL },
		{ "abc", ID, 0, 'a', .error = EINVAL },
		{ "abC", LINK, 0, 'C', .error = EINVAL },
		/* next to a program they do not matter */
		{ "abc", 0, 'b', 'a', "ac" },
		{ "abc", 0, 'b', 'd', "ac" },
		{ "abc", ID, 'b', 'a', "ac" },
		{ "abC", LINK, 'b', 'C', "aC" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		detach_one(&cases[i]);
}

/* 63 entries: '!' first, and 'l' or link 'L' last */
static void full(void)
{
	static const struct request_case refused[] = {
		{ .flags = 0 },
		{ .flags = BEFORE },
		{ .flags = AFTER },
		{ .flags = BEFORE | AFTER },
		{ .flags = BEFORE, .rel = '!' },
		/* fullness is looked at first */
		{ .flags = AFTER, .rel = 'z' },
		{ .flags = 0, .rel = '!' },
		{ .flags = ID, .rel = '!' },
		{ .flags = 1 << 0 },
	};
	char want[MPROG_MAX + 1];
	struct request_case c;
	unsigned int i;

	for (i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		c = refused[i];
		c.list = long_list(MPROG_MAX, 'l');
		c.error = ERANGE;
		attach_one(&c, 'x');
		attach_one(&c, 'X');
	}

	c = (struct request_case){ long_list(MPROG_MAX, 'l'), REPLACE, 'l' };
	strcpy(want, c.list);
	want[MPROG_MAX - 1] = 'x';
	c.want = want;
	attach_one(&c, 'x');

	c = (struct request_case){ long_list(MPROG_MAX - 1, 'l') };
	strcpy(want, c.list);
	strcat(want, "x");
	c.want = want;
	attach_one(&c, 'x');

	/* Behind the last of a full list there is no position */
	c = (struct request_case){ long_list(MPROG_MAX, 'l'),
				   .error = ERANGE };
	detach_one(&c);
	c.flags = AFTER;
	detach_one(&c);
	c.rel = 'l';
	detach_one(&c);
	c.list = long_list(MPROG_MAX, 'L');
	c.flags |= LINK;
	c.rel = 'L';
	detach_one(&c);

	/* Everything else can go */
	c = (struct request_case){ long_list(MPROG_MAX, 'l'), .who = 'l' };
	strcpy(want, c.list);
	want[MPROG_MAX - 1] = 0;
	c.want = want;
	detach_one(&c);
	c.flags = AFTER;
	c.rel = want[MPROG_MAX - 2];
	detach_one(&c);
	c.who = 0;
	detach_one(&c);
	c = (struct request_case){ c.list, BEFORE, .want = c.list + 1 };
	detach_one(&c);
	c.rel = '!';
	detach_one(&c);

	/* One less, and the last one is the last one again */
	c = (struct request_case){ long_list(MPROG_MAX - 1, 'l'), AFTER };
	strcpy(want, c.list);
	want[MPROG_MAX - 2] = 0;
	c.want = want;
	detach_one(&c);
	c.rel = 'l';
	detach_one(&c);
	c.flags = 0;
	c.rel = 0;
	detach_one(&c);
}

static void finding(void)
{
	struct mprog_list *list = parse("aBc");

	ok(mprog_find_prog(list, letter_prog('a')) == 0 &&
	   mprog_find_prog(list, letter_prog('b')) == 1 &&
	   mprog_find_prog(list, letter_prog('c')) == 2,
	   "programs are found, whoever owns them");
	ok(mprog_find_prog(list, letter_prog('d')) == -ENOENT &&
	   mprog_find_prog(list, NULL) == -ENOENT,
	   "other programs, and none, are not found");
	ok(mprog_find_link(list, letter_link('B')) == 1, "a link is found");
	ok(mprog_find_link(list, letter_link('A')) == -ENOENT,
	   "a link that does not own its program is not found");
	ok(mprog_find_prog(NULL, letter_prog('a')) == -ENOENT &&
	   mprog_find_prog(NULL, NULL) == -ENOENT &&
	   mprog_find_link(NULL, letter_link('A')) == -ENOENT,
	   "nothing is found on an empty list");
	ok(mprog_count(NULL) == 0 && mprog_count(list) == 3,
	   "entries are counted");
	kfree(list);
}

static void without_memory(void)
{
	const struct mprog_item item = letter_item('x');
	struct mprog_list *list = parse("aBc"), *new, *one;

	alloc_fails = true;
	ok(!mprog_insert(NULL, 0, &item) && !mprog_insert(list, 1, &item) &&
	   !strcmp(print(list), "aBc"), "without memory nothing is added");

	new = mprog_remove(list, 1);
	ok(!strcmp(print(new), "ac"), "without memory an entry is removed");
	one = mprog_remove(new, 0);
	ok(!strcmp(print(one), "c"), "and another one");
	ok(!mprog_remove(one, 0), "and the last one");
	alloc_fails = false;

	kfree(list);
	kfree(new);
	kfree(one);
}

int main(void)
{
	finding();
	attaching();
	replacing();
	detaching();
	full();
	without_memory();
	ok(!alloc_live, "every list was freed");
	return finish();
}
