// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cost of operations in nanoseconds of the guest's clock. In a guest run with
 * `-icount shift=0` on one CPU a nanosecond is an instruction.
 *
 *   cost udp NETNS_A NETNS_B ADDR COUNT   one UDP packet of 64 bytes from A to
 *                                         ADDR in B, sent and received
 *   cost tcp NETNS_A NETNS_B ADDR COUNT   64 KiB of a TCP stream
 *   cost bpf COUNT                        bpf(BPF_MAP_LOOKUP_ELEM)
 *   cost bpf-query COUNT                  bpf(BPF_PROG_QUERY) of a type that
 *                                         is not netkit's (EBADF)
 *   cost links NETNS DEV TYPE COUNT       LINKS links on a device: made, updated
 *                                         and detached, COUNT times
 *   cost pairs KIND NUMBER                so many pairs made and deleted in a
 *                                         namespace of their own
 *
 * NETNS is the path of a network namespace. Prints a line for each operation:
 * its name, and of the averages of ROUNDS rounds the smallest, the median and
 * the largest, without the time in which the CPU was idle, and the smallest
 * with it. An interrupt can only add, so the smallest is the result.
 */
#include <arpa/inet.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <err.h>
#include <netinet/tcp.h>

#include "rtnl.h"

#define ROUNDS		7
#define PAYLOAD		(64 - 14 - 20 - 8)	/* a 64-byte frame, less headers */
#define STREAM		65536
#define LINKS		16
#define SINGLY		10	/* pairs that are deleted one by one */
#define GROUP		7	/* of the pairs' first ends */

/* ---- time, of which the CPU was idle ---- */

struct when {
	long long now, idle;
};

static long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

/*
 * No file tells the time of idling exactly on every kernel, so a program adds it
 * up, below this one.
 */
static int idle_map;

static void watch_idle(void)
{
	struct bpf_object *obj = bpf_object__open_file("idle.bpf.o", NULL);
	struct bpf_program *prog;

	if (!obj || bpf_object__load(obj))
		err(1, "idle.bpf.o");
	prog = bpf_object__find_program_by_name(obj, "count_idle");
	if (!bpf_program__attach(prog))
		err(1, "cpu_idle");
	idle_map = bpf_object__find_map_fd_by_name(obj, "idle_ns");
}

static long long idle_ns(void)
{
	__u32 total = 0;
	__u64 ns;

	if (bpf_map_lookup_elem(idle_map, &total, &ns))
		err(1, "the time of idling");
	return ns;
}

static struct when begin(void)
{
	struct when w;

	w.idle = idle_ns();
	w.now = now_ns();
	return w;
}

struct samples {
	double busy[ROUNDS], elapsed[ROUNDS];
	int n;
};

/* A round of so many operations ends */
static void end(struct samples *s, struct when w, long count)
{
	long long elapsed = now_ns() - w.now;
	long long idle = idle_ns() - w.idle;

	if (s->n == ROUNDS)
		errx(1, "too many rounds");
	s->busy[s->n] = (double)(elapsed - idle) / count;
	s->elapsed[s->n++] = (double)elapsed / count;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print(const char *name, struct samples *s)
{
	qsort(s->busy, s->n, sizeof(s->busy[0]), by_value);
	qsort(s->elapsed, s->n, sizeof(s->elapsed[0]), by_value);
	printf("%s %.1f %.1f %.1f %.1f\n", name, s->busy[0], s->busy[s->n / 2],
	       s->busy[s->n - 1], s->elapsed[0]);
}

static void measure(const char *name, void (*once)(void), long count)
{
	struct samples s = {};
	long i;

	/* Addresses are resolved, pages faulted in, buffers grown */
	for (i = 0; i < count / 10 + 1; i++)
		once();
	while (s.n < ROUNDS) {
		struct when w = begin();

		for (i = 0; i < count; i++)
			once();
		end(&s, w, count);
	}
	print(name, &s);
}

/* ---- packets ---- */

static int socket_in(const char *netns, int type)
{
	int ns = open(netns, O_RDONLY | O_CLOEXEC);
	int fd;

	if (ns < 0 || setns(ns, CLONE_NEWNET))
		err(1, "%s", netns);
	close(ns);
	fd = socket(AF_INET, type, 0);
	if (fd < 0)
		err(1, "socket");
	return fd;
}

static int tx, rx;

static void inet_init(char **argv, int type)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(7000),
	};
	struct timeval patience = { .tv_sec = 5 };
	int one = 1;

	if (inet_pton(AF_INET, argv[2], &addr.sin_addr) != 1)
		errx(1, "%s: not an IPv4 address", argv[2]);
	rx = socket_in(argv[1], type);
	setsockopt(rx, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(rx, (struct sockaddr *)&addr, sizeof(addr)))
		err(1, "bind");
	if (type == SOCK_STREAM && listen(rx, 1))
		err(1, "listen");
	tx = socket_in(argv[0], type);
	if (connect(tx, (struct sockaddr *)&addr, sizeof(addr)))
		err(1, "connect");
	if (type == SOCK_STREAM) {
		rx = accept(rx, NULL, NULL);
		if (rx < 0)
			err(1, "accept");
	}
	setsockopt(rx, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

static void udp_once(void)
{
	char buf[PAYLOAD] = "";

	if (send(tx, buf, sizeof(buf), 0) != sizeof(buf))
		err(1, "send");
	if (recv(rx, buf, sizeof(buf), 0) != sizeof(buf))
		err(1, "recv");
}

static void tcp_once(void)
{
	static char buf[STREAM];
	struct pollfd poll_rx = { .fd = rx, .events = POLLIN };
	size_t sent = 0, got = 0;
	ssize_t n;

	while (got < STREAM) {
		if (sent < STREAM) {
			n = send(tx, buf, STREAM - sent, MSG_DONTWAIT);
			if (n < 0 && errno != EAGAIN)
				err(1, "send");
			if (n > 0)
				sent += n;
		}
		n = recv(rx, buf, STREAM, MSG_DONTWAIT);
		if (n > 0)
			got += n;
		else if (!n || errno != EAGAIN)
			err(1, "recv");
		else if (poll(&poll_rx, 1, 5000) != 1)
			errx(1, "the stream stands still");
	}
}

/* ---- bpf(2) ---- */

static union bpf_attr bpf_arg;
static unsigned long long bpf_value;
static unsigned int bpf_key;

static void bpf_init(void)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "cost", sizeof(bpf_key),
				sizeof(bpf_value), 1, NULL);

	if (fd < 0)
		err(1, "BPF_MAP_CREATE");
	bpf_arg.map_fd = fd;
	bpf_arg.key = (unsigned long)&bpf_key;
	bpf_arg.value = (unsigned long)&bpf_value;
}

static void bpf_once(void)
{
	if (syscall(__NR_bpf, BPF_MAP_LOOKUP_ELEM, &bpf_arg, sizeof(bpf_arg)))
		err(1, "BPF_MAP_LOOKUP_ELEM");
}

static void bpf_query_init(void)
{
	memset(&bpf_arg, 0, sizeof(bpf_arg));
	bpf_arg.query.target_fd = -1;
	bpf_arg.query.attach_type = BPF_CGROUP_INET_INGRESS;
}

static void bpf_query_once(void)
{
	if (syscall(__NR_bpf, BPF_PROG_QUERY, &bpf_arg, sizeof(bpf_arg)) != -1 ||
	    errno != EBADF)
		errx(1, "BPF_PROG_QUERY did not fail with EBADF");
}

/* ---- links ---- */

/* Adds to the last round of @sum what @count operations of it have cost */
static void add(struct samples *sum, struct when w, double count)
{
	struct samples one = {};

	end(&one, w, 1);
	sum->busy[sum->n - 1] += one.busy[0] / count;
	sum->elapsed[sum->n - 1] += one.elapsed[0] / count;
}

static void links_once(int ifindex, int type, const struct nk_prog *prog,
		       struct samples *s, long count)
{
	struct when w;
	int fd[LINKS];
	int i;

	w = begin();
	for (i = 0; i < LINKS; i++) {
		fd[i] = bpf_link_create(prog[i].fd, ifindex, type, NULL);
		if (fd[i] < 0)
			err(1, "BPF_LINK_CREATE");
	}
	add(&s[0], w, count);
	w = begin();
	for (i = 0; i < LINKS; i++)
		if (bpf_link_update(fd[i], prog[LINKS + i].fd, NULL))
			err(1, "BPF_LINK_UPDATE");
	add(&s[1], w, count);
	w = begin();
	for (i = 0; i < LINKS; i++)
		if (bpf_link_detach(fd[i]))
			err(1, "BPF_LINK_DETACH");
	add(&s[2], w, count);
	for (i = 0; i < LINKS; i++)
		close(fd[i]);
}

static void links(const char *netns, const char *dev, int type, long count)
{
	static const char * const names[] = { "create", "update", "detach" };
	int ns = open(netns, O_RDONLY | O_CLOEXEC);
	struct samples s[3] = {}, warm[3] = {};
	struct nk_prog prog[2 * LINKS];
	int ifindex, round, i;
	long n;

	if (ns < 0 || setns(ns, CLONE_NEWNET))
		err(1, "%s", netns);
	ifindex = nk_dev(dev);
	for (i = 0; i < 2 * LINKS; i++)
		prog[i] = nk_prog(NK_NEXT);
	for (i = 0; i < 3; i++)
		warm[i].n = 1;
	links_once(ifindex, type, prog, warm, 1);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < 3; i++)
			s[i].n++;
		for (n = 0; n < count; n++)
			links_once(ifindex, type, prog, s, count * LINKS);
	}
	for (i = 0; i < 3; i++)
		print(names[i], &s[i]);
}

/* ---- pairs ---- */

static void names(char *one, char *two, int i)
{
	sprintf(one, "pod%d", i);
	sprintf(two, "eth%d", i);
}

static void make_pair(int rtnl, const char *kind, int i)
{
	struct rtattr *info, *data, *peer;
	struct ifinfomsg ifm = {};
	char one[IFNAMSIZ], two[IFNAMSIZ];
	struct nk_msg m;
	int error;

	names(one, two, i);
	nk_msg_link(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);
	nk_msg_str(&m, IFLA_IFNAME, one);
	nk_msg_u32(&m, IFLA_GROUP, GROUP);
	info = nk_msg_nest(&m, IFLA_LINKINFO);
	nk_msg_str(&m, IFLA_INFO_KIND, kind);
	data = nk_msg_nest(&m, IFLA_INFO_DATA);
	/* A veth's attribute has the same number */
	peer = nk_msg_put(&m, NK_IFLA_PEER_INFO | NLA_F_NESTED, &ifm,
			  sizeof(ifm));
	nk_msg_str(&m, IFLA_IFNAME, two);
	nk_msg_end(&m, peer);
	nk_msg_end(&m, data);
	nk_msg_end(&m, info);
	error = nk_ask(rtnl, &m);
	if (error)
		errx(1, "make %s: %s", one, strerror(-error));
}

static void delete_pair(int rtnl, int i)
{
	char one[IFNAMSIZ], two[IFNAMSIZ];
	struct nk_msg m;
	int error;

	names(one, two, i);
	nk_msg_link(&m, RTM_DELLINK, 0, 0);
	nk_msg_str(&m, IFLA_IFNAME, one);
	error = nk_ask(rtnl, &m);
	if (error)
		errx(1, "delete %s: %s", one, strerror(-error));
}

static void delete_rest(int rtnl)
{
	struct nk_msg m;
	int error;

	nk_msg_link(&m, RTM_DELLINK, 0, 0);
	nk_msg_u32(&m, IFLA_GROUP, GROUP);
	error = nk_ask(rtnl, &m);
	if (error)
		errx(1, "delete a group: %s", strerror(-error));
}

/* What all slab caches have given out */
static double slab_bytes(void)
{
	DIR *d = opendir("/sys/kernel/slab");
	double sum = 0, objects, size;
	char line[512], path[512];
	struct dirent *e;
	FILE *f;

	if (!d)
		err(1, "/sys/kernel/slab");
	/* Slabs kept for a CPU count as full; so none may be kept */
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink",
			 e->d_name);
		nk_write(path, "1");
	}
	closedir(d);
	f = fopen("/proc/slabinfo", "r");
	if (!f)
		err(1, "/proc/slabinfo");
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s %lf %*f %lf", &objects, &size) == 2)
			sum += objects * size;
	fclose(f);
	return sum;
}

static double percpu_bytes(void)
{
	FILE *f = fopen("/proc/meminfo", "r");
	double kb = -1;
	char line[256];

	if (!f)
		err(1, "/proc/meminfo");
	while (kb < 0 && fgets(line, sizeof(line), f))
		sscanf(line, "Percpu: %lf", &kb);
	fclose(f);
	if (kb < 0)
		errx(1, "/proc/meminfo does not tell what is per CPU");
	return kb * 1024;
}

static void pairs(const char *kind, int number)
{
	struct samples made = {}, singly = {}, rest = {}, slab = {}, percpu = {};
	int rounds = number <= 10 ? ROUNDS : number <= 1000 ? 3 : 1;
	int rtnl, round, i;

	nk_new_netns();
	rtnl = nk_rtnl_open();
	for (i = 0; i < SINGLY; i++)
		make_pair(rtnl, kind, i);
	delete_rest(rtnl);
	for (round = 0; round < rounds; round++) {
		double bytes, cpu;
		struct when w;

		sleep(1);	/* what was deleted is freed */
		bytes = slab_bytes();
		cpu = percpu_bytes();
		w = begin();
		for (i = 0; i < number; i++)
			make_pair(rtnl, kind, i);
		end(&made, w, number);

		sleep(1);
		slab.busy[slab.n++] = (slab_bytes() - bytes) / number;
		percpu.busy[percpu.n++] = (percpu_bytes() - cpu) / number;
		w = begin();
		for (i = 0; i < SINGLY; i++)
			delete_pair(rtnl, i);
		end(&singly, w, SINGLY);
		if (number > SINGLY) {
			w = begin();
			delete_rest(rtnl);
			end(&rest, w, number - SINGLY);
		}
	}
	print("create", &made);
	print("delete", &singly);
	if (rest.n) {
		print("delete-group", &rest);
		print("slab", &slab);
		print("percpu", &percpu);
	}
}

static long number(const char *text)
{
	long n = atol(text);

	if (n < 1)
		errx(2, "%s: not a positive number", text);
	return n;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	watch_idle();
	if (argc == 6 && !strcmp(what, "udp")) {
		inet_init(argv + 2, SOCK_DGRAM);
		measure(what, udp_once, number(argv[5]));
	} else if (argc == 6 && !strcmp(what, "tcp")) {
		inet_init(argv + 2, SOCK_STREAM);
		measure(what, tcp_once, number(argv[5]));
	} else if (argc == 3 && !strcmp(what, "bpf")) {
		bpf_init();
		measure(what, bpf_once, number(argv[2]));
	} else if (argc == 3 && !strcmp(what, "bpf-query")) {
		bpf_query_init();
		measure(what, bpf_query_once, number(argv[2]));
	} else if (argc == 6 && !strcmp(what, "links")) {
		links(argv[2], argv[3], atoi(argv[4]), number(argv[5]));
	} else if (argc == 4 && !strcmp(what, "pairs")) {
		pairs(argv[2], number(argv[3]));
	} else {
		errx(2, "usage: see the top of cost.c");
	}
	return 0;
}
