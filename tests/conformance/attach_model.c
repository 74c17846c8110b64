// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random attaching, replacing, updating and detaching of programs and links,
 * compared call by call with a plain model of the ordered list: the result of
 * each call, and order, owners and revision after it.
 *
 * Three quarters of the calls are made of objects that exist, so that a good part
 * of each kind of call succeeds (checked); the rest is anything. Seed and
 * number of calls of each of four runs: NK_SEED, NK_ROUNDS.
 */
#include "../lib/nk.h"

#define NPROGS		8	/* programs that come and go */
#define NLINKS		8	/* slots for links */
#define NFILL		58	/* programs that stay, in the second half */

struct entry {
	int prog;		/* index into progs[] */
	int link;		/* index into links[], or -1 */
};

struct obj {			/* what a relative object turned out to be */
	int err;
	bool given;
	bool odd_type;		/* has or is a program of another type */
	int prog;		/* -1: a program that is on no list */
	int link;		/* -1: a program; -2: a link on no list */
};

struct model {
	struct entry e[NK_MAX_PROGS];
	int n;
	__u64 rev;
};

static struct nk_prog progs[NPROGS + NFILL];
static struct {
	int fd;
	__u32 id;
	int prog;
	bool attached;
} links[NLINKS];
static struct model m;
static int dev, type, map_fd, xdp_fd, foreign_link, xdp_link;
static __u32 xdp_id, foreign_id, xdp_link_id;
static char what[512];

enum kind { ATTACH, REPLACE, DETACH, CREATE, UPDATE, UNLINK, CLOSE, NKINDS };
static const char * const kinds[] = { "attach", "replace", "detach",
	"link create", "link update", "link detach", "link close" };
static unsigned long tried[NKINDS], won[NKINDS];

static __u64 rnd_state;

static unsigned int rnd(unsigned int n)
{
	rnd_state = rnd_state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (rnd_state >> 33) % n;
}

/* ---- the model ---- */

static int find_prog(int prog)
{
	int i;

	for (i = 0; i < m.n; i++)
		if (m.e[i].prog == prog)
			return i;
	return -ENOENT;
}

/* Which entry is this relative object? */
static int find(const struct obj *o)
{
	int i;

	for (i = 0; i < m.n; i++)
		if (o->link == -1 ? m.e[i].prog == o->prog
				  : m.e[i].link == o->link)
			return i;
	return -ENOENT;
}

static bool stale(__u64 rev)
{
	return rev && rev != m.rev;
}

/*
 * Where BEFORE and AFTER point, in numbers of entries; -1 is before the
 * first. *at has a position already, or -2.
 */
static int point(__u32 flags, const struct obj *rel, int *at)
{
	int to;

	if (flags & NK_F_BEFORE) {
		to = rel->given ? find(rel) : 0;
		if (to < 0)
			return to;
		if (*at != -2 && *at != to - 1)
			return -ERANGE;
		*at = to - 1;
	}
	if (flags & NK_F_AFTER) {
		to = rel->given ? find(rel) : m.n - 1;
		if (to == -ENOENT && rel->given)
			return to;
		if (*at != -2 && *at != to + 1)
			return -ERANGE;
		*at = to + 1;
	}
	return 0;
}

static int model_attach(int prog, int link, struct nk_opt o, int replaced,
			int replaced_err, const struct obj *rel)
{
	bool replace = o.flags & NK_F_REPLACE;
	int at = -2, err, i;

	if (replaced_err)
		return replaced_err;
	if (stale(o.revision))
		return -ESTALE;
	if (find_prog(prog) >= 0)
		return -EEXIST;
	if (rel->err || rel->odd_type)
		return rel->err ?: -EINVAL;
	if (replace) {
		at = find_prog(replaced);
		if (at < 0)
			return at;
		if (m.e[at].link >= 0)
			return -EBUSY;
	} else if (m.n == NK_MAX_PROGS) {
		return -ERANGE;
	}
	err = point(o.flags, rel, &at);
	if (err)
		return err;
	if (replace) {
		m.e[at].prog = prog;
		m.rev++;
		return 0;
	}
	if (at == -2) {
		if (rel->given || o.flags)
			return -EINVAL;
		at = m.n;
	} else if (o.flags & NK_F_BEFORE) {
		at++;
	}
	for (i = m.n++; i > at; i--)
		m.e[i] = m.e[i - 1];
	m.e[at].prog = prog;
	m.e[at].link = link;
	m.rev++;
	return 0;
}

static void model_drop(int at)
{
	for (m.n--; at < m.n; at++)
		m.e[at] = m.e[at + 1];
	m.rev++;
}

static int model_detach(int prog, int prog_err, struct nk_opt o,
			const struct obj *rel)
{
	int at = -2, err;

	if (o.flags & ~NK_F_MASK)
		return -EINVAL;
	if (prog_err)
		return prog_err;
	if (!m.n)
		return -ENOENT;
	if (o.flags & NK_F_REPLACE)
		return -EINVAL;
	if (stale(o.revision))
		return -ESTALE;
	if (rel->err)
		return rel->err;
	if (prog >= 0) {
		/* Types can only differ where there are two programs */
		if (rel->odd_type)
			return -EINVAL;
		at = find_prog(prog);
		if (at < 0)
			return at;
		if (m.e[at].link >= 0)
			return -EBUSY;
	}
	err = point(o.flags, rel, &at);
	if (err)
		return err;
	if (at == -2) {
		if (rel->given || o.flags)
			return -EINVAL;
		at = m.n;
	}
	if (at >= NK_MAX_PROGS)
		return -ERANGE;
	if (at == -1)
		at = 0;
	if (at == m.n)
		at = m.n - 1;
	if (m.e[at].link >= 0)
		return -EBUSY;
	model_drop(at);
	return 0;
}

/* ---- the calls ---- */

static void resync(void)
{
	struct nk_list l = nk_query(dev, type);
	__u32 i;
	int j;

	if (l.err)
		nk_die("query");
	m.n = l.count;
	for (i = 0; i < l.count; i++) {
		m.e[i].link = -1;
		for (j = 0; j < NPROGS + NFILL; j++)
			if (progs[j].id == l.progs[i])
				m.e[i].prog = j;
		for (j = 0; j < NLINKS; j++)
			if (links[j].fd >= 0 && links[j].id == l.links[i])
				m.e[i].link = j;
	}
	if (l.count)
		m.rev = l.revision;
}

static bool same_state(void)
{
	struct nk_list l = nk_query(dev, type);
	int i;

	if (l.err || (int)l.count != m.n || l.attach_flags ||
	    l.revision != (m.n ? m.rev : 1))
		return false;
	for (i = 0; i < m.n; i++)
		if (l.progs[i] != progs[m.e[i].prog].id || l.prog_flags[i] ||
		    l.link_flags[i] ||
		    l.links[i] != (m.e[i].link < 0 ? 0 :
				   links[m.e[i].link].id))
			return false;
	return true;
}

static void show_state(void)
{
	struct nk_list l = nk_query(dev, type);
	__u32 i, j;

	printf("#   kernel: revision %llu:", (unsigned long long)l.revision);
	for (i = 0; !l.err && i < l.count; i++) {
		for (j = 0; j < NPROGS + NFILL; j++)
			if (progs[j].id == l.progs[i])
				printf(" p%u%s", j, l.links[i] ? "L" : "");
	}
	printf("\n#   model:  revision %llu:", (unsigned long long)m.rev);
	for (i = 0; (int)i < m.n; i++)
		printf(" p%d%s", m.e[i].prog, m.e[i].link < 0 ? "" : "L");
	printf("\n");
}

/* Choose a relative object, and say what it is */
static __u32 choose_rel(__u32 *flags, struct obj *o, bool sane)
{
	unsigned int c = sane ? rnd(4) : rnd(12);
	char *w = what + strlen(what);
	__u32 v = 0;
	int i;

	*o = (struct obj){ .given = true, .prog = -1, .link = -1 };
	switch (c) {
	case 0:				/* nothing */
		*o = (struct obj){ .prog = -1, .link = -1 };
		if (!sane && !rnd(2)) {	/* id 0 */
			*flags |= NK_F_ID;
			o->err = -ENOENT;
		}
		strcpy(w, " rel -");
		break;
	case 1:
	case 2:				/* a program */
		i = sane && m.n ? m.e[rnd(m.n)].prog : (int)rnd(NPROGS);
		o->prog = i;
		v = progs[i].fd;
		if (rnd(2)) {
			*flags |= NK_F_ID;
			v = progs[i].id;
		}
		sprintf(w, " rel p%d", i);
		if (!sane && !rnd(4)) {	/* taken for a link */
			*flags |= NK_F_LINK;
			o->err = *flags & NK_F_ID ? -ENOENT : -EINVAL;
			/* A link may have that number */
			if (*flags & NK_F_ID)
				v = NK_BAD_ID;
		}
		break;
	case 3:
	case 4:				/* a link, attached or not */
		i = rnd(NLINKS);
		if (links[i].fd < 0) {
			*o = (struct obj){ .prog = -1, .link = -1 };
			strcpy(w, " rel -");
			break;
		}
		o->link = links[i].attached ? i : -2;
		v = links[i].fd;
		*flags |= NK_F_LINK;
		if (rnd(2)) {
			*flags |= NK_F_ID;
			v = links[i].id;
		}
		sprintf(w, " rel L%d", i);
		break;
	case 5:
		v = NK_BAD_FD;
		o->err = -EBADF;
		if (rnd(2)) {
			*flags |= NK_F_ID;
			v = NK_BAD_ID;
			o->err = -ENOENT;
		}
		if (rnd(2))
			*flags |= NK_F_LINK;
		strcpy(w, " rel bad");
		break;
	case 6:
		v = map_fd;
		o->err = -EINVAL;
		if (rnd(2))
			*flags |= NK_F_LINK;
		strcpy(w, " rel map");
		break;
	case 7:
		v = rnd(2) ? xdp_fd : (int)xdp_id;
		if (v == xdp_id)
			*flags |= NK_F_ID;
		o->odd_type = true;
		strcpy(w, " rel xdp");
		break;
	case 8:				/* a link where a program is meant */
		v = foreign_link;
		o->err = -EINVAL;
		strcpy(w, " rel link as prog");
		break;
	case 9:
	case 10:			/* a link of another device */
		*flags |= NK_F_LINK;
		v = foreign_link;
		o->link = -2;
		if (rnd(2)) {
			*flags |= NK_F_ID;
			v = foreign_id;
		}
		strcpy(w, " rel foreign link");
		break;
	default:			/* a link of another kind */
		*flags |= NK_F_LINK;
		v = xdp_link;
		o->odd_type = true;
		o->link = -2;
		if (rnd(2)) {
			*flags |= NK_F_ID;
			v = xdp_link_id;
		}
		strcpy(w, " rel xdp link");
		break;
	}
	return v;
}

static __u32 choose_flags(bool sane)
{
	static const __u32 f[] = { 0, NK_F_BEFORE, NK_F_AFTER };

	if (sane || rnd(4))
		return f[rnd(3)];
	return NK_F_BEFORE | NK_F_AFTER;
}

static __u64 choose_rev(bool sane)
{
	if (sane)
		return rnd(2) ? m.rev : 0;
	switch (rnd(6)) {
	case 0:
		return m.rev + 1;
	case 1:
		return m.rev - 1;
	case 2:
		return m.rev;
	default:
		return 0;
	}
}

/* A program that is, or is not, on the list; any if there is none such */
static int choose_prog(bool listed)
{
	int i, try;

	for (try = 0; try < 40; try++) {
		i = rnd(NPROGS);
		if ((find_prog(i) >= 0) == listed)
			break;
	}
	return i;
}

/* A listed program that no link owns */
static int choose_bare(void)
{
	int i, try;

	for (try = 0; try < 80; try++) {
		i = choose_prog(true);
		if (find_prog(i) >= 0 && m.e[find_prog(i)].link < 0)
			break;
	}
	return i;
}

static int bad_prog(int *err)
{
	switch (rnd(4)) {
	case 0:
		*err = -EBADF;
		return NK_BAD_FD;
	case 1:
		*err = -EINVAL;
		return map_fd;
	case 2:
		*err = -EINVAL;
		return foreign_link;
	default:
		*err = -EINVAL;
		return xdp_fd;
	}
}

static int free_slot(void)
{
	int i;

	for (i = 0; i < NLINKS; i++)
		if (links[i].fd < 0)
			return i;
	return -1;
}

static void one(enum kind k, int *got, int *want)
{
	bool sane = rnd(4);
	struct nk_opt o = {};
	struct obj rel;
	int prog, slot, replaced = -1, replaced_err = 0, prog_err = 0, fd, old;

	*what = 0;
	switch (k) {
	case ATTACH:
	case REPLACE:
		prog = choose_prog(!sane && !rnd(3));
		fd = progs[prog].fd;
		sprintf(what, "%s p%d", kinds[k], prog);
		o.flags = sane && k == REPLACE ? 0 : choose_flags(sane);
		o.revision = choose_rev(sane);
		if (k == REPLACE) {
			o.flags |= NK_F_REPLACE;
			replaced = sane ? choose_bare() : choose_prog(rnd(2));
			o.replace_fd = progs[replaced].fd;
			if (!sane && !rnd(6))
				o.replace_fd = bad_prog(&replaced_err);
			sprintf(what + strlen(what), " for p%d", replaced);
		} else if (!sane && !rnd(4)) {
			/* Without REPLACE nobody looks at it */
			o.replace_fd = NK_BAD_FD;
		}
		if (sane && (k == REPLACE || !o.flags))
			rel = (struct obj){ .prog = -1, .link = -1 };
		else
			o.relative = choose_rel(&o.flags, &rel, sane);
		if (!sane && !rnd(8))
			fd = bad_prog(&prog_err);
		if (!sane && !rnd(16))
			o.flags |= 1U << 6;
		*got = nk_attach_opt(fd, dev, type, o);
		if (o.flags & ~NK_F_MASK)
			*want = -EINVAL;
		else if (prog_err)
			*want = prog_err;
		else
			*want = model_attach(prog, -1, o, replaced,
					     replaced_err, &rel);
		break;
	case CREATE:
		slot = free_slot();
		if (slot < 0) {
			*got = *want = -ENFILE;
			break;
		}
		prog = choose_prog(!sane && !rnd(3));
		fd = progs[prog].fd;
		sprintf(what, "link create p%d", prog);
		o.flags = choose_flags(sane);
		o.revision = choose_rev(sane);
		if (sane && !o.flags)
			rel = (struct obj){ .prog = -1, .link = -1 };
		else
			o.relative = choose_rel(&o.flags, &rel, sane);
		if (!sane && !rnd(8))
			fd = bad_prog(&prog_err);
		*got = nk_link_opt(fd, dev, type, o);
		if (prog_err)
			*want = prog_err;
		else
			*want = model_attach(prog, slot, o, -1, 0, &rel);
		if (*got >= 0) {
			links[slot].fd = *got;
			links[slot].id = nk_link_id(*got);
			links[slot].prog = prog;
			links[slot].attached = true;
			*got = 0;
		}
		break;
	case DETACH:
		prog = -1;
		if (rnd(3))
			prog = sane ? choose_bare() : choose_prog(rnd(2));
		fd = prog < 0 ? 0 : progs[prog].fd;
		sprintf(what, "detach p%d", prog);
		o.flags = sane && prog >= 0 ? 0 : choose_flags(sane);
		o.revision = choose_rev(sane);
		if (sane && (prog >= 0 || !o.flags))
			rel = (struct obj){ .prog = -1, .link = -1 };
		else
			o.relative = choose_rel(&o.flags, &rel, sane);
		if (!sane && !rnd(8))
			fd = bad_prog(&prog_err);
		if (!sane && !rnd(8))
			o.flags |= NK_F_REPLACE;
		if (!sane && !rnd(16))
			o.flags |= 1U << 6;
		*got = nk_detach_opt(fd, dev, type, o);
		*want = model_detach(prog, prog_err, o, &rel);
		break;
	case UPDATE:
		slot = rnd(NLINKS);
		for (old = 0; sane && !links[slot].attached && old < 20; old++)
			slot = rnd(NLINKS);
		if (links[slot].fd < 0) {
			*got = *want = -ENFILE;
			break;
		}
		prog = choose_prog(!sane);
		old = sane ? links[slot].prog : (int)rnd(NPROGS);
		fd = rnd(2) ? NK_F_REPLACE : 0;
		sprintf(what, "update L%d (p%d%s) to p%d, old %d", slot,
			links[slot].prog, links[slot].attached ? "" : ", off",
			prog, fd ? old : -1);
		*got = nk_update(links[slot].fd, progs[prog].fd, fd,
				 fd ? progs[old].fd : 0);
		if (!links[slot].attached)
			*want = -ENOLINK;
		else if (fd && old != links[slot].prog)
			*want = -EPERM;
		else if (prog == links[slot].prog)
			*want = 0;
		else if (find_prog(prog) >= 0)
			*want = -EEXIST;
		else
			*want = 0;
		if (!*want && prog != links[slot].prog) {
			m.e[find_prog(links[slot].prog)].prog = prog;
			links[slot].prog = prog;
			m.rev++;
		}
		break;
	case UNLINK:
	case CLOSE:
		slot = rnd(NLINKS);
		if (links[slot].fd < 0) {
			*got = *want = -ENFILE;
			break;
		}
		sprintf(what, "%s L%d (p%d)", kinds[k], slot,
			links[slot].prog);
		*want = 0;
		if (k == UNLINK) {
			*got = bpf_link_detach(links[slot].fd);
		} else {
			close(links[slot].fd);
			links[slot].fd = -1;
			*got = 0;
		}
		if (links[slot].attached)
			model_drop(find_prog(links[slot].prog));
		links[slot].attached = false;
		break;
	default:
		abort();
	}
	sprintf(what + strlen(what), " flags %#x revision %lld", o.flags,
		(long long)o.revision);
}

/* In a full list "attach" cannot succeed: make room as often as fill */
static enum kind choose_kind(void)
{
	static const enum kind k[] = { ATTACH, ATTACH, ATTACH, REPLACE,
		REPLACE, DETACH, DETACH, DETACH, CREATE, CREATE, UPDATE,
		UPDATE, UNLINK, CLOSE, CLOSE };

	return k[rnd(sizeof(k) / sizeof(k[0]))];
}

/* Those that stay are detached like others: put one back, to stay near full */
static void refill(int fill)
{
	struct obj none = { .prog = -1, .link = -1 };
	int i;

	if (!fill || m.n >= NK_MAX_PROGS - 5)
		return;
	for (i = NPROGS; find_prog(i) >= 0; i++)
		;
	if (nk_attach(progs[i].fd, dev, type) ||
	    model_attach(i, -1, NK_OPT(0), -1, 0, &none))
		nk_die("put a program back");
}

static void run(int rounds, int fill)
{
	int i, wrong = 0, got, want, full = 0, refused = 0, before;
	const char *e = type == NK_PRIMARY ? "primary" : "peer";
	enum kind k;

	m.n = 0;
	m.rev = 1;
	memset(tried, 0, sizeof(tried));
	memset(won, 0, sizeof(won));
	for (i = 0; i < NLINKS; i++)
		links[i].fd = -1;
	dev = nk_pair("nk0", "nk1", "");
	for (i = 0; i < fill; i++) {
		if (nk_attach(progs[NPROGS + i].fd, dev, type))
			nk_die("attach the programs that stay");
		m.e[m.n++] = (struct entry){ NPROGS + i, -1 };
		m.rev++;
	}
	for (i = 0; i < rounds && wrong < 10; i++) {
		refill(fill);
		k = choose_kind();
		before = m.n;
		one(k, &got, &want);
		if (want == -ENFILE)
			continue;
		tried[k]++;
		won[k] += !want;
		full += before == NK_MAX_PROGS;
		refused += before == NK_MAX_PROGS && want == -ERANGE;
		if (got == want && same_state())
			continue;
		printf("# call %d: %s: got %s, the model has %s\n", i, what,
		       nk_errname(got), nk_errname(want));
		show_state();
		resync();
		wrong++;
	}
	nk_ok(!wrong, "%s, %d programs that stay: %d calls are as the model has it",
	      e, fill, i);
	for (k = 0; k < NKINDS; k++) {
		printf("# %s: %lu of %lu succeed\n", kinds[k], won[k],
		       tried[k]);
		nk_ok(tried[k] && won[k] * 10 >= tried[k] * 3,
		      "%s, %d that stay: 30 %% of kind '%s' succeed", e, fill,
		      kinds[k]);
	}
	if (fill)
		nk_ok(refused, "%s: the list was full for %d calls, ERANGE for %d",
		      e, full, refused);
	for (i = 0; i < NLINKS; i++)
		if (links[i].fd >= 0)
			close(links[i].fd);
	nk_sh("ip link del nk0");
}

int main(void)
{
	const char *s = getenv("NK_SEED"), *r = getenv("NK_ROUNDS");
	int rounds = r && *r ? atoi(r) : 2000, i;

	nk_init();
	rnd_state = s && *s ? strtoull(s, NULL, 0) : (unsigned long long)time(NULL);
	printf("# NK_SEED=%llu, %d calls a run\n",
	       (unsigned long long)rnd_state, rounds);
	for (i = 0; i < NPROGS + NFILL; i++)
		progs[i] = nk_prog(NK_NEXT);
	map_fd = nk_trace_map();
	xdp_fd = nk_load_verdict(BPF_PROG_TYPE_XDP, "GPL", 0, 2);
	xdp_id = nk_prog_id(xdp_fd);
	xdp_link = bpf_link_create(xdp_fd, nk_dev("lo"), BPF_XDP, NULL);
	foreign_link = nk_link(progs[0].fd, nk_pair("other0", "other1", ""),
			       NK_PRIMARY);
	if (xdp_link < 0 || foreign_link < 0)
		nk_die("make two links that are not on the list");
	xdp_link_id = nk_link_id(xdp_link);
	foreign_id = nk_link_id(foreign_link);

	for (type = NK_PRIMARY; type <= NK_PEER; type++) {
		run(rounds, 0);
		run(rounds, NFILL);
	}
	return nk_exit();
}
