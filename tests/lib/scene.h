/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scene of namespaces, pairs, programs, links and pins, and packets that flow
 * through it, for tests of what happens when these go.
 *
 * Every network namespace has a process that sends from all netkit devices in
 * it without end, as frames and as UDP, and counts what arrives. It finds the
 * devices' numbers in shared memory. Namespace 0 is the test's own and stays.
 *
 * What is noted of the objects is a model of what there must be. All that is
 * done has to succeed as the model says; what the kernel does later, in a
 * worker or after a grace period, is waited for. A fault is noted and counted,
 * and each play ends with one check line about all of it.
 *
 * With td_module set the module is one of the things to be removed: it must
 * stay, and work, as long as a device or a link is there.
 */
#ifndef TD_SCENE_H
#define TD_SCENE_H

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
	bool held;
	int pins;		/* neither held nor pinned: no such link */
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
static char td_log[8192];	/* what was done in this play */

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

/*
 * What the kernel says of an emulated machine whose host is busy; and of a
 * sender that was stopped between looking whether a device is up and sending
 * while the device went, which can befall every kind of device
 */
static inline bool td_harmless(const char *line)
{
	return strstr(line, "hrtimer: interrupt took") ||
	       strstr(line, "clocksource: ") ||
	       strstr(line, "TSC found unstable") ||
	       strstr(line, "perf: interrupt took") ||
	       strstr(line, "but real number of TX queues is 0");
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
	struct sockaddr_ll any = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(NK_ETHERTYPE),
	};
	int raw, udp, one = 1;
	char buf[256];

	td_become_child(-1);
	raw = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);
	udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
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

/* Of the pin that was made last */
static inline void td_pin_path(const struct td_link *l, char *path)
{
	sprintf(path, TD_DIR "/%u_%d", l->id, l->pins);
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
 * A link with so many pins, held by a process or this one or not at all.
 * Returns its number, -1 if there is no room.
 */
static inline int td_make_link(int pair, int end, bool held, int pins,
			       bool by_process)
{
	struct td_pair *p = &td_pairs[pair];
	int prog = td_free_prog(p, end), i;
	struct td_link *l;
	char path[128];

	for (i = 0; i < TD_LINKS; i++)
		if (!td_links[i].held && !td_links[i].pins)
			break;
	if (prog < 0 || i == TD_LINKS)
		return -1;
	td_did(" link%d on pair%d's end %d, %d pins%s", i, pair, end, pins,
	       held ? ", held" : "");
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
	p->linked[end] |= 1U << prog;
	while (l->pins < pins) {
		l->pins++;
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

	if (l->held || l->pins)
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
	l->pins--;
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
		if (td_links[i].held || td_links[i].pins)
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

/* ---- a play, from its beginning to its end ---- */

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

/* It begins with programs of its own, and the module loaded. */
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

#endif /* TD_SCENE_H */
