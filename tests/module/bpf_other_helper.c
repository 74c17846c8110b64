// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf(2) calls that are not netkit's, each with its result: one line "name
 * result errno" a call, made so that two runs on one kernel print the same.
 * Ids, addresses and numbers of descriptors are therefore not printed.
 *
 *	bpf_other_helper [SEED]		the calls
 *	bpf_other_helper probe		what attach type 54 is answered with
 *
 * The four commands that netkit answers are made with every attach type but
 * its two. Everything happens in namespaces of this process.
 */
#include "../lib/nk.h"

#define NR_I386		357
#define X32_BIT		0x40000000
#define LOW_SIZE	(64 * 1024)

enum { FD_MAP = 100, FD_CLS, FD_XDP, FD_CGSKB, FD_SOCK, FD_FLOW, FD_LOOKUP,
	FD_CGROUP, FD_NETNS, FD_NULL, FD_LINK, FD_END };

static const char * const fd_names[] = { "map", "cls", "xdp", "cgskb", "sock",
	"flow", "lookup", "cgroup", "netns", "null", "link" };

static __u8 *low;		/* memory below 4 GiB, the last page unmapped */
static unsigned long calls, good;
static char cgroup[64] = "/sys/fs/cgroup/nk_other_XXXXXX";

static bool ours(int cmd, __u32 type)
{
	cmd &= ~(1 << 16);
	return (cmd == NK_CMD_PROG_ATTACH || cmd == NK_CMD_PROG_DETACH ||
		cmd == NK_CMD_PROG_QUERY || cmd == NK_CMD_LINK_CREATE) &&
	       (type == NK_PRIMARY || type == NK_PEER);
}

static long int80(int cmd, void *attr, unsigned int size)
{
#ifdef __x86_64__
	long r = NR_I386;

	asm volatile("int $0x80" : "+a" (r)
		     : "b" ((unsigned long)(unsigned int)cmd),
		       "c" (attr), "d" ((unsigned long)size)
		     : "memory", "r8", "r9", "r10", "r11");
	return (int)r;
#else
	return nk_bpf(cmd, attr, size);
#endif
}

static long x32(int cmd, void *attr, unsigned int size)
{
	long r = syscall(__NR_bpf | X32_BIT, cmd, attr, size);

	return r < 0 ? -errno : r;
}

static long plain(int cmd, void *attr, unsigned int size)
{
	return nk_bpf(cmd, attr, size);
}

typedef long (*how_fn)(int cmd, void *attr, unsigned int size);

static const struct {
	const char *name;
	how_fn fn;
} how[] = { { "64", plain }, { "32", int80 }, { "x32", x32 } };

/* What bytes have become, without what differs from run to run */
static __u32 hash(const void *at, unsigned int size)
{
	const __u8 *b = at;
	__u32 h = 2166136261U;

	while (size--)
		h = (h ^ *b++) * 16777619U;
	return h;
}

static void line(const char *name, int cmd, long r, const void *attr,
		 unsigned int size)
{
	bool fd = false;

	calls++;
	good += r >= 0;
	/* These give a descriptor when they succeed */
	switch (cmd & 0xffff) {
	case 0: case 5: case 7: case 13: case 14: case 17: case 18: case 19:
	case 28: case 30: case 32: case 33: case 36:
		fd = r >= 0;
	}
	printf("%s cmd %d: %s %s", name, cmd, r < 0 ? "-1" : fd ? "fd" :
	       nk_errname(r), r < 0 ? nk_errname(r) : "0");
	/* A refused call leaves its attribute alone, or does what it does */
	if (r < 0 && attr && size)
		printf(" %08x", hash(attr, size));
	printf("\n");
	if (fd)
		close(r);
}

static void call(const char *name, how_fn fn, int cmd, void *attr,
		 unsigned int size)
{
	long r = fn(cmd, attr, size);
	bool readable = attr == low;

	line(name, cmd, r, readable ? attr : NULL,
	     readable && size <= 4096 ? size : 0);
}

/* Every command with next to nothing, and with what cannot be read */
static void every_command(void)
{
	static const unsigned int sizes[] = { 0, 1, 4, 8, 12, 16, 20, 24, 32,
		40, 48, 64, 72, 100, 128, 144, 160, 200, 4096, 4097 };
	char name[128];
	unsigned int w, i, cmd;

	for (w = 0; w < 3; w++)
		for (cmd = 0; cmd < 50; cmd++) {
			snprintf(name, sizeof(name), "%s no address, no size",
				 how[w].name);
			call(name, how[w].fn, cmd, NULL, 0);
			snprintf(name, sizeof(name), "%s no address",
				 how[w].name);
			call(name, how[w].fn, cmd, NULL, 64);
			snprintf(name, sizeof(name), "%s no memory",
				 how[w].name);
			call(name, how[w].fn, cmd, low + LOW_SIZE, 64);
			snprintf(name, sizeof(name), "%s half of it",
				 how[w].name);
			memset(low, 0, LOW_SIZE);
			call(name, how[w].fn, cmd, low + LOW_SIZE - 10, 64);
			/* Objects of other processes come and go: no ids */
			for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]) &&
			     !(cmd >= 11 && cmd <= 12) && cmd != 23 &&
			     cmd != 31; i++) {
				snprintf(name, sizeof(name), "%s %u zeros",
					 how[w].name, sizes[i]);
				memset(low, 0, 8192);
				call(name, how[w].fn, cmd, low, sizes[i]);
				snprintf(name, sizeof(name), "%s %u ones",
					 how[w].name, sizes[i]);
				memset(low, 0xff, 8192);
				call(name, how[w].fn, cmd, low, sizes[i]);
				/* A low id may be somebody's */
				if (sizes[i] == 1)
					continue;
				snprintf(name, sizeof(name),
					 "%s %u zeros, then one", how[w].name,
					 sizes[i]);
				memset(low, 0, 8192);
				low[sizes[i] ? sizes[i] - 1 : 0] = 1;
				call(name, how[w].fn, cmd, low, sizes[i]);
			}
		}
	memset(low, 0, LOW_SIZE);
	call("64 negative", plain, -1, low, 64);
	call("64 negative", plain, 1 << 31, low, 64);
	call("64 large", plain, 1000, low, 64);
	call("64 flag", plain, 1 << 16 | 5, low, 64);
	call("64 flag", plain, 1 << 16 | 8, low, 64);
	call("64 flags", plain, 1 << 17 | 8, low, 64);
}

/* The four commands, with all attach types and things to attach to */
static void every_type(void)
{
	static const int targets[] = { NK_BAD_FD, FD_CGROUP, FD_NETNS, FD_MAP,
		1 /* lo */, 0, -1 };
	static const char * const target_names[] = { "bad", "cgroup", "netns",
		"map", "lo", "0", "-1" };
	union nk_attr *a = (void *)low;
	unsigned int t, f, cmd, prog;
	char name[128];
	long type;

	for (type = -1; type < 80; type++) {
		if (type == NK_PRIMARY || type == NK_PEER)
			continue;
		for (t = 0; t < sizeof(targets) / sizeof(targets[0]); t++) {
			for (prog = FD_MAP; prog < FD_END; prog++) {
				snprintf(name, sizeof(name),
					 "64 type %ld %s to %s", type,
					 fd_names[prog - FD_MAP],
					 target_names[t]);
				for (cmd = 8; cmd < 10; cmd++) {
					memset(a, 0, 128);
					a->attach.target_ifindex = targets[t];
					a->attach.attach_bpf_fd = prog;
					a->attach.attach_type = type;
					call(name, plain, cmd, a, 128);
				}
				memset(a, 0, 128);
				a->link_create.prog_fd = prog;
				a->link_create.target_ifindex = targets[t];
				a->link_create.attach_type = type;
				call(name, plain, 28, a, 128);
			}
			for (f = 0; f < 4; f++) {
				snprintf(name, sizeof(name),
					 "64 type %ld of %s flags %u", type,
					 target_names[t], f);
				memset(a, 0, 128);
				a->query.target_ifindex = targets[t];
				a->query.attach_type = type;
				a->query.query_flags = f;
				call(name, plain, 16, a, 128);
				memset(a, 0, 128);
				a->attach.target_ifindex = targets[t];
				a->attach.attach_type = type;
				a->attach.attach_flags = 1U << f;
				call(name, plain, 9, a, 128);
			}
		}
	}
}

/* Calls that succeed, and what becomes of them */
static void useful(void)
{
	LIBBPF_OPTS(bpf_prog_query_opts, q);
	LIBBPF_OPTS(bpf_test_run_opts, run);
	__u64 key = 1, value = 7, next = 0;
	__u32 id = 0, ids[8] = {}, zero = 0;
	union nk_attr a;
	char pkt[64] = {};
	int fd, link;
	long r;

	fd = bpf_map_create(BPF_MAP_TYPE_HASH, "nk_other", 8, 8, 16, NULL);
	line("hash map", 0, fd < 0 ? -errno : dup(fd), NULL, 0);
	line("lookup nothing", 1, bpf_map_lookup_elem(fd, &key, &value), NULL,
	     0);
	line("update", 2, bpf_map_update_elem(fd, &key, &value, BPF_NOEXIST),
	     NULL, 0);
	line("update again", 2,
	     bpf_map_update_elem(fd, &key, &value, BPF_NOEXIST), NULL, 0);
	value = 0;
	line("lookup", 1, bpf_map_lookup_elem(fd, &key, &value), NULL, 0);
	line(value == 7 ? "value is right" : "value is wrong", 1, 0, NULL, 0);
	line("next key", 4, bpf_map_get_next_key(fd, NULL, &next), NULL, 0);
	line("delete", 3, bpf_map_delete_elem(fd, &key), NULL, 0);
	line("delete again", 3, bpf_map_delete_elem(fd, &key), NULL, 0);
	line("freeze", 22, bpf_map_freeze(fd), NULL, 0);
	line("update frozen", 2, bpf_map_update_elem(fd, &key, &value, 0),
	     NULL, 0);
	unlink("/sys/fs/bpf/nk_other");
	line("pin", 6, bpf_obj_pin(fd, "/sys/fs/bpf/nk_other"), NULL, 0);
	line("pin again", 6, bpf_obj_pin(fd, "/sys/fs/bpf/nk_other"), NULL,
	     0);
	r = bpf_obj_get("/sys/fs/bpf/nk_other");
	line("get", 7, r, NULL, 0);
	unlink("/sys/fs/bpf/nk_other");
	close(fd);

	line("load a bad program", 5,
	     nk_load(BPF_PROG_TYPE_XDP, "GPL", 0, (struct bpf_insn[]){
			NK_INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0) }, 1), NULL,
	     0);
	line("load XDP", 5, nk_load_verdict(BPF_PROG_TYPE_XDP, "GPL", 0, 2),
	     NULL, 0);
	line("load SCHED_CLS for 54", 5,
	     nk_load_verdict(BPF_PROG_TYPE_SCHED_CLS, "GPL", NK_PRIMARY, 0),
	     NULL, 0);
	run.data_in = pkt;
	run.data_size_in = sizeof(pkt);
	r = bpf_prog_test_run_opts(FD_CLS, &run);
	line("test run", 10, r, NULL, 0);
	line(run.retval ? "it returned something" : "it returned 0", 10, 0,
	     NULL, 0);
	id = nk_prog_id(FD_CLS);
	line("program by id", 13, bpf_prog_get_fd_by_id(id), NULL, 0);
	line("no program by id", 13, bpf_prog_get_fd_by_id(NK_BAD_ID), NULL,
	     0);

	line("attach to cgroup", 8,
	     bpf_prog_attach(FD_CGSKB, FD_CGROUP, BPF_CGROUP_INET_EGRESS,
			     BPF_F_ALLOW_MULTI), NULL, 0);
	q.prog_ids = ids;
	q.count = 8;
	line("query cgroup", 16,
	     bpf_prog_query_opts(FD_CGROUP, BPF_CGROUP_INET_EGRESS, &q), NULL,
	     0);
	/* Beside the link */
	line(q.count == 2 && ids[0] == nk_prog_id(FD_CGSKB) ?
	     "it is there" : "it is not there", 16, 0, NULL, 0);
	line("detach from cgroup", 9,
	     bpf_prog_detach2(FD_CGSKB, FD_CGROUP, BPF_CGROUP_INET_EGRESS),
	     NULL, 0);
	line("detach again", 9,
	     bpf_prog_detach2(FD_CGSKB, FD_CGROUP, BPF_CGROUP_INET_EGRESS),
	     NULL, 0);
	line("cgroup link", 28,
	     bpf_link_create(FD_CGSKB, FD_CGROUP, BPF_CGROUP_INET_INGRESS,
			     NULL), NULL, 0);

	link = bpf_link_create(FD_XDP, 1, BPF_XDP, NULL);
	line("XDP link", 28, link < 0 ? -errno : dup(link), NULL, 0);
	line("another", 28, bpf_link_create(FD_XDP, 1, BPF_XDP, NULL), NULL,
	     0);
	line("update it", 29, bpf_link_update(link, FD_XDP, NULL), NULL, 0);
	line("to a wrong program", 29, bpf_link_update(link, FD_CLS, NULL),
	     NULL, 0);
	line("detach it", 34, bpf_link_detach(link), NULL, 0);
	line("update it then", 29, bpf_link_update(link, FD_XDP, NULL), NULL,
	     0);
	close(link);
	line("lookup link", 28,
	     bpf_link_create(FD_LOOKUP, FD_NETNS, BPF_SK_LOOKUP, NULL), NULL,
	     0);
	line("flow dissector", 8,
	     bpf_prog_attach(FD_FLOW, 0, BPF_FLOW_DISSECTOR, 0), NULL, 0);
	line("query it", 16,
	     bpf_prog_query(FD_NETNS, BPF_FLOW_DISSECTOR, 0, NULL, ids, &zero),
	     NULL, 0);
	line("detach it", 9, bpf_prog_detach(0, BPF_FLOW_DISSECTOR), NULL, 0);
	/* tcx, where the kernel has it */
	memset(&a, 0, sizeof(a));
	a.attach.target_ifindex = 1;
	a.attach.attach_bpf_fd = FD_CLS;
	a.attach.attach_type = 46;
	line("tcx attach", 8, nk_bpf(8, &a, 64), NULL, 0);
	line("tcx attach again", 8, nk_bpf(8, &a, 64), NULL, 0);
	line("tcx detach", 9, nk_bpf(9, &a, 64), NULL, 0);
	line("statistics", 32, bpf_enable_stats(BPF_STATS_RUN_TIME), NULL, 0);
}

static __u64 state;

static unsigned int rnd(unsigned int n)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (state >> 33) % n;
}

/* Words that a program might send, or nearly */
static __u32 word(void)
{
	static const __u32 some[] = { 0, 0, 0, 1, 2, 3, 4, 8, 16, 54, 55, 64,
		-1, 1U << 13, 0x80000000U };

	if (rnd(3) == 0)
		return FD_MAP + rnd(FD_END - FD_MAP);
	return some[rnd(sizeof(some) / sizeof(some[0]))];
}

/*
 * Anything, from a seed. Not the commands that name other processes' objects,
 * run a program as often as they are told, or take memory by the gigabyte.
 */
static void random_calls(unsigned int n)
{
	static const int not[] = { 0, 5, 10, 11, 12, 13, 14, 15, 19, 20, 23,
				   30, 31 };
	static const int served[] = { 8, 9, 16, 28 };
	unsigned int i, j, size, type, w;
	char name[64];
	int cmd;

	while (n--) {
		__u32 *v = (__u32 *)low;

		cmd = rnd(rnd(8) ? 42 : 0x30000);
		if (rnd(2))
			cmd = served[rnd(4)];
		for (j = 0; j < sizeof(not) / sizeof(not[0]); j++)
			if ((cmd & 0xffff) == not[j])
				cmd = 8;
		memset(low, 0, 8192);
		for (i = 0; i < 18; i++)
			v[i] = rnd(3) ? word() : 0;
		/* Pointers are 64 bits: to zeros, to nothing, or none */
		for (i = 0; i < 18; i += 2)
			if (rnd(4) == 0) {
				v[i] = rnd(3) ? (__u32)(unsigned long)(low +
						16384) : 8;
				v[i + 1] = 0;
			}
		size = rnd(4) ? 16 + 8 * rnd(8) : rnd(160);
		/* The type, as much of it as is within the size */
		type = 0;
		i = (cmd & 0xffff) == 16 ? 4 : 8;
		if (size > i)
			memcpy(&type, low + i, size - i < 4 ? size - i : 4);
		if (ours(cmd & 0xffff, type))
			continue;
		w = rnd(3);
		snprintf(name, sizeof(name), "%s random %u", how[w].name, n);
		memset(low + 16384, 0, 4096);
		call(name, how[w].fn, cmd, low, size);
	}
}

static void keep(int fd, int at)
{
	if (fd < 0 || dup2(fd, at) < 0)
		nk_die("make descriptor %s", fd_names[at - FD_MAP]);
	close(fd);
}

static int probe(void)
{
	union nk_attr a = {};

	a.link_create.prog_fd = nk_load_verdict(BPF_PROG_TYPE_SCHED_CLS,
						"MIT", 0, 0);
	a.link_create.target_ifindex = -1;
	a.link_create.attach_type = NK_PRIMARY;
	printf("%s\n", nk_errname(nk_bpf(NK_CMD_LINK_CREATE, &a, 64)));
	return 0;
}

int main(int argc, char **argv)
{
	int fd;

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	libbpf_set_print(NULL);
	nk_new_netns();
	if (argc > 1 && !strcmp(argv[1], "probe"))
		return probe();
	state = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	nk_sh("ip link set lo up");
	/* Below 4 GiB, and always there: addresses are among what is hashed */
	low = mmap((void *)0x20000000, LOW_SIZE + 4096, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (low == MAP_FAILED || munmap(low + LOW_SIZE, 4096))
		nk_die("map memory below 4 GiB");

	keep(bpf_map_create(BPF_MAP_TYPE_ARRAY, "nk_other", 4, 8, 4, NULL),
	     FD_MAP);
	keep(nk_load_verdict(BPF_PROG_TYPE_SCHED_CLS, "GPL", 0, 0), FD_CLS);
	keep(nk_load_verdict(BPF_PROG_TYPE_XDP, "GPL", 0, 2), FD_XDP);
	keep(nk_load_verdict(BPF_PROG_TYPE_CGROUP_SKB, "GPL",
			     BPF_CGROUP_INET_EGRESS, 1), FD_CGSKB);
	keep(nk_load_verdict(BPF_PROG_TYPE_SOCKET_FILTER, "GPL", 0, 0),
	     FD_SOCK);
	keep(nk_load_verdict(BPF_PROG_TYPE_FLOW_DISSECTOR, "GPL",
			     BPF_FLOW_DISSECTOR, 0), FD_FLOW);
	keep(nk_load_verdict(BPF_PROG_TYPE_SK_LOOKUP, "GPL", BPF_SK_LOOKUP, 1),
	     FD_LOOKUP);
	/* The unified hierarchy, wherever it is mounted */
	if (!mkdtemp(cgroup)) {
		mkdir("/tmp/nk_other_cg", 0700);
		if (mount("none", "/tmp/nk_other_cg", "cgroup2", 0, NULL) &&
		    errno != EBUSY)
			nk_die("mount a cgroup hierarchy");
		strcpy(cgroup, "/tmp/nk_other_cg/nk_XXXXXX");
		if (!mkdtemp(cgroup))
			nk_die("make a cgroup");
	}
	fd = open(cgroup, O_RDONLY | O_DIRECTORY);
	keep(fd, FD_CGROUP);
	keep(nk_netns_fd(), FD_NETNS);
	keep(open("/dev/null", O_RDWR), FD_NULL);
	keep(bpf_link_create(FD_CGSKB, FD_CGROUP, BPF_CGROUP_INET_EGRESS,
			     NULL), FD_LINK);

	useful();
	every_command();
	every_type();
	random_calls(6000);
	close(FD_LINK);
	rmdir(cgroup);
	printf("calls: %lu, of which %lu succeed\n", calls, good);
	return 0;
}
