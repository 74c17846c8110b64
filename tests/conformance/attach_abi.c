// SPDX-License-Identifier: GPL-2.0-only
/*
 * The system call as such, with what libbpf never sends: sizes, bytes behind
 * the last field, bad and half-mapped pointers, registers with high bits,
 * 32-bit callers (int 0x80), the x32 number, and the common attributes of
 * newer kernels.
 */
#include "../lib/nk.h"

#define CMD_PROG_GET_NEXT_ID	11
#define CMD_COMMON_ATTRS	(1U << 16)
#define X32_BIT			0x40000000
#define NR_BPF_I386		357

/* Can a 64-bit process make calls as a 32-bit one does? */
#ifdef __x86_64__
#define HAS_INT80		true
#else
#define HAS_INT80		false
#define MAP_32BIT		0
#endif

static int dev, page;
static struct nk_prog p[2];

/* One of our four commands, as it would succeed */
struct call {
	const char *name;
	int cmd;
	unsigned int last;	/* where the last field of the command ends */
	unsigned int least;	/* bytes without which it means another thing */
	long good;		/* result of the good call; 1: a descriptor */
};

static const struct call calls[] = {
	{ "attach", NK_CMD_PROG_ATTACH, 32, 9, 0 },
	{ "detach", NK_CMD_PROG_DETACH, 32, 9, 0 },
	{ "query", NK_CMD_PROG_QUERY, 64, 5, 0 },
	{ "link create", NK_CMD_LINK_CREATE, 64, 9, 1 },
};

/* Fill in an attribute, and make the state in which it succeeds */
static void prepare(const struct call *c, int type, void *at)
{
	union nk_attr a = {};

	nk_detach(p[0].fd, dev, type);
	switch (c->cmd) {
	case NK_CMD_PROG_DETACH:
		if (nk_attach(p[0].fd, dev, type))
			nk_die("attach what is to be detached");
		/* fall through */
	case NK_CMD_PROG_ATTACH:
		a.attach.target_ifindex = dev;
		a.attach.attach_bpf_fd = p[0].fd;
		a.attach.attach_type = type;
		break;
	case NK_CMD_PROG_QUERY:
		a.query.target_ifindex = dev;
		a.query.attach_type = type;
		break;
	case NK_CMD_LINK_CREATE:
		a.link_create.prog_fd = p[0].fd;
		a.link_create.target_ifindex = dev;
		a.link_create.attach_type = type;
		break;
	}
	memcpy(at, &a, sizeof(a));
}

/*
 * Undo; and say whether the call had the effect that its result promised,
 * given whether there was a program before.
 */
static bool settle(const struct call *c, int type, long got, bool was)
{
	bool attached = nk_query(dev, type).count == 1;
	bool good = attached == was;

	if (got >= 0 && c->cmd == NK_CMD_PROG_DETACH)
		good = was && !attached;
	else if (got >= 0 && c->cmd != NK_CMD_PROG_QUERY)
		good = !was && attached;
	if (c->cmd == NK_CMD_LINK_CREATE && got >= 0)
		close(got);
	nk_detach(p[0].fd, dev, type);
	return good;
}

typedef long (*caller_fn)(int cmd, void *attr, unsigned int size);

static long by_syscall(int cmd, void *attr, unsigned int size)
{
	return nk_bpf(cmd, attr, size);
}

/* Make the call; want 1 stands for any descriptor */
static void check(const struct call *c, int type, caller_fn fn, void *attr,
		  unsigned int size, long want, const char *what)
{
	bool was = nk_query(dev, type).count == 1;
	long got = fn(c->cmd, attr, size);
	bool effect = settle(c, type, got, was);

	if (!nk_ok((want == 1 ? got >= 0 : got == want) && effect,
		   "%s, type %d: %s", c->name, type, what))
		note("got %s, expected %s%s", nk_errname(got),
		     want == 1 ? "a descriptor" : nk_errname(want),
		     effect ? "" : "; the list does not agree");
}

/*
 * From which byte on is more than the kernel knows? Asked of a command that
 * has nothing to do with netkit.
 */
static unsigned int known_bytes(void)
{
	__u8 buf[4096] = {};
	unsigned int i;
	long r;

	for (i = 12; i < sizeof(buf); i++) {
		buf[i] = 1;
		r = nk_bpf(CMD_PROG_GET_NEXT_ID, buf, sizeof(buf));
		buf[i] = 0;
		if (r == -E2BIG)
			return i;
		if (r != -EINVAL)
			break;
	}
	nk_die("find out what the kernel knows");
}

static void sizes(const struct call *c, int type, unsigned int known)
{
	static __u8 buf[8192] __attribute__((aligned(4096)));
	char what[96];
	unsigned int i;

	static const unsigned int good[] = { 12, 13, 16, 20, 24, 28, 31, 32,
		33, 40, 56, 63, 64, 65, 72, 100, 128, 200, 1000, 4095, 4096 };

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		memset(buf, 0, sizeof(buf));
		prepare(c, type, buf);
		snprintf(what, sizeof(what), "%u bytes", good[i]);
		check(c, type, by_syscall, buf, good[i], c->good, what);
	}
	/* All of the attach type's bytes that are not zero */
	memset(buf, 0, sizeof(buf));
	prepare(c, type, buf);
	check(c, type, by_syscall, buf, c->least, c->good, "the least bytes");
	/* Without them this is attach type 0, which is cgroup's */
	prepare(c, type, buf);
	check(c, type, by_syscall, buf, c->least - 1,
	      c->cmd == NK_CMD_PROG_DETACH || c->cmd == NK_CMD_PROG_QUERY ?
	      -EBADF : -EINVAL, "one byte less is another attach type");

	/* What is behind the given size is not looked at */
	memset(buf, 0xff, sizeof(buf));
	prepare(c, type, buf);
	check(c, type, by_syscall, buf, 64, c->good,
	      "bytes behind the given size do not matter");

	memset(buf, 0, sizeof(buf));
	prepare(c, type, buf);
	check(c, type, by_syscall, buf, 4097, -E2BIG, "4097 bytes");
	prepare(c, type, buf);
	check(c, type, by_syscall, buf, 8192, -E2BIG, "8192 bytes");
	prepare(c, type, buf);
	check(c, type, by_syscall, buf, -1, -E2BIG, "0xffffffff bytes");
	prepare(c, type, buf);
	check(c, type, by_syscall, buf, 0x80000000U, -E2BIG,
	      "0x80000000 bytes");
	check(c, type, by_syscall, NULL, 4097, -E2BIG,
	      "4097 bytes at no address");

	/* Bytes that are not zero between the last field and the end */
	for (i = 0; i < 4096; i += i < known + 8 ? 1 : 97) {
		bool gap = c->cmd == NK_CMD_LINK_CREATE &&
			   ((i >= 20 && i < 24) || (i >= 32 && i < 64));

		if (i < c->last && !gap)
			continue;
		memset(buf, 0, sizeof(buf));
		prepare(c, type, buf);
		buf[i] = 0x80;
		snprintf(what, sizeof(what), "byte %u is not zero%s", i,
			 gap ? ", but of the command" : "");
		check(c, type, by_syscall, buf, 4096,
		      gap ? c->good : i < known ? -EINVAL : -E2BIG, what);
	}
	/* The same byte, but the size ends before it */
	memset(buf, 0, sizeof(buf));
	prepare(c, type, buf);
	buf[known + 1] = 1;
	check(c, type, by_syscall, buf, known + 1, c->good,
	      "the size ends before a byte that is not zero");
}

/* Room with an unmapped page behind it */
static __u8 *two_pages(void)
{
	__u8 *m = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (m == MAP_FAILED || munmap(m + page, page))
		nk_die("map a page");
	return m;
}

static void pointers(const struct call *c, int type)
{
	__u8 *m = two_pages();
	bool query = c->cmd == NK_CMD_PROG_QUERY;
	unsigned int i;

	check(c, type, by_syscall, NULL, 64, -EFAULT, "no address");
	check(c, type, by_syscall, (void *)1, 64, -EFAULT, "address 1");
	check(c, type, by_syscall, (void *)-1L, 64, -EFAULT, "address -1");
	check(c, type, by_syscall, (void *)-4096L, 64, -EFAULT,
	      "address -4096");
	check(c, type, by_syscall, (void *)0xffff888000000000UL, 64, -EFAULT,
	      "an address of the kernel");
	check(c, type, by_syscall, (void *)0x800000000000UL, 64, -EFAULT,
	      "an address of nobody");
	check(c, type, by_syscall, m + page, 64, -EFAULT,
	      "an address without memory");
	for (i = 4; i < 64; i += 12) {
		memset(m, 0, page);
		check(c, type, by_syscall, m + page - i, 64, -EFAULT,
		      "the attribute ends behind mapped memory");
	}
	/* The tail beyond what the kernel knows cannot be read */
	memset(m, 0, page);
	prepare(c, type, m + page - 1024);
	check(c, type, by_syscall, m + page - 1024, 1025, -EFAULT,
	      "the tail ends behind mapped memory");
	prepare(c, type, m + page - 1024);
	check(c, type, by_syscall, m + page - 1024, 1024, c->good,
	      "the tail ends with mapped memory");
	/* The size, not the attribute's own length, is what is read */
	memset(m, 0, page);
	prepare(c, type, m);
	memmove(m + page - 12, m, 12);
	/* A query is answered into bytes 12 to 64, whatever was passed */
	check(c, type, by_syscall, m + page - 12, 12,
	      query ? -EFAULT : c->good, "12 bytes at the end of a page");
	for (i = 1; i < 8; i++) {
		memset(m, 0, page);
		prepare(c, type, m + i);
		check(c, type, by_syscall, m + i, 64, c->good,
		      "an odd address");
	}
	memset(m, 0, page);
	prepare(c, type, m);
	mprotect(m, page, PROT_READ);
	check(c, type, by_syscall, m, 64, query ? -EFAULT : c->good,
	      "memory that cannot be written");
	mprotect(m, page, PROT_NONE);
	check(c, type, by_syscall, m, 64, -EFAULT,
	      "memory that cannot be read");
	munmap(m, page);

	/* Memory that is there, but not yet: swapped in, read, zero-filled */
	m = mmap(NULL, page, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(c, type, by_syscall, m, 64,
	      c->cmd == NK_CMD_PROG_DETACH || query ? -EBADF :
	      c->cmd == NK_CMD_PROG_ATTACH ? -EINVAL : -EINVAL,
	      "memory never touched: all zero, attach type 0");
	munmap(m, page);
	{
		char name[] = "/tmp/nk-abi-XXXXXX";
		union nk_attr a;
		int fd = mkstemp(name);

		prepare(c, type, &a);
		if (fd < 0 || write(fd, &a, sizeof(a)) != sizeof(a))
			nk_die("write a file");
		unlink(name);
		m = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd,
			 0);
		check(c, type, by_syscall, m, 64, c->good,
		      "memory of a file, never touched");
		/* Not in the page tables, so that a first look fails */
		prepare(c, type, &a);
		madvise(m, page, MADV_DONTNEED);
		check(c, type, by_syscall, m, 64, c->good,
		      "memory of a file, dropped");
		munmap(m, page);
		close(fd);
	}
}

/* The registers as they are; the kernel uses the low half of two of them */
static long by_wide_cmd(int cmd, void *attr, unsigned int size)
{
	long r = syscall(__NR_bpf, (unsigned int)cmd | 0x5a5a5a5a00000000L,
			 attr, (unsigned long)size);

	return r < 0 ? -errno : r;
}

static long by_wide_size(int cmd, void *attr, unsigned int size)
{
	long r = syscall(__NR_bpf, (long)cmd, attr,
			 size | 0x7fffffff00000000L);

	return r < 0 ? -errno : r;
}

static long by_int80(int cmd, void *attr, unsigned int size)
{
#ifdef __x86_64__
	long r = NR_BPF_I386;

	/* The kernel takes the low halves; r8 to r11 are not kept by all */
	asm volatile("int $0x80" : "+a" (r)
		     : "b" ((unsigned long)(unsigned int)cmd),
		       "c" (attr), "d" ((unsigned long)size)
		     : "memory", "r8", "r9", "r10", "r11");
	return (int)r;
#else
	return nk_bpf(cmd, attr, size);
#endif
}

static long by_x32(int cmd, void *attr, unsigned int size)
{
	long r = syscall(__NR_bpf | X32_BIT, cmd, attr, size);

	return r < 0 ? -errno : r;
}

static void registers(const struct call *c, int type)
{
	__u8 *m = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	static const struct {
		const char *name;
		caller_fn fn;
	} ways[] = {
		{ "high bits beside the command", by_wide_cmd },
		{ "high bits beside the size", by_wide_size },
#ifdef __x86_64__
		{ "a 32-bit call", by_int80 },
		{ "an x32 call", by_x32 },
#endif
	};
	bool x32 = syscall(SYS_getpid | X32_BIT) == getpid();
	unsigned int i;
	char what[96];

	if (m == MAP_FAILED)
		nk_die("map memory below 4 GiB");
	munmap(m + page, page);
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		const char *n = ways[i].name;
		caller_fn fn = ways[i].fn;
		/* A kernel that has x32 switched off has no such call */
		bool off = fn == by_x32 && !x32;

		if (off)
			n = "an x32 call where x32 is off";
		memset(m, 0, page);
		prepare(c, type, m);
		check(c, type, fn, m, 64, off ? -ENOSYS : c->good, n);
		snprintf(what, sizeof(what), "%s: 4097 bytes", n);
		prepare(c, type, m);
		check(c, type, fn, m, 4097, off ? -ENOSYS : -E2BIG, what);
		snprintf(what, sizeof(what), "%s: no address", n);
		check(c, type, fn, NULL, 64, off ? -ENOSYS : -EFAULT, what);
		snprintf(what, sizeof(what), "%s: no memory", n);
		check(c, type, fn, m + page, 64, off ? -ENOSYS : -EFAULT,
		      what);
		snprintf(what, sizeof(what), "%s: a byte behind the last field",
			 n);
		prepare(c, type, m);
		m[68] = 1;
		check(c, type, fn, m, 72, off ? -ENOSYS : -EINVAL, what);
		m[68] = 0;
		if (c->cmd == NK_CMD_PROG_DETACH)
			continue;
		snprintf(what, sizeof(what), "%s: no such device", n);
		prepare(c, type, m);
		*(__u32 *)(m + (c->cmd == NK_CMD_LINK_CREATE ? 4 : 0)) =
			0x7ffffff0;
		check(c, type, fn, m, 64, off ? -ENOSYS : -ENODEV, what);
	}
	munmap(m, page);
}

/* A 32-bit query with arrays: their addresses are 64 bits wide all the same */
static void query32(int type)
{
	union nk_attr *a = mmap(NULL, page, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1,
				0);
	__u32 *ids = (__u32 *)(a + 1), *links = ids + 4;
	int link;

	if (a == MAP_FAILED)
		nk_die("map memory below 4 GiB");
	nk_attach(p[0].fd, dev, type);
	link = nk_link(p[1].fd, dev, type);
	memset(ids, 0xff, 64);
	a->query.target_ifindex = dev;
	a->query.attach_type = type;
	a->query.count = 4;
	a->query.prog_ids = (unsigned long)ids;
	a->query.link_ids = (unsigned long)links;
	nk_is(by_int80(NK_CMD_PROG_QUERY, a, 64), 0,
	      "type %d: a 32-bit query with arrays", type);
	nk_ok(a->query.count == 2 && ids[0] == p[0].id && ids[1] == p[1].id &&
	      ids[2] == ~0U && !links[0] && links[1] == nk_link_id(link) &&
	      links[2] == ~0U, "type %d: it is answered", type);
	close(link);
	nk_detach(p[0].fd, dev, type);
	munmap(a, page);
}

/*
 * Newer kernels take a flag in the command word and two more arguments. There
 * a call with them is the same call; elsewhere the flag is part of the
 * command, and there is no such command.
 */
static void common_attrs(const struct call *c, int type)
{
	struct {
		__u64 log_buf;
		__u32 log_size, log_level, log_true_size, pad;
		__u8 more[64];
	} common = {};
	unsigned int size = 24;
	union nk_attr a;
	__u32 next[3] = {};
	bool known;
	long got;
	int i;

	/* Known, if a command that is not netkit's works with the flag */
	got = syscall(__NR_bpf, CMD_PROG_GET_NEXT_ID | CMD_COMMON_ATTRS, next,
		      sizeof(next), NULL, 0);
	known = !got;
	for (i = 0; i < 7; i++) {
		long want = c->good, f;
		void *at = &common;
		unsigned int s = size;

		memset(&common, 0, sizeof(common));
		switch (i) {
		case 0:
			at = NULL;
			s = 0;
			break;
		case 1:
			break;
		case 2:
			at = (void *)1;
			want = -EFAULT;
			break;
		case 3:
			s = 4097;
			want = -E2BIG;
			break;
		case 4:
			s = sizeof(common);
			common.more[60] = 1;
			want = -E2BIG;
			break;
		case 5:
			s = sizeof(common);
			break;
		default:
			s = 0;
			at = (void *)1;
			break;
		}
		prepare(c, type, &a);
		got = syscall(__NR_bpf, c->cmd | CMD_COMMON_ATTRS, &a,
			      sizeof(a), at, s);
		got = got < 0 ? -errno : got;
		f = settle(c, type, got, c->cmd == NK_CMD_PROG_DETACH);
		if (!known)
			want = -EINVAL;
		if (!nk_ok((want == 1 ? got >= 0 : got == want) && f,
			   "%s, type %d: common attributes, case %d%s",
			   c->name, type, i,
			   known ? "" : " (unknown to this kernel)"))
			note("got %s, expected %s", nk_errname(got),
			     nk_errname(want));
	}
	/* Without the flag the two arguments are not looked at */
	prepare(c, type, &a);
	got = syscall(__NR_bpf, c->cmd, &a, sizeof(a), (void *)1, 5000UL);
	got = got < 0 ? -errno : got;
	if (!nk_ok(settle(c, type, got, c->cmd == NK_CMD_PROG_DETACH) &&
		   (c->good ? got >= 0 : !got),
		   "%s, type %d: more arguments without the flag", c->name,
		   type))
		note("got %s", nk_errname(got));
}

/* Neighbours of our numbers are not ours */
static void neighbours(void)
{
	static const int types[] = { 53, 56, 57, 60, 99, 0x36000000,
				     0x10036, -1 };
	unsigned int i, j;
	union nk_attr a;
	long got;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		for (j = 0; j < 4; j++) {
			prepare(&calls[j], NK_PRIMARY, &a);
			if (calls[j].cmd == NK_CMD_PROG_QUERY)
				a.query.attach_type = types[i];
			else
				a.attach.attach_type = types[i];
			/* No program is attached: whoever answers, refuses */
			got = nk_bpf(calls[j].cmd, &a, sizeof(a));
			nk_ok(got < 0, "%s with attach type %d is refused",
			      calls[j].name, types[i]);
			if (got > 0)
				close(got);
			nk_detach(p[0].fd, dev, NK_PRIMARY);
		}
	}
	for (i = NK_PRIMARY; i <= NK_PEER; i++)
		nk_order(dev, i, 1, "nothing was attached by that");
}

int main(void)
{
	unsigned int known, i;
	int type;

	nk_init();
	page = sysconf(_SC_PAGESIZE);
	dev = nk_pair("nk0", "nk1", "");
	p[0] = nk_prog(NK_NEXT);
	p[1] = nk_prog(NK_NEXT);
	known = known_bytes();
	nk_ok(known >= 64 && known <= 4096, "the kernel knows %u bytes",
	      known);
	for (type = NK_PRIMARY; type <= NK_PEER; type++) {
		for (i = 0; i < 4; i++) {
			sizes(&calls[i], type, known);
			pointers(&calls[i], type);
			registers(&calls[i], type);
			common_attrs(&calls[i], type);
		}
		if (HAS_INT80)
			query32(type);
		nk_order(dev, type, 1, "everything was undone");
	}
	neighbours();
	return nk_exit();
}
