/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the C tests of bpf(2) on netkit share beside tap.h: verdict programs
 * made of raw instructions, the four commands, devices and packets.
 *
 * The commands go through libbpf's functions wherever these can express a
 * case; nk_bpf() is the bare system call for what they cannot. Every helper
 * that can fail returns -errno, so that a check prints what was got.
 */
#ifndef NK_H
#define NK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "tap.h"

/* Numbers that the headers of an older distribution lack */
#define NK_PRIMARY		54
#define NK_PEER			55
#define NK_LINK_TYPE		13
#define NK_F_REPLACE		(1U << 2)
#define NK_F_BEFORE		(1U << 3)
#define NK_F_AFTER		(1U << 4)
#define NK_F_ID			(1U << 5)
#define NK_F_LINK		(1U << 13)
#define NK_F_MASK		(NK_F_REPLACE | NK_F_BEFORE | NK_F_AFTER | \
				 NK_F_ID | NK_F_LINK)
#define NK_NEXT			(-1)
#define NK_PASS			0
#define NK_DROP			2
#define NK_REDIRECT		7
#define NK_MAX_PROGS		63

#define NK_CMD_PROG_ATTACH	8
#define NK_CMD_PROG_DETACH	9
#define NK_CMD_PROG_QUERY	16
#define NK_CMD_LINK_CREATE	28
#define NK_CMD_LINK_UPDATE	29
#define NK_CMD_LINK_DETACH	34

/* No descriptor and no object has these numbers */
#define NK_BAD_FD		987654
#define NK_BAD_ID		0x7ffffff1

/* An ethertype for local experiments: nothing else in a guest sends it */
#define NK_ETHERTYPE		0x88b5

/* The argument of bpf(2) as netkit's four commands lay it out */
union nk_attr {
	struct {
		__u32 target_ifindex, attach_bpf_fd, attach_type, attach_flags;
		__u32 replace_bpf_fd, relative;
		__u64 expected_revision;
	} attach;
	struct {
		__u32 target_ifindex, attach_type, query_flags, attach_flags;
		__u64 prog_ids;
		__u32 count, pad;
		__u64 prog_attach_flags, link_ids, link_attach_flags, revision;
	} query;
	struct {
		__u32 prog_fd, target_ifindex, attach_type, flags;
		__u32 relative, pad;
		__u64 expected_revision;
	} link_create;
	struct {
		__u32 link_fd, new_prog_fd, flags, old_prog_fd;
	} link_update;
	struct {
		__u32 link_fd;
	} link_detach;
	__u8 bytes[64];
};

/* ---- check lines ---- */

#define nk_ok		ok
#define nk_die		bail
#define nk_exit		finish

static inline const char *nk_errname(long v)
{
	static char buf[4][32];
	static int i;
	const char *name = v < 0 ? strerrorname_np(-v) : NULL;

	i = (i + 1) % 4;
	if (name)
		snprintf(buf[i], sizeof(buf[i]), "-%s", name);
	else
		snprintf(buf[i], sizeof(buf[i]), "%ld", v);
	return buf[i];
}

/* One line: did a call return this very number or -errno? */
__attribute__((format(printf, 3, 4)))
static inline bool nk_is(long got, long want, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (ok(got == want, "%s", what))
		return true;
	note("got %s, expected %s", nk_errname(got), nk_errname(want));
	return false;
}

/* Did a call succeed? For calls that return a descriptor or 0 */
__attribute__((format(printf, 2, 3)))
static inline bool nk_good(long got, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (ok(got >= 0, "%s", what))
		return true;
	note("got %s, expected success", nk_errname(got));
	return false;
}

/* ---- the machine ---- */

static inline int nk_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static inline long nk_read(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	if (n < 0)
		n = -errno;
	else
		buf[n] = 0;
	close(fd);
	return n;
}

__attribute__((format(printf, 1, 2)))
static inline int nk_sh(const char *fmt, ...)
{
	char cmd[1024];
	va_list ap;
	int rc;

	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	fflush(stdout);
	rc = system(cmd);
	if (rc) {
		printf("# '%s' ended with %d\n", cmd, rc);
		fflush(stdout);
	}
	return rc;
}

static inline void nk_msleep(int ms)
{
	struct timespec t = { ms / 1000, (ms % 1000) * 1000000L };

	nanosleep(&t, NULL);
}

/* A fresh network namespace in which the kernel sends nothing by itself */
static inline void nk_new_netns(void)
{
	if (unshare(CLONE_NEWNET))
		nk_die("make a network namespace");
	nk_write("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
	nk_write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
}

static inline int nk_netns_fd(void)
{
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		nk_die("open the network namespace");
	return fd;
}

/* Is the module under test, not a driver that the kernel has built in? */
static inline bool nk_ours(void)
{
	const char *drv = getenv("NK_DRIVER");

	return drv && !strcmp(drv, "ours");
}

/* Start a test: own namespace, and the driver under test is the one meant */
static inline void nk_init(void)
{
	bool loaded = !access("/sys/module/netkit_backport", F_OK);

	setvbuf(stdout, NULL, _IOLBF, 0);
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	nk_new_netns();
	nk_is(loaded, nk_ours(), "the driver under test is the one in charge");
}

static inline int nk_dev(const char *name)
{
	int i = if_nametoindex(name);

	if (!i)
		nk_die("device %s exists", name);
	return i;
}

/* A pair in this namespace, both ends up; returns the primary's ifindex */
static inline int nk_pair(const char *primary, const char *peer,
			  const char *options)
{
	if (nk_sh("ip link add %s type netkit %s peer name %s", primary,
		  options, peer) ||
	    nk_sh("ip link set %s up && ip link set %s up", primary, peer))
		nk_die("make the pair %s, %s", primary, peer);
	return nk_dev(primary);
}

/* ---- programs ---- */

struct nk_prog {
	int fd;
	__u32 id;
};

#define NK_INSN(c, d, s, o, i) \
	((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), \
			    .off = (o), .imm = (i) })

static inline int nk_load(enum bpf_prog_type type, const char *license,
			  int expected, const struct bpf_insn *insns, int cnt)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts);
	int fd;

	opts.expected_attach_type = expected;
	fd = bpf_prog_load(type, "nk", license, insns, cnt, &opts);
	return fd;
}

/* A program that returns one number; -errno if the kernel refuses it */
static inline int nk_load_verdict(enum bpf_prog_type type, const char *license,
				  int expected, int verdict)
{
	struct bpf_insn insns[] = {
		NK_INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, verdict),
		NK_INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return nk_load(type, license, expected, insns, 2);
}

static inline __u32 nk_prog_id(int fd)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		nk_die("read a program's id");
	return info.id;
}

static inline struct nk_prog nk_prog(int verdict)
{
	struct nk_prog p;

	p.fd = nk_load_verdict(BPF_PROG_TYPE_SCHED_CLS, "GPL", 0, verdict);
	if (p.fd < 0)
		nk_die("load a SCHED_CLS program");
	p.id = nk_prog_id(p.fd);
	return p;
}

/*
 * What programs made by nk_prog_trace() leave in their map: entry 0 has the
 * number of runs, entry n the n-th run.
 */
struct nk_run {
	__u32 tag, ifindex, ingress_ifindex;
};

#define NK_RUNS		256

static inline int nk_trace_map(void)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "nk_trace", 4,
				sizeof(struct nk_run), NK_RUNS, NULL);

	if (fd < 0)
		nk_die("make the trace map");
	return fd;
}

/* A program that appends (tag, ifindex, ingress_ifindex) for a test packet */
static inline struct nk_prog nk_prog_trace(int map, __u32 tag, int verdict)
{
	struct bpf_insn insns[] = {
		/* r6 = ctx; not a test packet: out */
		NK_INSN(BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0),
		NK_INSN(BPF_LDX | BPF_MEM | BPF_W, 2, 6,
			offsetof(struct __sk_buff, protocol), 0),
		NK_INSN(BPF_JMP | BPF_JNE | BPF_K, 2, 0, 24,
			htons(NK_ETHERTYPE)),
		/* r0 = &map[0] */
		NK_INSN(BPF_ST | BPF_MEM | BPF_W, 10, 0, -4, 0),
		NK_INSN(BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0),
		NK_INSN(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4),
		NK_INSN(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0,
			map),
		NK_INSN(0, 0, 0, 0, 0),
		NK_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		NK_INSN(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 17, 0),
		/* key = ++map[0].tag */
		NK_INSN(BPF_LDX | BPF_MEM | BPF_W, 1, 0, 0, 0),
		NK_INSN(BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, 1),
		NK_INSN(BPF_STX | BPF_MEM | BPF_W, 0, 1, 0, 0),
		NK_INSN(BPF_STX | BPF_MEM | BPF_W, 10, 1, -4, 0),
		/* map[key] = { tag, ifindex, ingress_ifindex } */
		NK_INSN(BPF_ST | BPF_MEM | BPF_W, 10, 0, -16, tag),
		NK_INSN(BPF_LDX | BPF_MEM | BPF_W, 1, 6,
			offsetof(struct __sk_buff, ifindex), 0),
		NK_INSN(BPF_STX | BPF_MEM | BPF_W, 10, 1, -12, 0),
		NK_INSN(BPF_LDX | BPF_MEM | BPF_W, 1, 6,
			offsetof(struct __sk_buff, ingress_ifindex), 0),
		NK_INSN(BPF_STX | BPF_MEM | BPF_W, 10, 1, -8, 0),
		NK_INSN(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0,
			map),
		NK_INSN(0, 0, 0, 0, 0),
		NK_INSN(BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0),
		NK_INSN(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4),
		NK_INSN(BPF_ALU64 | BPF_MOV | BPF_X, 3, 10, 0, 0),
		NK_INSN(BPF_ALU64 | BPF_ADD | BPF_K, 3, 0, 0, -16),
		NK_INSN(BPF_ALU64 | BPF_MOV | BPF_K, 4, 0, 0, 0),
		NK_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_update_elem),
		/* out: */
		NK_INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, verdict),
		NK_INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	struct nk_prog p;

	p.fd = nk_load(BPF_PROG_TYPE_SCHED_CLS, "GPL", 0, insns,
		       sizeof(insns) / sizeof(insns[0]));
	if (p.fd < 0)
		nk_die("load a tracing SCHED_CLS program");
	p.id = nk_prog_id(p.fd);
	return p;
}

/* Empty the trace */
static inline void nk_trace_reset(int map)
{
	struct nk_run none = {};
	__u32 head = 0;

	if (bpf_map_update_elem(map, &head, &none, 0))
		nk_die("clear the trace map");
}

/* Number of runs; *run gets the n-th, counted from 1, if run is not NULL */
static inline int nk_trace_get(int map, __u32 n, struct nk_run *run)
{
	struct nk_run head = {};
	__u32 zero = 0;

	if (bpf_map_lookup_elem(map, &zero, &head) ||
	    (run && bpf_map_lookup_elem(map, &n, run)))
		nk_die("read the trace map");
	return head.tag;
}

/* ---- the commands ---- */

/* The system call itself: result or -errno */
static inline long nk_bpf(int cmd, const void *attr, unsigned int size)
{
	long r = syscall(__NR_bpf, cmd, attr, size);

	return r < 0 ? -errno : r;
}

/* Everything beside program, device and end; fields not named are 0 */
struct nk_opt {
	__u32 flags;
	__u32 relative;		/* descriptor, or id with NK_F_ID */
	__u32 replace_fd;
	__u64 revision;
};

#define NK_OPT(...)		((struct nk_opt){ __VA_ARGS__ })
#define nk_attach(p, d, t, ...)	nk_attach_opt(p, d, t, NK_OPT(__VA_ARGS__))
#define nk_detach(p, d, t, ...)	nk_detach_opt(p, d, t, NK_OPT(__VA_ARGS__))
#define nk_link(p, d, t, ...)	nk_link_opt(p, d, t, NK_OPT(__VA_ARGS__))

static inline int nk_attach_opt(int prog, int ifindex, int type,
				struct nk_opt o)
{
	LIBBPF_OPTS(bpf_prog_attach_opts, opts);

	opts.flags = o.flags;
	opts.replace_fd = o.replace_fd;
	opts.expected_revision = o.revision;
	/* libbpf turns a relative id into NK_F_ID and passes all else on */
	if (o.flags & NK_F_ID)
		opts.relative_id = o.relative;
	else
		opts.relative_fd = o.relative;
	return bpf_prog_attach_opts(prog, ifindex, type, &opts);
}

static inline int nk_detach_opt(int prog, int ifindex, int type,
				struct nk_opt o)
{
	LIBBPF_OPTS(bpf_prog_detach_opts, opts);

	opts.flags = o.flags;
	opts.expected_revision = o.revision;
	if (o.flags & NK_F_ID)
		opts.relative_id = o.relative;
	else
		opts.relative_fd = o.relative;
	return bpf_prog_detach_opts(prog, ifindex, type, &opts);
}

static inline int nk_link_opt(int prog, int ifindex, int type,
			      struct nk_opt o)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts);

	opts.flags = o.flags;
	opts.netkit.expected_revision = o.revision;
	if (o.flags & NK_F_ID)
		opts.netkit.relative_id = o.relative;
	else
		opts.netkit.relative_fd = o.relative;
	return bpf_link_create(prog, ifindex, type, &opts);
}

static inline int nk_update(int link, int prog, __u32 flags, int old_prog)
{
	LIBBPF_OPTS(bpf_link_update_opts, opts);

	opts.flags = flags;
	opts.old_prog_fd = old_prog;
	return bpf_link_update(link, prog, &opts);
}

struct nk_list {
	int err;
	__u32 count;
	__u32 attach_flags;
	__u64 revision;
	__u32 progs[NK_MAX_PROGS + 1], links[NK_MAX_PROGS + 1];
	__u32 prog_flags[NK_MAX_PROGS + 1], link_flags[NK_MAX_PROGS + 1];
};

/* All that a query tells */
static inline struct nk_list nk_query(int ifindex, int type)
{
	LIBBPF_OPTS(bpf_prog_query_opts, opts);
	struct nk_list l;

	memset(&l, 0xff, sizeof(l));
	opts.count = NK_MAX_PROGS + 1;
	opts.prog_ids = l.progs;
	opts.link_ids = l.links;
	opts.prog_attach_flags = l.prog_flags;
	opts.link_attach_flags = l.link_flags;
	l.err = bpf_prog_query_opts(ifindex, type, &opts);
	l.count = opts.count;
	l.attach_flags = opts.attach_flags;
	l.revision = opts.revision;
	return l;
}

/*
 * One line: has this end these programs in this order and this revision (0:
 * any)? The list of program ids ends with 0.
 */
#define NK_IDS(...)	((const __u32[NK_MAX_PROGS + 1]) { __VA_ARGS__ })
#define nk_order(d, t, rev, what, ...) \
	nk_order_ids(d, t, rev, what, NK_IDS(__VA_ARGS__))

static inline bool nk_order_ids(int ifindex, int type, __u64 revision,
				const char *what, const __u32 *ids)
{
	struct nk_list l = nk_query(ifindex, type);
	bool good = !l.err && (!revision || l.revision == revision);
	__u32 i, n;

	for (n = 0; ids[n]; n++)
		;
	good = good && l.count == n;
	for (i = 0; good && i < n; i++)
		good = l.progs[i] == ids[i];
	nk_ok(good, "%s", what);
	if (good)
		return true;
	printf("# got %s, revision %llu:", nk_errname(l.err),
	       (unsigned long long)l.revision);
	for (i = 0; !l.err && i < l.count; i++)
		printf(" %u", l.progs[i]);
	printf("; expected revision %llu:", (unsigned long long)revision);
	for (i = 0; i < n; i++)
		printf(" %u", ids[i]);
	printf("\n");
	return false;
}

/*
 * Wait until an end has so many programs. For what the kernel does later, in
 * a worker or after a grace period: removing a pin, deleting a namespace.
 */
static inline void nk_wait_count(int ifindex, int type, __u32 count)
{
	int i;

	for (i = 0; i < 1000 && nk_query(ifindex, type).count != count; i++)
		nk_msleep(10);
}

/* Info of a link; what the kernel does not write stays 0xee */
struct nk_link_info {
	__u32 type, id, prog_id, pad;
	__u32 ifindex, attach_type;
	__u8 rest[8];
};

static inline int nk_link_info(int fd, struct nk_link_info *info)
{
	__u32 len = sizeof(*info);
	int err;

	memset(info, 0xee, sizeof(*info));
	err = bpf_obj_get_info_by_fd(fd, info, &len);
	return err ? -errno : 0;
}

static inline __u32 nk_link_id(int fd)
{
	struct nk_link_info info;

	if (nk_link_info(fd, &info))
		nk_die("read a link's id");
	return info.id;
}

/* ---- packets ---- */

/*
 * Send one test packet from a device. The device has no queue, so programs
 * have run when this returns, and a drop is reported as -ENOBUFS.
 */
static inline int nk_send(int ifindex)
{
	static int fd = -1;
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = ifindex,
		.sll_protocol = htons(NK_ETHERTYPE),
		.sll_halen = ETH_ALEN,
	};
	__u8 frame[64] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1,
		NK_ETHERTYPE >> 8, NK_ETHERTYPE & 0xff,
	};

	if (fd < 0)
		fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		nk_die("open a packet socket");
	if (sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&to,
		   sizeof(to)) < 0)
		return -errno;
	return 0;
}

/* A socket that sees test packets arrive on a device */
static inline int nk_receiver(int ifindex)
{
	struct sockaddr_ll on = {
		.sll_family = AF_PACKET,
		.sll_ifindex = ifindex,
		.sll_protocol = htons(NK_ETHERTYPE),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&on, sizeof(on)))
		nk_die("listen for test packets");
	return fd;
}

/*
 * Number of packets that arrive. The first one may take so many milliseconds;
 * another, which there should not be, comes at its heels.
 */
static inline int nk_received(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char buf[256];
	int n = 0;

	while (poll(&p, 1, ms) > 0) {
		while (recv(fd, buf, sizeof(buf), 0) > 0)
			n++;
		if (ms > 50)
			ms = 50;
	}
	return n;
}

#endif /* NK_H */
