/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pairs, namespaces, links and pins that go in any order, while packets flow.
 *
 * Every network namespace has a process that sends from all netkit devices in
 * it without end, as frames and as UDP, and counts what arrives. It finds the
 * devices' numbers in shared memory. Namespace 0 is the test's own and stays.
 *
 * The scene is a model of what there must be. All that is done has to succeed
 * as the model says; what the kernel does later, in a worker or after a grace
 * period, is waited for. A fault is noted and counted, and each order or round
 * ends with one check line about all of it.
 *
 * With td_module set the module is one of the things to be removed: it must
 * stay, and work, as long as a device or a link is there.
 */
#ifndef NK_TEARDOWN_H
#define NK_TEARDOWN_H

#include "nk.h"
#include "rtnl.h"
#include <dirent.h>
#include <signal.h>
#include <sys/prctl.h>

#define TD_NS		5
#define TD_PAIRS	4
#define TD_LINKS	12
#define TD_PROGS	6
#define TD_WAIT		60	/* seconds until what goes later has gone */
#define TD_DIR		"/sys/fs/bpf/nk_teardown"

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING	23
#endif

/* How to load and unload the module; results as of nk_unload() in calls.h */
struct td_module {
	int (*load)(void);
	long (*unload)(void);
	/* What a client that looks for netkit is told */
	long (*probe)(void);
};

/* Written by the process of a namespace, but ifindex, which that reads */
struct td_traffic {
	__u64 sent, failed, received;
	int ifindex[TD_PAIRS][2];
};

struct td_ns {
	bool alive;
	int fd, rtnl;
	pid_t pid;
};

struct td_pair {
	bool made;		/* and not deleted, nor one of its namespaces */
	bool dying;		/* one of its namespaces is gone */
	bool up;
	char name[2][IFNAMSIZ];
	int ns[2], ifindex[2], policy[2];
	__u32 bare[2], linked[2];	/* programs on each end, bit by bit */
};

struct td_link {
	bool held, pinned;	/* neither: there is no such link */
	int pair, end, prog;	/* pair -1: it has no device any more */
	bool dying;		/* or will have none soon */
	int fd;			/* held by this process, or */
	pid_t holder;		/* by that one */
	__u32 id;
};

static const struct td_module *td_module;
static struct td_traffic *td_traffic;
static struct td_ns td_ns[TD_NS];
static struct td_pair td_pairs[TD_PAIRS];
static struct td_link td_links[TD_LINKS];
static struct nk_prog td_progs[TD_PROGS];
static int td_faults, td_bad, td_kmsg = -1;
static bool td_loaded = true;
static unsigned int td_serial;
static __u64 td_sent_meanwhile, td_refused, td_unloaded;
static char td_log[8192];	/* what was done in this order or round */

/* ---- chance ---- */

static __u64 td_state;

static inline unsigned int td_random(unsigned int n)
{
	td_state = td_state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (td_state >> 33) % n;
}

static inline void td_shuffle(int *list, int n)
{
	int i, j, t;

	for (i = n - 1; i > 0; i--) {
		j = td_random(i + 1);
		t = list[i];
		list[i] = list[j];
		list[j] = t;
	}
}

/* ---- what was done, and faults ---- */

__attribute__((format(printf, 1, 2)))
static inline void td_did(const char *fmt, ...)
{
	size_t n = strlen(td_log);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(td_log + n, sizeof(td_log) - n, fmt, ap);
	va_end(ap);
}

__attribute__((format(printf, 1, 2)))
static inline void td_fault(const char *fmt, ...)
{
	va_list ap;

	td_faults++;
	printf("# after %s: ", td_log);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

static inline bool td_want(long got, long want, const char *what)
{
	if (got == want)
		return true;
	td_fault("%s: got %s, expected %s", what, nk_errname(got),
		 nk_errname(want));
	return false;
}

static inline double td_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* Wait until a condition holds; it is a fault if it does not in TD_WAIT s */
#define td_until(cond, ...) do {					\
	double td_end = td_now() + TD_WAIT;				\
									\
	while (!(cond)) {						\
		if (td_now() > td_end) {				\
			td_fault(__VA_ARGS__);				\
			break;						\
		}							\
		nk_msleep(2);						\
	}								\
} while (0)

/* What the kernel says of an emulated machine whose host is busy */
static inline bool td_harmless(const char *line)
{
	return strstr(line, "hrtimer: interrupt took") ||
	       strstr(line, "clocksource: ") ||
	       strstr(line, "TSC found unstable") ||
	       strstr(line, "perf: interrupt took");
}

/* Messages of level warning and worse since the last call are faults. */
static inline void td_look_at_log(void)
{
	char line[4096], *text;
	ssize_t n;

	if (td_kmsg < 0) {
		td_kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		if (td_kmsg < 0 || lseek(td_kmsg, 0, SEEK_END) < 0)
			nk_die("read /dev/kmsg");
	}
	while ((n = read(td_kmsg, line, sizeof(line) - 1)) > 0 ||
	       errno == EPIPE) {
		if (n <= 0)
			continue;
		line[n] = 0;
		text = strchr(line, ';');
		/* Facility 0 is the kernel */
		if (text && atoi(line) <= 4 && !td_harmless(text)) {
			text[strcspn(text, "\n")] = 0;
			td_fault("the kernel says: %s", text + 1);
		}
	}
}

/* ---- namespaces and their traffic ---- */

static inline void td_enter(int k)
{
	if (setns(td_ns[k].fd, CLONE_NEWNET))
		nk_die("enter a namespace");
}

/* In a child: keep no descriptor but this one, and end with the test */
static inline void td_become_child(int keep)
{
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (fd = 3; fd < 1024; fd++)
		if (fd != keep)
			close(fd);
}

static inline void td_send_all(struct td_traffic *t, int raw, int udp)
{
	__u8 frame[64] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1,
		NK_ETHERTYPE >> 8, NK_ETHERTYPE & 0xff,
	};
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(NK_ETHERTYPE),
		.sll_halen = ETH_ALEN,
	};
	struct sockaddr_in ip = { .sin_family = AF_INET, .sin_port = htons(9) };
	int p, end;

	for (p = 0; p < TD_PAIRS; p++) {
		for (end = 0; end < 2; end++) {
			to.sll_ifindex = __atomic_load_n(&t->ifindex[p][end],
							 __ATOMIC_RELAXED);
			if (!to.sll_ifindex)
				continue;
			if (sendto(raw, frame, sizeof(frame), 0,
				   (struct sockaddr *)&to, sizeof(to)) < 0)
				t->failed++;
			else
				t->sent++;
			ip.sin_addr.s_addr = htonl(0x0a080002 - end +
						   (p << 8));
			sendto(udp, frame, sizeof(frame), 0,
			       (struct sockaddr *)&ip, sizeof(ip));
		}
	}
}

static inline void td_run_traffic(struct td_traffic *t)
{
	int raw, udp, one = 1;
	char buf[256];

	td_become_child(-1);
	raw = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);
	udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	struct sockaddr_ll any = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(NK_ETHERTYPE),
	};

	if (raw < 0 || udp < 0 ||
	    setsockopt(raw, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one,
		       sizeof(one)) ||
	    bind(raw, (struct sockaddr *)&any, sizeof(any)))
		_exit(1);
	for (;;) {
		td_send_all(t, raw, udp);
		while (recv(raw, buf, sizeof(buf), 0) > 0)
			t->received++;
		usleep(500);
	}
}

/* A namespace, number k, in which packets flow as soon as there is a device */
static inline void td_make_ns(int k, bool ipv6)
{
	struct td_ns *ns = &td_ns[k];

	if (unshare(CLONE_NEWNET))
		nk_die("make a network namespace");
	if (!ipv6) {
		nk_write("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
		nk_write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
	}
	ns->fd = nk_netns_fd();
	ns->rtnl = nk_rtnl_open();
	ns->alive = true;
	memset(&td_traffic[k], 0, sizeof(td_traffic[k]));
	fflush(stdout);
	ns->pid = fork();
	if (ns->pid < 0)
		nk_die("fork");
	if (!ns->pid)
		td_run_traffic(&td_traffic[k]);
	if (k)
		td_enter(0);
}

/* What goes with a pair, at once */
static inline void td_gone(int pair)
{
	int i;

	for (i = 0; i < TD_LINKS; i++)
		if (td_links[i].pair == pair) {
			td_links[i].pair = -1;
			td_links[i].dying = td_pairs[pair].dying;
		}
	td_pairs[pair].made = false;
}

/* Nobody is to send from a pair's ends any more. */
static inline void td_silence(int pair)
{
	int i;

	for (i = 0; i < TD_NS; i++) {
		td_traffic[i].ifindex[pair][0] = 0;
		td_traffic[i].ifindex[pair][1] = 0;
	}
}

/*
 * Take away all that keeps a namespace; the kernel does the rest later. Until
 * then the other ends of its pairs are sent from.
 */
static inline void td_end_ns(int k)
{
	struct td_ns *ns = &td_ns[k];
	int i;

	td_did(" end ns%d", k);
	kill(ns->pid, SIGKILL);
	waitpid(ns->pid, NULL, 0);
	close(ns->rtnl);
	close(ns->fd);
	ns->alive = false;
	for (i = 0; i < TD_PAIRS; i++) {
		struct td_pair *p = &td_pairs[i];

		if (p->made && (p->ns[0] == k || p->ns[1] == k)) {
			p->dying = true;
			td_gone(i);
		}
	}
}

static inline __u64 td_sent(void)
{
	__u64 n = 0;
	int i;

	for (i = 0; i < TD_NS; i++)
		n += __atomic_load_n(&td_traffic[i].sent, __ATOMIC_RELAXED);
	return n;
}

/* May packets pass both ways? No program says anything but NEXT and PASS. */
static inline bool td_passes(const struct td_pair *p)
{
	int end;

	for (end = 0; end < 2; end++)
		if (p->policy[end] == NK_DROP && !p->bare[end] &&
		    !p->linked[end])
			return false;
	return p->made && p->up;
}

static inline __u64 td_received(int k)
{
	return __atomic_load_n(&td_traffic[k].received, __ATOMIC_RELAXED);
}

/* They do arrive at both ends. */
static inline void td_flows(const struct td_pair *p)
{
	__u64 was[2];
	int end;

	for (end = 0; end < 2; end++)
		was[end] = td_received(p->ns[end]);
	for (end = 0; end < 2; end++)
		td_until(td_received(p->ns[end]) > was[end],
			 "no packets arrive at %s", p->name[end]);
}

/* ---- pairs ---- */

static inline int td_index(const struct td_pair *p, int end)
{
	return nk_index_of(td_ns[p->ns[end]].rtnl, p->name[end]);
}

static inline void td_name(struct td_pair *p, int end)
{
	snprintf(p->name[end], IFNAMSIZ, "td%u", ++td_serial);
}

/* Both up, with addresses, and known to the processes that send */
static inline void td_up(int pair)
{
	struct td_pair *p = &td_pairs[pair];
	int end;

	for (end = 0; end < 2; end++) {
		int rtnl = td_ns[p->ns[end]].rtnl;

		td_want(nk_set_up(rtnl, p->ifindex[end], true), 0, "set up");
		nk_addr(rtnl, p->ifindex[end], 8, pair, 1 + end);
		td_traffic[p->ns[end]].ifindex[pair][end] = p->ifindex[end];
	}
	p->up = true;
}

static inline void td_make_pair(int pair, int ns0, int ns1)
{
	struct td_pair *p = &td_pairs[pair];
	int end;

	td_did(" pair%d in ns%d,%d", pair, ns0, ns1);
	td_silence(pair);
	memset(p, 0, sizeof(*p));
	p->ns[0] = ns0;
	p->ns[1] = ns1;
	td_name(p, 0);
	td_name(p, 1);
	if (!td_want(nk_newpair(td_ns[ns0].rtnl, p->name[0], p->name[1],
				td_ns[ns1].fd), 0, "make a pair"))
		return;
	p->made = true;
	for (end = 0; end < 2; end++)
		p->ifindex[end] = td_index(p, end);
	td_up(pair);
}

/*
 * Delete a pair by one of its ends. While a namespace of it dies that may
 * still be possible or not.
 */
static inline void td_delete_pair(int pair, int by)
{
	struct td_pair *p = &td_pairs[pair];
	int end, got;

	td_did(" delete pair%d by end %d", pair, by);
	if (p->made) {
		td_want(nk_dellink(td_ns[p->ns[by]].rtnl, p->ifindex[by]), 0,
			"delete a pair");
		for (end = 0; end < 2; end++)
			td_want(td_index(p, end), 0, "an end after that");
		td_gone(pair);
		td_silence(pair);
	}
	for (by = 0; by < 2 && p->dying; by++) {
		if (!td_ns[p->ns[by]].alive)
			continue;
		got = td_index(p, by);
		got = got ? nk_dellink(td_ns[p->ns[by]].rtnl, got) : -ENODEV;
		if (got != -ENODEV)
			td_want(got, 0, "delete a dying pair");
	}
	p->dying = false;
}

/* Move an end to another namespace, or rename it, or both */
static inline void td_move_end(int pair, int end, int ns, bool rename)
{
	struct td_pair *p = &td_pairs[pair];
	int from = p->ns[end], rtnl = td_ns[from].rtnl;

	td_did(" pair%d's end %d to ns%d%s", pair, end, ns,
	       rename ? ", renamed" : "");
	/* A device that is up has to keep its name in its namespace. */
	if (ns == from)
		td_want(nk_set_up(rtnl, p->ifindex[end], false), 0,
			"set down");
	if (rename)
		td_name(p, end);
	td_want(nk_move(rtnl, p->ifindex[end], rename ? p->name[end] : NULL,
			ns == from ? -1 : td_ns[ns].fd), 0,
		"move or rename an end");
	td_silence(pair);
	p->ns[end] = ns;
	p->ifindex[end] = td_index(p, end);
	td_up(pair);
}

/* ---- programs and links ---- */

static inline int td_type(int end)
{
	return end ? NK_PEER : NK_PRIMARY;
}

/* A program that is not on this end yet; -1: all are */
static inline int td_free_prog(const struct td_pair *p, int end)
{
	__u32 taken = p->bare[end] | p->linked[end];
	int first = td_random(TD_PROGS), i;

	for (i = 0; i < TD_PROGS; i++)
		if (!(taken & 1U << (first + i) % TD_PROGS))
			return (first + i) % TD_PROGS;
	return -1;
}

static inline void td_attach(int pair, int end)
{
	struct td_pair *p = &td_pairs[pair];
	int prog = td_free_prog(p, end);

	if (prog < 0)
		return;
	td_did(" attach to pair%d's end %d", pair, end);
	td_enter(p->ns[0]);
	td_want(nk_attach(td_progs[prog].fd, p->ifindex[0], td_type(end)), 0,
		"attach");
	td_enter(0);
	p->bare[end] |= 1U << prog;
}

static inline void td_detach(int pair, int end)
{
	struct td_pair *p = &td_pairs[pair];
	int prog = 0;

	if (!p->bare[end])
		return;
	td_did(" detach from pair%d's end %d", pair, end);
	while (!(p->bare[end] & 1U << prog))
		prog++;
	td_enter(p->ns[0]);
	td_want(nk_detach(td_progs[prog].fd, p->ifindex[0], td_type(end)), 0,
		"detach");
	td_enter(0);
	p->bare[end] &= ~(1U << prog);
}

static inline void td_pin_path(const struct td_link *l, char *path)
{
	sprintf(path, TD_DIR "/%u", l->id);
}

/* Give the descriptor to a process that does nothing but hold it */
static inline void td_hand_over(struct td_link *l)
{
	fflush(stdout);
	l->holder = fork();
	if (l->holder < 0)
		nk_die("fork");
	if (!l->holder) {
		td_become_child(l->fd);
		for (;;)
			pause();
	}
	close(l->fd);
	l->fd = -1;
}

/*
 * A link, held by a process or this one or not at all, pinned or not. Returns
 * its number, -1 if there is no room.
 */
static inline int td_make_link(int pair, int end, bool held, bool pinned,
			       bool by_process)
{
	struct td_pair *p = &td_pairs[pair];
	int prog = td_free_prog(p, end), i;
	struct td_link *l;
	char path[128];

	for (i = 0; i < TD_LINKS; i++)
		if (!td_links[i].held && !td_links[i].pinned)
			break;
	if (prog < 0 || i == TD_LINKS)
		return -1;
	td_did(" link%d on pair%d's end %d%s%s", i, pair, end,
	       pinned ? ", pinned" : "", held ? ", held" : "");
	l = &td_links[i];
	memset(l, 0, sizeof(*l));
	td_enter(p->ns[0]);
	l->fd = nk_link(td_progs[prog].fd, p->ifindex[0], td_type(end));
	td_enter(0);
	if (l->fd < 0) {
		td_want(l->fd, 0, "make a link");
		l->pair = -1;
		return -1;
	}
	l->id = nk_link_id(l->fd);
	l->pair = pair;
	l->end = end;
	l->prog = prog;
	l->held = held;
	l->pinned = pinned;
	p->linked[end] |= 1U << prog;
	if (pinned) {
		td_pin_path(l, path);
		td_want(bpf_obj_pin(l->fd, path), 0, "pin a link");
	}
	if (!held)
		close(l->fd);
	else if (by_process)
		td_hand_over(l);
	return i;
}

static inline void td_link_left(struct td_link *l)
{
	if (l->pair >= 0)
		td_pairs[l->pair].linked[l->end] &= ~(1U << l->prog);
	l->pair = -1;
}

/* The last reference detaches, at once or in a worker. */
static inline void td_link_dropped(struct td_link *l)
{
	struct td_pair *p = l->pair >= 0 ? &td_pairs[l->pair] : NULL;
	int end = l->end;

	if (l->held || l->pinned)
		return;
	td_link_left(l);
	if (!p)
		return;
	td_enter(p->ns[0]);
	td_until(nk_query(p->ifindex[0], td_type(end)).count ==
		 (__u32)__builtin_popcount(p->bare[end] | p->linked[end]),
		 "a link without references is still attached");
	td_enter(0);
}

static inline void td_drop_fd(struct td_link *l)
{
	td_did(" drop link%d's fd", (int)(l - td_links));
	if (l->holder) {
		kill(l->holder, SIGKILL);
		waitpid(l->holder, NULL, 0);
		l->holder = 0;
	} else {
		td_want(close(l->fd), 0, "close a link");
	}
	l->held = false;
	td_link_dropped(l);
}

static inline void td_drop_pin(struct td_link *l)
{
	char path[128];

	td_did(" drop link%d's pin", (int)(l - td_links));
	td_pin_path(l, path);
	td_want(unlink(path), 0, "remove a pin");
	l->pinned = false;
	td_link_dropped(l);
}

static inline void td_update_link(struct td_link *l)
{
	int fd = bpf_link_get_fd_by_id(l->id), prog = 0;
	struct td_pair *p = l->pair >= 0 ? &td_pairs[l->pair] : NULL;
	int got;

	td_did(" update link%d", (int)(l - td_links));
	if (fd < 0) {
		td_want(fd, 0, "find a link by its id");
		return;
	}
	if (p)
		prog = td_free_prog(p, l->end);
	if (prog >= 0) {
		got = nk_update(fd, td_progs[prog].fd, 0, 0);
		if (!l->dying || (got && got != -EEXIST))
			td_want(got, p ? 0 : -ENOLINK, "update a link");
		if (p) {
			p->linked[l->end] &= ~(1U << l->prog);
			p->linked[l->end] |= 1U << prog;
			l->prog = prog;
		}
	}
	close(fd);
}

static inline void td_detach_link(struct td_link *l)
{
	int fd = bpf_link_get_fd_by_id(l->id);

	td_did(" detach link%d", (int)(l - td_links));
	if (fd < 0) {
		td_want(fd, 0, "find a link by its id");
		return;
	}
	td_want(bpf_link_detach(fd), 0, "detach a link");
	close(fd);
	td_link_left(l);
}

/* Is every pair as it should be? */
static inline void td_check_pairs(void)
{
	int i, end;

	for (i = 0; i < TD_PAIRS; i++) {
		struct td_pair *p = &td_pairs[i];

		if (!p->made)
			continue;
		for (end = 0; end < 2; end++) {
			struct nk_list l;

			td_want(td_index(p, end), p->ifindex[end],
				"number of a device");
			td_enter(p->ns[0]);
			l = nk_query(p->ifindex[0], td_type(end));
			td_enter(0);
			td_want(l.err ?: (long)l.count,
				__builtin_popcount(p->bare[end] |
						   p->linked[end]),
				"number of programs");
		}
	}
}

/* ---- the module ---- */

static inline bool td_needed(void)
{
	int i;

	for (i = 0; i < TD_PAIRS; i++)
		if (td_pairs[i].made)
			return true;
	for (i = 0; i < TD_LINKS; i++)
		if (td_links[i].held || td_links[i].pinned)
			return true;
	return false;
}

/* Nothing is hurt by an attempt to unload. */
static inline void td_still_works(void)
{
	bool flow = false;
	int i, dev;

	td_want(td_module->probe(), -ENODEV, "a probe after a refusal");
	td_check_pairs();
	for (i = 0; i < TD_PAIRS; i++) {
		if (td_passes(&td_pairs[i])) {
			td_flows(&td_pairs[i]);
			flow = true;
		}
	}
	if (flow)
		return;
	/* Without a pair, with a new one */
	td_want(nk_newpair(td_ns[0].rtnl, "tdtry0", "tdtry1", -1), 0,
		"make a pair after a refusal");
	dev = nk_index_of(td_ns[0].rtnl, "tdtry0");
	td_want(nk_set_up(td_ns[0].rtnl, dev, true) ?:
		nk_set_up(td_ns[0].rtnl, nk_index_of(td_ns[0].rtnl, "tdtry1"),
			  true), 0, "set it up");
	td_want(nk_attach(td_progs[0].fd, dev, NK_PRIMARY), 0,
		"attach to it");
	td_want(nk_send(dev), 0, "send through it");
	td_want(nk_dellink(td_ns[0].rtnl, dev), 0, "delete it");
}

/* Refused while something needs it, and as soon as nothing does successful */
static inline void td_unload(void)
{
	long got;

	if (!td_loaded)
		return;
	td_did(" unload");
	got = td_module->unload();
	if (td_needed()) {
		td_refused++;
		if (td_want(got, -EAGAIN, "unloading while it is in use"))
			td_still_works();
		else
			nk_die("go on without the module");
		return;
	}
	td_until(got != -EAGAIN || (got = td_module->unload()) != -EAGAIN,
		 "unloading is refused though nothing is left");
	td_want(got, 0, "unloading");
	td_want(td_module->probe(), -EINVAL, "a probe without the module");
	td_loaded = got != 0;
	td_unloaded += !got;
}

/* ---- the end ---- */

static inline void td_get_progs(void)
{
	int i;

	for (i = 0; i < TD_PROGS; i++)
		td_progs[i] = nk_prog(i < TD_PROGS - 1 ? NK_NEXT : NK_PASS);
}

static inline bool td_no_link(void)
{
	__u32 id;

	return bpf_link_get_next_id(0, &id) == -ENOENT;
}

static inline bool td_no_prog(__u32 id)
{
	int fd = bpf_prog_get_fd_by_id(id);

	if (fd < 0)
		return fd == -ENOENT;
	close(fd);
	return false;
}

static inline bool td_dir_empty(void)
{
	DIR *d = opendir(TD_DIR);
	struct dirent *e;
	int n = 0;

	if (!d)
		nk_die("look for pins");
	while ((e = readdir(d)))
		n += e->d_name[0] != '.';
	closedir(d);
	return !n;
}

/* Only the loopback device is left in the test's namespace. */
static inline bool td_no_device(void)
{
	struct if_nameindex *list = if_nameindex(), *i;
	int n = 0;

	if (!list)
		nk_die("list devices");
	for (i = list; i->if_index; i++)
		n++;
	if_freenameindex(list);
	return n == 1;
}

/* Begin an order or a round: programs of its own, the module is there */
static inline void td_begin(void)
{
	td_log[0] = 0;
	td_look_at_log();
	td_faults = 0;
	if (td_module && !td_loaded) {
		if (td_module->load())
			nk_die("load the module");
		td_loaded = true;
		td_want(td_module->probe(), -ENODEV, "a probe after loading");
	}
	td_get_progs();
}

/* Everything was removed: is nothing left? One check line */
static inline void td_end(const char *what)
{
	int i;

	if (td_needed())
		nk_die("have removed all that was made");
	td_until(td_no_device(), "a device is left");
	td_until(td_no_link(), "a link is left");
	if (!td_dir_empty())
		td_fault("a pin is left");
	for (i = 0; i < TD_PROGS; i++)
		close(td_progs[i].fd);
	for (i = 0; i < TD_PROGS; i++)
		td_until(td_no_prog(td_progs[i].id), "a program is left");
	if (td_module)
		td_unload();
	td_look_at_log();
	/* A fault may cost TD_WAIT seconds. */
	if (!nk_ok(!td_faults, "%s", what) && ++td_bad == 5)
		nk_die("go on after so many faults");
}

/* ---- every order ---- */

enum { TD_END_NS, TD_END_DEVICE, TD_END_FD, TD_END_PIN, TD_END_MODULE };

static const char * const td_things[] = {
	"namespace", "device", "fd", "pin", "module",
};

/*
 * One order. A pair with one end in namespace 0 and one in namespace 1, a
 * program attached to either end, a link held by a process, a link in bpffs.
 * Variants, bit by bit: the primary's namespace goes, not the peer's; descriptor
 * and pin are the same link's; this process holds it, not another one; the
 * device is deleted by its other end; the links are on the other ends.
 */
#define TD_VARIANTS	32

static inline void td_order(const int *order, int n, unsigned int variant)
{
	bool primary = variant & 1, same = variant & 2, self = variant & 4;
	int by = !!(variant & 8), end = !!(variant & 16);
	struct td_pair *p = &td_pairs[0];
	int fd, pin, i;
	char what[256];
	__u64 sent;

	td_begin();
	td_make_ns(1, variant & 4);
	td_make_pair(0, primary, !primary);
	td_attach(0, 0);
	td_attach(0, 1);
	fd = td_make_link(0, end, true, same, !self);
	pin = same ? fd : td_make_link(0, !end, false, true, false);
	if (!p->made || fd < 0 || pin < 0)
		nk_die("set the scene");
	td_flows(p);
	td_check_pairs();

	sent = td_sent();
	snprintf(what, sizeof(what), "variant %u, %s's namespace, %s:",
		 variant, primary ? "primary" : "peer",
		 same ? "a pinned link" : "a link and a pinned one");
	for (i = 0; i < n; i++) {
		snprintf(what + strlen(what), sizeof(what) - strlen(what),
			 "%s %s", i ? "," : "", td_things[order[i]]);
		switch (order[i]) {
		case TD_END_NS:
			td_end_ns(1);
			break;
		case TD_END_DEVICE:
			td_delete_pair(0, by);
			break;
		case TD_END_FD:
			td_drop_fd(&td_links[fd]);
			break;
		case TD_END_PIN:
			td_drop_pin(&td_links[pin]);
			break;
		case TD_END_MODULE:
			td_unload();
			break;
		}
	}
	td_sent_meanwhile += td_sent() - sent;
	td_end(what);
}

/* All orders of @n things, each in a number of variants, a power of two */
static inline void td_all_orders(int n, int variants)
{
	int order[5], i, j, k, t;

	for (i = 0; i < n; i++)
		order[i] = i;
	for (;;) {
		for (i = 0; i < variants; i++)
			td_order(order, n, i | (td_random(TD_VARIANTS) &
						~(variants - 1)));
		/* The next one in lexical order */
		for (k = n - 2; k >= 0 && order[k] > order[k + 1]; k--)
			;
		if (k < 0)
			break;
		for (j = n - 1; order[j] < order[k]; j--)
			;
		t = order[k];
		order[k] = order[j];
		order[j] = t;
		for (i = k + 1, j = n - 1; i < j; i++, j--) {
			t = order[i];
			order[i] = order[j];
			order[j] = t;
		}
	}
}

/* ---- at random ---- */

enum { TD_OP_NS, TD_OP_PAIR, TD_OP_ATTACH, TD_OP_DETACH, TD_OP_LINK,
	TD_OP_UPDATE, TD_OP_LINK_DETACH, TD_OP_MOVE, TD_OP_RENAME, TD_OP_DOWN,
	TD_OP_POLICY, TD_OP_DELETE, TD_OP_END_NS, TD_OP_FD, TD_OP_PIN,
	TD_OP_UNLOAD, TD_OPS };

static const char * const td_ops[] = {
	"make a namespace", "make a pair", "attach", "detach", "make a link",
	"update a link", "detach a link", "move an end", "rename an end",
	"up and down", "change policies", "delete a pair", "end a namespace",
	"drop a descriptor", "drop a pin", "unload",
};

static unsigned int td_done[TD_OPS];

static inline int td_living_ns(void)
{
	int k;

	do
		k = td_random(TD_NS);
	while (!td_ns[k].alive);
	return k;
}

/* Do it with an object chosen at random, if that one is fit for it */
static inline bool td_op(int op)
{
	int pair = td_random(TD_PAIRS), end = td_random(2), k, other;
	int link = td_random(TD_LINKS);
	struct td_pair *p = &td_pairs[pair];
	struct td_link *l = &td_links[link];
	bool chance = td_random(2);

	for (k = 0; k < TD_LINKS; k++) {
		if (op == TD_OP_FD ? l->held : op == TD_OP_PIN ? l->pinned :
		    l->held || l->pinned)
			break;
		l = &td_links[(link + k) % TD_LINKS];
	}
	switch (op) {
	case TD_OP_ATTACH:
	case TD_OP_DETACH:
	case TD_OP_LINK:
	case TD_OP_MOVE:
	case TD_OP_RENAME:
	case TD_OP_DOWN:
	case TD_OP_POLICY:
		if (!p->made)
			return false;
		break;
	case TD_OP_UPDATE:
	case TD_OP_LINK_DETACH:
		if (!l->held && !l->pinned)
			return false;
		break;
	}
	switch (op) {
	case TD_OP_NS:
		k = 1 + td_random(TD_NS - 1);
		if (td_ns[k].alive)
			return false;
		td_did(" ns%d", k);
		td_make_ns(k, chance);
		return true;
	case TD_OP_PAIR:
		if (p->made || p->dying)
			return false;
		k = td_living_ns();
		td_make_pair(pair, k, td_living_ns());
		return true;
	case TD_OP_ATTACH:
		td_attach(pair, end);
		return true;
	case TD_OP_DETACH:
		if (!p->bare[end])
			end = !end;
		if (!p->bare[end])
			return false;
		td_detach(pair, end);
		return true;
	case TD_OP_LINK:
		k = td_random(3);
		return td_make_link(pair, end, k != 1, k != 0, chance) >= 0;
	case TD_OP_UPDATE:
		td_update_link(l);
		return true;
	case TD_OP_LINK_DETACH:
		td_detach_link(l);
		return true;
	case TD_OP_MOVE:
		k = td_living_ns();
		if (k == p->ns[end])
			return false;
		td_move_end(pair, end, k, chance);
		return true;
	case TD_OP_RENAME:
		td_move_end(pair, end, p->ns[end], true);
		return true;
	case TD_OP_DOWN:
		td_did(" pair%d %s", pair, p->up ? "down" : "up");
		if (!p->up) {
			td_up(pair);
			return true;
		}
		td_want(nk_set_up(td_ns[p->ns[end]].rtnl, p->ifindex[end],
				  false), 0, "set down");
		p->up = false;
		return true;
	case TD_OP_POLICY:
		td_did(" pair%d's policies", pair);
		p->policy[end] = p->policy[end] ? NK_PASS : NK_DROP;
		td_want(nk_set_policy(td_ns[p->ns[0]].rtnl, p->ifindex[0],
				      p->policy[0], p->policy[1]), 0,
			"change policies");
		return true;
	case TD_OP_DELETE:
		if (!p->made && !p->dying)
			return false;
		td_delete_pair(pair, end);
		return true;
	case TD_OP_END_NS:
		other = 1 + td_random(TD_NS - 1);
		if (!td_ns[other].alive)
			return false;
		td_end_ns(other);
		return true;
	case TD_OP_FD:
		if (!l->held)
			return false;
		td_drop_fd(l);
		return true;
	case TD_OP_PIN:
		if (!l->pinned)
			return false;
		td_drop_pin(l);
		return true;
	default:
		if (!td_module || !td_loaded || !td_needed())
			return false;
		td_unload();
		return true;
	}
}

/* Objects are made and changed, and some go again. */
static inline void td_live(void)
{
	/* What makes something comes up more often than what ends it. */
	static const int often[] = {
		TD_OP_NS, TD_OP_NS, TD_OP_PAIR, TD_OP_PAIR, TD_OP_PAIR,
		TD_OP_ATTACH, TD_OP_ATTACH, TD_OP_LINK, TD_OP_LINK, TD_OP_LINK,
		TD_OP_DETACH, TD_OP_UPDATE, TD_OP_LINK_DETACH, TD_OP_MOVE,
		TD_OP_MOVE, TD_OP_RENAME, TD_OP_DOWN, TD_OP_POLICY,
		TD_OP_DELETE, TD_OP_END_NS, TD_OP_FD, TD_OP_PIN, TD_OP_UNLOAD,
	};
	int ops = 20 + td_random(20), op;

	td_make_ns(1, td_random(2));
	td_make_pair(0, td_random(2), td_random(2));
	while (ops) {
		op = often[td_random(sizeof(often) / sizeof(often[0]))];
		if (!td_op(op))
			continue;
		td_done[op]++;
		ops--;
	}
}

/* All that is left goes, in a random order, and unloading is tried. */
static inline void td_die(void)
{
	int list[TD_NS + TD_PAIRS + 2 * TD_LINKS + 2], n = 0, i, k;

	for (i = 1; i < TD_NS; i++)
		list[n++] = TD_OP_END_NS << 8 | i;
	for (i = 0; i < TD_PAIRS; i++)
		list[n++] = TD_OP_DELETE << 8 | i;
	for (i = 0; i < TD_LINKS; i++) {
		list[n++] = TD_OP_FD << 8 | i;
		list[n++] = TD_OP_PIN << 8 | i;
	}
	list[n++] = TD_OP_UNLOAD << 8;
	list[n++] = TD_OP_UNLOAD << 8;
	td_shuffle(list, n);

	for (i = 0; i < n; i++) {
		k = list[i] & 0xff;
		switch (list[i] >> 8) {
		case TD_OP_END_NS:
			if (td_ns[k].alive)
				td_end_ns(k);
			break;
		case TD_OP_DELETE:
			if (td_pairs[k].made || td_pairs[k].dying)
				td_delete_pair(k, td_random(2));
			break;
		case TD_OP_FD:
			if (td_links[k].held)
				td_drop_fd(&td_links[k]);
			break;
		case TD_OP_PIN:
			if (td_links[k].pinned)
				td_drop_pin(&td_links[k]);
			break;
		default:
			if (td_module)
				td_unload();
		}
	}
}

static inline void td_rounds(__u64 seed, int rounds)
{
	char what[64];
	__u64 sent;
	int i;

	for (i = 0; i < rounds; i++) {
		td_state = seed * 1000003 + i;
		td_begin();
		td_live();
		sent = td_sent();
		td_die();
		td_sent_meanwhile += td_sent() - sent;
		snprintf(what, sizeof(what), "seed %llu, round %d",
			 (unsigned long long)seed, i);
		td_end(what);
	}
	for (i = 0; i < TD_OPS; i++)
		if (rounds && (td_module || i != TD_OP_UNLOAD))
			nk_ok(td_done[i], "%s: %u times", td_ops[i],
			      td_done[i]);
}

/* ---- begin and end ---- */

/* Returns the seed */
static inline __u64 td_init(const struct td_module *module)
{
	const char *s = getenv("NK_SEED");
	__u64 seed = s && *s ? strtoull(s, NULL, 0) : (__u64)time(NULL);

	note("NK_SEED=%llu repeats this run", (unsigned long long)seed);
	td_module = module;
	td_state = seed;
	td_traffic = mmap(NULL, sizeof(*td_traffic) * TD_NS,
			  PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			  -1, 0);
	if (td_traffic == MAP_FAILED)
		nk_die("map shared memory");
	if (mkdir(TD_DIR, 0700) && errno != EEXIST)
		nk_die("make a directory for pins");
	td_make_ns(0, false);
	return seed;
}

static inline void td_finish(int times)
{
	nk_ok(td_sent_meanwhile > (__u64)times,
	      "packets were sent while all was removed %d times: %llu", times,
	      (unsigned long long)td_sent_meanwhile);
	kill(td_ns[0].pid, SIGKILL);
	rmdir(TD_DIR);
}

#endif /* NK_TEARDOWN_H */
