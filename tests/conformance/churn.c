// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes under traffic. Packets with sequence numbers run through a pair, both
 * ways at once, while its policies and programs change ten thousand times
 * each. Whatever changes, the verdict is PASS before and after, so no packet
 * may be lost, come twice or come out of order.
 *
 *     home                 away
 *     ------------         ------------
 *     nk0 10.7.0.1 <-----> nk1 10.7.0.2
 *
 * What is lost must be netkit's loss. So a sender waits until everything that
 * it sent has arrived before it sends more, and is bound to one processor,
 * because the kernel keeps packets in order only as long as one processor
 * handles them all.
 *
 * netkit-vm: timeout=1500
 */
#include "../lib/nk.h"
#include "../lib/rtnl.h"
#include <pthread.h>
#include <signal.h>

#define BURST		32	/* packets on their way, at most */
#define WAIT		20	/* seconds for a packet to arrive */
#define LIMIT		100	/* seconds for one part of the test */
#define EXPEDITE	"/sys/kernel/rcu_expedited"

enum { TO_PEER, TO_PRIMARY, FLOWS };

struct packet {
	__u64 seq;
	__u32 flow;
	__u8 fill[52];
};

/* A stream in one direction. Written by its thread alone */
struct flow {
	const char *name;
	int id, tx, rx, cpu;
	bool idle;
	__u64 sent, bursts;
	__u64 lost, twice, disorder, strange, refused;
	/* the burst */
	__u64 first, next;
	bool seen[BURST];
};

static struct flow flows[FLOWS] = {
	{ .name = "primary to peer" }, { .name = "peer to primary" },
};

static bool running, ending;
static int home, away, rtnl, dev;

#define READ(x)		__atomic_load_n(&(x), __ATOMIC_ACQUIRE)
#define WRITE(x, v)	__atomic_store_n(&(x), (v), __ATOMIC_RELEASE)

/* ---- traffic ---- */

static void fill_in(struct packet *p, const struct flow *f, __u64 seq)
{
	p->seq = seq;
	p->flow = f->id;
	memset(p->fill, seq * 7 + f->id, sizeof(p->fill));
}

/* Judge what has arrived; returns whether it is one that was waited for */
static bool judge(struct flow *f, const struct packet *got, ssize_t n)
{
	struct packet want;
	__u64 k;

	fill_in(&want, f, n == sizeof(*got) ? got->seq : 0);
	if (n != sizeof(*got) || memcmp(got, &want, sizeof(want)) ||
	    got->seq >= f->first + BURST) {
		f->strange++;
		return false;
	}
	/* Of an earlier burst, and known already to have arrived or not */
	if (got->seq < f->first) {
		f->twice++;
		return false;
	}
	k = got->seq - f->first;
	if (f->seen[k]) {
		f->twice++;
		return false;
	}
	f->seen[k] = true;
	if (got->seq < f->next)
		f->disorder++;
	else
		f->next = got->seq + 1;
	return true;
}

static void burst(struct flow *f)
{
	struct packet p;
	int i, due = 0;
	ssize_t n;

	memset(f->seen, 0, sizeof(f->seen));
	f->next = f->first;
	for (i = 0; i < BURST; i++) {
		fill_in(&p, f, f->first + i);
		if (send(f->tx, &p, sizeof(p), 0) == sizeof(p))
			due++;
		else
			f->refused++;
		WRITE(f->sent, f->sent + 1);
	}
	while (due > 0) {
		n = recv(f->rx, &p, sizeof(p), 0);
		if (n < 0)
			break;		/* nothing comes any more */
		due -= judge(f, &p, n);
	}
	f->lost += due;
	f->first += BURST;
	f->bursts++;
}

static void *stream(void *arg)
{
	struct flow *f = arg;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(f->cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		nk_die("bind a thread to processor %d", f->cpu);
	while (!READ(ending)) {
		if (READ(running)) {
			burst(f);
		} else {
			WRITE(f->idle, true);
			nk_msleep(1);
		}
	}
	return NULL;
}

static void start(void)
{
	int i;

	for (i = 0; i < FLOWS; i++)
		WRITE(flows[i].idle, false);
	WRITE(running, true);
}

/* Every packet that was sent has arrived, or is lost. */
static void stop(void)
{
	int i;

	WRITE(running, false);
	for (i = 0; i < FLOWS; i++)
		while (!READ(flows[i].idle))
			nk_msleep(1);
}

static __u64 packets(void)
{
	return READ(flows[0].sent) + READ(flows[1].sent);
}

static void enter(int ns)
{
	if (setns(ns, CLONE_NEWNET))
		nk_die("enter a namespace");
}

/* A socket from 10.7.0.local to 10.7.0.remote, for one flow */
static int udp(int local, int remote, int flow)
{
	struct timeval wait = { .tv_sec = WAIT };
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	a.sin_port = htons(7000 + flow);
	a.sin_addr.s_addr = htonl(0x0a070000 | local);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)))
		nk_die("bind a socket");
	a.sin_addr.s_addr = htonl(0x0a070000 | remote);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)))
		nk_die("connect a socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	return fd;
}

static void make_pair(void)
{
	int there, peer;

	home = nk_netns_fd();
	nk_new_netns();
	away = nk_netns_fd();
	there = nk_rtnl_open();
	enter(home);
	rtnl = nk_rtnl_open();
	if (nk_newpair(rtnl, "nk0", "nk1", away))
		nk_die("make a pair");
	dev = nk_dev("nk0");
	peer = nk_index_of(there, "nk1");
	if (nk_addr(rtnl, dev, 7, 0, 1) || nk_addr(there, peer, 7, 0, 2) ||
	    nk_set_up(rtnl, dev, true) || nk_set_up(there, peer, true))
		nk_die("set the pair up");
	close(there);
}

static void make_flows(void)
{
	static pthread_t thread;
	cpu_set_t set;
	int i, cpu = -1;

	flows[TO_PEER].tx = udp(1, 2, TO_PEER);
	flows[TO_PRIMARY].rx = udp(1, 2, TO_PRIMARY);
	enter(away);
	flows[TO_PRIMARY].tx = udp(2, 1, TO_PRIMARY);
	flows[TO_PEER].rx = udp(2, 1, TO_PEER);
	enter(home);
	if (sched_getaffinity(0, sizeof(set), &set))
		nk_die("count processors");
	for (i = 0; i < FLOWS; i++) {
		/* On one processor both have the same */
		do
			cpu = (cpu + 1) % CPU_SETSIZE;
		while (!CPU_ISSET(cpu, &set));
		flows[i].id = i;
		flows[i].cpu = cpu;
		if (pthread_create(&thread, NULL, stream, &flows[i]))
			nk_die("start a thread");
	}
}

/* ---- what changes ---- */

static struct nk_prog pass[3], next, drop;
static int links[NK_PEER + 1];
static unsigned int turn[NK_PEER + 1];	/* of the program that is attached */

/* Either end in turn */
static int end_of(unsigned int i)
{
	return i % 2 ? NK_PEER : NK_PRIMARY;
}

/* From forward to forward, on one end, the other or both at once */
static int same_policy(unsigned int i)
{
	return nk_set_policy(rtnl, dev, NK_PASS, NK_PASS);
}

/* Blackhole and forward, where programs decide: on both ends */
static int policy(unsigned int i)
{
	return nk_set_policy(rtnl, dev, i % 4 < 2 ? NK_DROP : NK_PASS,
			     i % 2 ? NK_DROP : NK_PASS);
}

/* or on one, while the other end goes by its policy */
static int primary_policy(unsigned int i)
{
	return nk_set_policy(rtnl, dev, i % 2 ? NK_PASS : NK_DROP, NK_PASS);
}

static int peer_policy(unsigned int i)
{
	return nk_set_policy(rtnl, dev, NK_PASS, i % 2 ? NK_PASS : NK_DROP);
}

static int replace(unsigned int i)
{
	int end = end_of(i), was = turn[end]++ % 3;

	return nk_attach(pass[(was + 1) % 3].fd, dev, end,
			 .flags = NK_F_REPLACE, .replace_fd = pass[was].fd);
}

static int update(unsigned int i)
{
	int end = end_of(i), was = turn[end]++ % 3;

	return nk_update(links[end], pass[(was + 1) % 3].fd,
			 i % 4 < 2 ? NK_F_REPLACE : 0,
			 i % 4 < 2 ? pass[was].fd : 0);
}

/* A program ahead that says NEXT, and one behind that must never run */
static int beside(unsigned int i)
{
	int end = end_of(i);

	switch (i / 2 % 4) {
	case 0:
		return nk_attach(next.fd, dev, end, .flags = NK_F_BEFORE);
	case 1:
		return nk_attach(drop.fd, dev, end, .flags = NK_F_AFTER,
				 .relative = pass[0].fd);
	case 2:
		return nk_detach(next.fd, dev, end);
	default:
		return nk_detach(drop.fd, dev, end);
	}
}

/* The same with links, which leave when they are closed */
static int links_beside(unsigned int i)
{
	static int ahead[NK_PEER + 1], behind[NK_PEER + 1];
	int end = end_of(i);

	switch (i / 2 % 4) {
	case 0:
		ahead[end] = nk_link(next.fd, dev, end, .flags = NK_F_BEFORE);
		return ahead[end] < 0 ? ahead[end] : 0;
	case 1:
		behind[end] = nk_link(drop.fd, dev, end);
		return behind[end] < 0 ? behind[end] : 0;
	case 2:
		return close(ahead[end]);
	default:
		return close(behind[end]);
	}
}

/* The last program goes, one that says DROP comes, and never without PASS */
static int to_and_fro(unsigned int i)
{
	int end = end_of(i);

	switch (i / 2 % 4) {
	case 0:
		return nk_attach(pass[1].fd, dev, end, .flags = NK_F_BEFORE);
	case 1:
		return nk_attach(drop.fd, dev, end, .flags = NK_F_REPLACE,
				 .replace_fd = pass[0].fd);
	case 2:
		return nk_attach(pass[0].fd, dev, end, .flags = NK_F_REPLACE,
				 .replace_fd = drop.fd);
	default:
		return nk_detach(pass[1].fd, dev, end);
	}
}

/* ---- the parts of the test ---- */

enum { POLICY, PROGRAMS, KINDS };

static __u64 all_changes[KINDS], all_busy[KINDS];

struct part {
	const char *name;
	int kind;
	int (*change)(unsigned int i);
	unsigned int changes;
	/* what came of it */
	unsigned int done, busy;
	int err;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* A change counts if packets were sent since the one before. */
static bool enough(const struct part *p, const struct flow *was)
{
	int i;

	for (i = 0; i < FLOWS; i++)
		if (READ(flows[i].sent) - was[i].sent < p->changes / 4)
			return false;
	return p->busy >= p->changes && p->done % 8 == 0;
}

static void *change(void *arg)
{
	struct part *p = arg;
	double end = now() + LIMIT;
	struct flow was[FLOWS];
	__u64 before, sent;

	memcpy(was, flows, sizeof(was));
	before = packets();
	while (!enough(p, was) && now() < end) {
		/* Every other change as soon as there was a packet */
		while (p->done % 2 && packets() == before && now() < end)
			sched_yield();
		sent = packets();
		p->busy += sent != before;
		before = sent;
		p->err = p->change(p->done);
		if (p->err)
			break;
		p->done++;
	}
	return NULL;
}

static void run(struct part *parts, int n)
{
	struct flow was[FLOWS];
	pthread_t thread[2];
	double begin = now();
	char name[128];
	int i;

	memcpy(was, flows, sizeof(was));
	start();
	for (i = 0; i < n; i++)
		if (pthread_create(&thread[i], NULL, change, &parts[i]))
			nk_die("start a thread");
	for (i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
	stop();

	for (i = 0; i < n; i++) {
		struct part *p = &parts[i];

		nk_is(p->err, 0, "%s: no change is refused", p->name);
		nk_ok(p->busy >= p->changes,
		      "%s: %u changes, %u of them with packets since the one before",
		      p->name, p->done, p->busy);
		all_changes[p->kind] += p->done;
		all_busy[p->kind] += p->busy;
	}
	snprintf(name, sizeof(name), "%s%s%s", parts[0].name,
		 n > 1 ? ", and " : "", n > 1 ? parts[1].name : "");
	for (i = 0; i < FLOWS; i++) {
		struct flow *f = &flows[i], *w = &was[i];
		__u64 sent = f->sent - w->sent;

		nk_ok(f->lost == w->lost && f->twice == w->twice &&
		      f->disorder == w->disorder && f->strange == w->strange &&
		      f->refused == w->refused && sent,
		      "%s, %s: %llu packets, all arrive once and in order",
		      name, f->name, sent);
		if (f->lost != w->lost || f->refused != w->refused ||
		    f->twice != w->twice || f->disorder != w->disorder ||
		    f->strange != w->strange)
			note("%llu lost, %llu refused, %llu twice, %llu out of order, %llu not ours",
			     f->lost - w->lost, f->refused - w->refused,
			     f->twice - w->twice, f->disorder - w->disorder,
			     f->strange - w->strange);
	}
	note("%.1f s", now() - begin);
}

#define PART(n, k, c, times)						\
	{ .name = (n), .kind = (k), .change = (c), .changes = (times) }

#define RUN(...) do {							\
	struct part parts[] = { __VA_ARGS__ };				\
									\
	run(parts, sizeof(parts) / sizeof(parts[0]));			\
} while (0)

/* Give both ends one program, or none; and both policies */
static void set_up(const struct nk_prog *p, __u32 policy)
{
	int end;

	for (end = NK_PRIMARY; end <= NK_PEER; end++) {
		while (nk_query(dev, end).count)
			if (nk_detach(0, dev, end))
				nk_die("detach all programs");
		if (p && nk_attach(p->fd, dev, end))
			nk_die("attach a program");
		turn[end] = 0;
	}
	if (nk_set_policy(rtnl, dev, policy, policy))
		nk_die("set the policies");
}

/* Sent, received and dropped by a device of this namespace */
static void counters(const char *name, __u64 *tx, __u64 *rx, __u64 *dropped)
{
	char buf[4096], *p;
	__u64 v[12];
	int i, n = 0;

	if (nk_read("/proc/thread-self/net/dev", buf, sizeof(buf)) <= 0)
		nk_die("read the counters");
	p = strstr(buf, name);
	if (!p)
		nk_die("find %s's counters", name);
	p += strlen(name) + 1;
	for (i = 0; i < 12; i++, p += n)
		if (sscanf(p, "%llu%n", &v[i], &n) != 1)
			nk_die("read %s's counters", name);
	*rx = v[1];
	*tx = v[9];
	*dropped = v[3] + v[11];
}

/* What was changed is what decides: the opposite of all of the above */
static void proof(void)
{
	struct timeval little = { .tv_usec = 300000 };
	struct flow *f;
	int i, j;

	set_up(NULL, NK_DROP);
	for (i = 0; i < FLOWS; i++) {
		f = &flows[i];
		setsockopt(f->rx, SOL_SOCKET, SO_RCVTIMEO, &little,
			   sizeof(little));
		for (j = 0; j < 3; j++) {
			__u64 lost = f->lost + f->refused;

			if (j == 1)
				set_up(&pass[0], NK_DROP);
			if (j == 2)
				set_up(&drop, NK_PASS);
			burst(f);
			nk_is(f->lost + f->refused - lost, j == 1 ? 0 : BURST,
			      "%s, %s: so many packets of %d are lost", f->name,
			      j == 0 ? "blackhole" : j == 1 ?
			      "blackhole with a PASS program" :
			      "forward with a DROP program", BURST);
		}
		set_up(NULL, NK_DROP);
	}
}

static void normal_rcu(void)
{
	nk_write(EXPEDITE, "0");
}

int main(void)
{
	__u64 tx[2], rx[2], dropped[2], revision[2], changes[2];
	int i, end;

	nk_init();
	make_pair();
	for (i = 0; i < 3; i++)
		pass[i] = nk_prog(NK_PASS);
	next = nk_prog(NK_NEXT);
	drop = nk_prog(NK_DROP);
	/* Netkits that wait for a grace period with each change do so sooner */
	nk_write(EXPEDITE, "1");
	atexit(normal_rcu);
	make_flows();

	/* Policies */
	RUN(PART("forward to forward", POLICY, same_policy, 1700));
	if (nk_attach(pass[0].fd, dev, NK_PRIMARY))
		nk_die("attach a program");
	RUN(PART("the primary's policy under a PASS program", POLICY,
		 primary_policy, 1700));
	set_up(NULL, NK_PASS);
	if (nk_attach(pass[0].fd, dev, NK_PEER))
		nk_die("attach a program");
	RUN(PART("the peer's policy under a PASS program", POLICY, peer_policy,
		 1700));
	set_up(&pass[0], NK_DROP);
	RUN(PART("policies under PASS programs", POLICY, policy, 1700));
	set_up(&next, NK_DROP);
	RUN(PART("policies under NEXT programs", POLICY, policy, 1700));

	/* Programs, where only they let a packet pass */
	for (end = NK_PRIMARY; end <= NK_PEER; end++)
		revision[end - NK_PRIMARY] = nk_query(dev, end).revision;
	set_up(&pass[0], NK_DROP);
	RUN(PART("programs replaced", PROGRAMS, replace, 4000));
	set_up(&pass[0], NK_DROP);
	RUN(PART("programs attached and detached beside", PROGRAMS,
		 beside, 1500));
	RUN(PART("links made and closed beside", PROGRAMS, links_beside,
		 1500));
	RUN(PART("programs attached and replaced in turn", PROGRAMS,
		 to_and_fro, 1500));
	set_up(NULL, NK_DROP);
	for (end = NK_PRIMARY; end <= NK_PEER; end++) {
		links[end] = nk_link(pass[0].fd, dev, end);
		if (links[end] < 0)
			nk_die("make a link");
	}
	RUN(PART("links updated", PROGRAMS, update, 2000));

	/* Both at once */
	RUN(PART("links updated", PROGRAMS, update, 2000),
	    PART("policies", POLICY, policy, 2000));
	for (i = 0; i < KINDS; i++)
		nk_ok(all_busy[i] >= 10000,
		      "%s: %llu changes in all, %llu with packets since the one before",
		      i ? "programs" : "policies", all_changes[i], all_busy[i]);

	/* The devices have counted the same. */
	counters("nk0", &tx[0], &rx[0], &dropped[0]);
	enter(away);
	counters("nk1", &tx[1], &rx[1], &dropped[1]);
	enter(home);
	for (i = 0; i < FLOWS; i++)
		nk_ok(tx[i] == flows[i].sent && rx[!i] == tx[i] && !dropped[i],
		      "%s: %llu packets transmitted, %llu received, %llu dropped of %llu",
		      flows[i].name, tx[i], rx[!i], dropped[i], flows[i].sent);
	for (end = NK_PRIMARY; end <= NK_PEER; end++) {
		i = end - NK_PRIMARY;
		changes[i] = nk_query(dev, end).revision - revision[i];
		close(links[end]);
	}
	nk_ok(changes[0] + changes[1] >= all_changes[PROGRAMS],
	      "the revisions tell of %llu changes",
	      changes[0] + changes[1]);

	WRITE(ending, true);
	nk_msleep(50);
	proof();
	return nk_exit();
}
