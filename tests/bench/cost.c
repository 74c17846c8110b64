// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cost of one operation in nanoseconds of the guest's clock. In a guest run
 * with `-icount shift=0` on one CPU a nanosecond is an instruction.
 *
 *   cost udp NETNS_A NETNS_B ADDR COUNT   one UDP packet of 64 bytes from A to
 *                                         ADDR in B, sent and received
 *   cost bpf COUNT                        bpf(BPF_MAP_LOOKUP_ELEM)
 *   cost bpf-query COUNT                  bpf(BPF_PROG_QUERY) of a type that
 *                                         is not netkit's (EBADF)
 *
 * Prints the smallest of ROUNDS averages: an interrupt can only add.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS		5
#define PAYLOAD		(64 - 14 - 20 - 8)	/* a 64-byte frame, less headers */

static long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static int udp_socket(const char *netns)
{
	char path[256];
	int ns, fd;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	ns = open(path, O_RDONLY | O_CLOEXEC);
	if (ns < 0 || setns(ns, CLONE_NEWNET))
		err(1, "%s", path);
	close(ns);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0)
		err(1, "socket");
	return fd;
}

static int udp_tx, udp_rx;

static void udp_init(char **argv)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(7000),
	};
	struct timeval patience = { .tv_sec = 2 };

	if (inet_pton(AF_INET, argv[2], &addr.sin_addr) != 1)
		errx(1, "%s: not an IPv4 address", argv[2]);
	udp_rx = udp_socket(argv[1]);
	if (bind(udp_rx, (struct sockaddr *)&addr, sizeof(addr)))
		err(1, "bind");
	setsockopt(udp_rx, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	udp_tx = udp_socket(argv[0]);
	if (connect(udp_tx, (struct sockaddr *)&addr, sizeof(addr)))
		err(1, "connect");
}

static void udp_once(void)
{
	char buf[PAYLOAD] = "";

	if (send(udp_tx, buf, sizeof(buf), 0) != sizeof(buf))
		err(1, "send");
	if (recv(udp_rx, buf, sizeof(buf), 0) != sizeof(buf))
		err(1, "recv");
}

static union bpf_attr bpf_arg;
static unsigned long long bpf_value;
static unsigned int bpf_key;

static void bpf_init(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = sizeof(bpf_key),
		.value_size = sizeof(bpf_value),
		.max_entries = 1,
	};
	int fd = syscall(__NR_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));

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

static double measure(void (*once)(void), long count)
{
	double best = 0;
	int round;
	long i;

	for (round = 0; round < ROUNDS; round++) {
		long long start = now_ns();
		double cost;

		for (i = 0; i < count; i++)
			once();
		cost = (double)(now_ns() - start) / count;
		if (!round || cost < best)
			best = cost;
	}
	return best;
}

int main(int argc, char **argv)
{
	void (*once)(void);
	long count;

	if (argc == 6 && !strcmp(argv[1], "udp")) {
		udp_init(argv + 2);
		once = udp_once;
	} else if (argc == 3 && !strcmp(argv[1], "bpf")) {
		bpf_init();
		once = bpf_once;
	} else if (argc == 3 && !strcmp(argv[1], "bpf-query")) {
		bpf_query_init();
		once = bpf_query_once;
	} else {
		errx(2, "usage: cost udp NETNS_A NETNS_B ADDR COUNT | bpf COUNT | bpf-query COUNT");
	}
	count = atol(argv[argc - 1]);
	if (count < 1)
		errx(2, "%s: not a positive number", argv[argc - 1]);

	once();	/* resolve addresses, fault pages in */
	printf("%.1f\n", measure(once, count));
	return 0;
}
