// SPDX-License-Identifier: GPL-2.0-only
/*
 * What callers may do who are not root: every command as uid 65534 without and
 * with single capabilities, and as root of a user namespace of that user, in
 * the device's namespace and in one of its own. Each with and without
 * kernel.unprivileged_bpf_disabled.
 *
 * Attaching is guarded by the descriptor of a program, and loading one takes a
 * privilege: who was handed a descriptor may attach. Detaching without a
 * program, and asking, take CAP_NET_ADMIN or CAP_SYS_ADMIN in the initial
 * user namespace.
 *
 * With kernel.unprivileged_bpf_disabled some kernels refuse any command at all
 * to callers without CAP_BPF and CAP_SYS_ADMIN. Whether this one does shows in
 * a command that has nothing to do with netkit.
 */
#include "../lib/nk.h"
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>

#define NOBODY	65534
#define KNOB	"/proc/sys/kernel/unprivileged_bpf_disabled"

#ifndef CAP_BPF
#define CAP_BPF	39
#endif

enum { GHOST = 0x7ffffff0 };

static struct nk_prog p[6];
static int dev, peer;
static __u32 other_link;

struct caller {
	const char *name;
	__u64 caps;		/* what uid 65534 keeps */
	bool user_ns, net_ns;
	bool net, sys;		/* is CAP_NET_ADMIN, CAP_SYS_ADMIN of use? */
};

#define CAP(c)	(1ULL << (c))

static const struct caller callers[] = {
	{ .name = "uid 65534" },
	{ .name = "uid 65534 with CAP_BPF", .caps = CAP(CAP_BPF) },
	{ .name = "uid 65534 with CAP_NET_ADMIN", .caps = CAP(CAP_NET_ADMIN),
	  .net = true },
	{ .name = "uid 65534 with CAP_SYS_ADMIN", .caps = CAP(CAP_SYS_ADMIN),
	  .net = true, .sys = true },
	{ .name = "uid 65534 with all but these two",
	  .caps = ~(CAP(CAP_SYS_ADMIN) | CAP(CAP_NET_ADMIN)) },
	{ .name = "root of a user namespace", .user_ns = true },
	{ .name = "root of a user and network namespace", .user_ns = true,
	  .net_ns = true },
};

enum step {
	READY, SHUT, LOAD, ATTACH, BEFORE_FD, BEFORE_ID, BEFORE_LINK_ID, REPLACE,
	ATTACH_BAD_FD, ATTACH_FD_0, ATTACH_NO_DEV, ATTACH_LO, ATTACH_PEER,
	CREATE, CREATE_BAD_FD, CREATE_NO_DEV, UPDATE, INFO, FDINFO, BY_ID,
	NEXT_ID, QUERY, QUERY_NO_DEV, QUERY_FLAGS, QUERY_TAIL, QUERY_E2BIG,
	DETACH_NONE_FLAGS, DETACH_NONE_REPLACE, DETACH_NONE_NO_DEV,
	DETACH_NONE_TAIL, DETACH_BAD_FD, DETACH_LINKED, DETACH_NONE,
	DETACH_PROG, LINK_DETACH, STEPS
};

static const char * const step_names[] = {
	[READY] = "becomes that caller",
	[SHUT] = "reads info of a program",
	[LOAD] = "loads a SCHED_CLS program",
	[ATTACH] = "attaches a program it was handed",
	[BEFORE_FD] = "attaches before a descriptor",
	[BEFORE_ID] = "attaches before a program id",
	[BEFORE_LINK_ID] = "attaches before the link id of another device",
	[REPLACE] = "replaces a program",
	[ATTACH_BAD_FD] = "attaches no descriptor",
	[ATTACH_FD_0] = "attaches descriptor 0",
	[ATTACH_NO_DEV] = "attaches to no device",
	[ATTACH_LO] = "attaches to lo",
	[ATTACH_PEER] = "attaches through the peer",
	[CREATE] = "creates a link",
	[CREATE_BAD_FD] = "creates a link of no descriptor",
	[CREATE_NO_DEV] = "creates a link on no device",
	[UPDATE] = "updates a link",
	[INFO] = "reads info of a link",
	[FDINFO] = "reads fdinfo of a link",
	[BY_ID] = "gets a link by id",
	[NEXT_ID] = "iterates links",
	[QUERY] = "queries",
	[QUERY_NO_DEV] = "queries no device",
	[QUERY_FLAGS] = "queries with bad flags",
	[QUERY_TAIL] = "queries with a byte behind the last field",
	[QUERY_E2BIG] = "queries with more than a page",
	[DETACH_NONE_FLAGS] = "detaches no program, bad flags",
	[DETACH_NONE_REPLACE] = "detaches no program, REPLACE",
	[DETACH_NONE_NO_DEV] = "detaches no program from no device",
	[DETACH_NONE_TAIL] = "detaches no program, a byte behind the last field",
	[DETACH_BAD_FD] = "detaches no descriptor",
	[DETACH_LINKED] = "detaches a program that a link owns",
	[DETACH_NONE] = "detaches the first, without program",
	[DETACH_PROG] = "detaches a program it was handed",
	[LINK_DETACH] = "detaches a link",
};

/* What each step should return to this caller, if bpf(2) is shut for it or not */
static long expected(const struct caller *c, enum step s, bool shut)
{
	if (shut)
		return s == READY ? 0 : s == FDINFO ? -ENOENT : -EPERM;
	switch (s) {
	case LOAD:
		return c->sys ? 0 : -EPERM;
	case BEFORE_LINK_ID:
	case DETACH_PROG:
		return s == DETACH_PROG ? 0 : -ENOENT;
	case ATTACH_BAD_FD:
	case CREATE_BAD_FD:
	case DETACH_BAD_FD:
		return -EBADF;
	case ATTACH_FD_0:
	case DETACH_NONE_FLAGS:
	case DETACH_NONE_TAIL:
		return -EINVAL;
	case ATTACH_NO_DEV:
	case CREATE_NO_DEV:
		return -ENODEV;
	case ATTACH_LO:
		return -ENXIO;
	case ATTACH_PEER:
		return -EACCES;
	case BY_ID:
	case NEXT_ID:
		return c->sys ? 0 : -EPERM;
	case QUERY:
		return c->net ? 0 : -EPERM;
	case QUERY_NO_DEV:
		return c->net ? -ENODEV : -EPERM;
	case QUERY_FLAGS:
	case QUERY_TAIL:
		return c->net ? -EINVAL : -EPERM;
	case QUERY_E2BIG:
		return -E2BIG;
	case DETACH_NONE_REPLACE:
		return c->net ? -EINVAL : -EPERM;
	case DETACH_NONE_NO_DEV:
		return c->net ? -ENODEV : -EPERM;
	case DETACH_LINKED:
		return -EBUSY;
	case DETACH_NONE:
		return c->net ? 0 : -EPERM;
	default:
		return 0;
	}
}

static int write_map(const char *file, unsigned int outside)
{
	char text[64];

	snprintf(text, sizeof(text), "0 %u 1", outside);
	return nk_write(file, text);
}

static int become(const struct caller *c)
{
	struct __user_cap_header_struct h = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct d[2] = {};
	__u64 all;

	if (prctl(PR_SET_KEEPCAPS, 1) || setgroups(0, NULL) ||
	    setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		return -errno;
	/* Of those that exist, which are now permitted */
	if (syscall(SYS_capget, &h, d))
		return -errno;
	all = d[0].permitted | (__u64)d[1].permitted << 32;
	all &= c->caps;
	memset(d, 0, sizeof(d));
	d[0].permitted = all;
	d[0].effective = all;
	d[1].permitted = all >> 32;
	d[1].effective = all >> 32;
	if (syscall(SYS_capset, &h, d))
		return -errno;
	/* For /proc/self to be ours again */
	prctl(PR_SET_DUMPABLE, 1);
	if (c->user_ns) {
		if (unshare(CLONE_NEWUSER | (c->net_ns ? CLONE_NEWNET : 0)))
			return -errno;
		nk_write("/proc/self/setgroups", "deny");
		if (write_map("/proc/self/uid_map", NOBODY) ||
		    write_map("/proc/self/gid_map", NOBODY))
			return -EIO;
		if (getuid())
			return -EIO;
	}
	return 0;
}

static void steps(const struct caller *c, int type, volatile long *r)
{
	char path[64], text[512];
	union {
		union nk_attr a;
		__u8 bytes[8192];
	} u;
	struct nk_link_info info;
	__u32 id = 0;
	__u8 prog_info[64];
	__u32 len = sizeof(prog_info);
	int link, fd;

	r[READY] = become(c);
	if (r[READY])
		return;
	if (c->net_ns) {
		/* Its own namespace: it may make devices there */
		dev = nk_pair("nk0", "nk1", "");
		peer = nk_dev("nk1");
	}
	memset(prog_info, 0, sizeof(prog_info));
	r[SHUT] = bpf_obj_get_info_by_fd(p[0].fd, prog_info, &len);
	fd = nk_load_verdict(BPF_PROG_TYPE_SCHED_CLS, "GPL", 0, NK_NEXT);
	r[LOAD] = fd < 0 ? fd : 0;

	r[ATTACH] = nk_attach(p[0].fd, dev, type);
	r[BEFORE_FD] = nk_attach(p[1].fd, dev, type, .flags = NK_F_BEFORE,
				 .relative = p[0].fd);
	r[BEFORE_ID] = nk_attach(p[2].fd, dev, type,
				 .flags = NK_F_BEFORE | NK_F_ID,
				 .relative = p[1].id);
	r[BEFORE_LINK_ID] = nk_attach(p[3].fd, dev, type,
				      .flags = NK_F_BEFORE | NK_F_ID |
					       NK_F_LINK,
				      .relative = other_link);
	r[REPLACE] = nk_attach(p[3].fd, dev, type, .flags = NK_F_REPLACE,
			       .replace_fd = p[0].fd);
	r[ATTACH_BAD_FD] = nk_attach(NK_BAD_FD, dev, type);
	r[ATTACH_FD_0] = nk_attach(0, dev, type);
	r[ATTACH_NO_DEV] = nk_attach(p[4].fd, GHOST, type);
	r[ATTACH_LO] = nk_attach(p[4].fd, nk_dev("lo"), type);
	r[ATTACH_PEER] = nk_attach(p[4].fd, peer, type);
	link = nk_link(p[4].fd, dev, type);
	r[CREATE] = link < 0 ? link : 0;
	r[CREATE_BAD_FD] = nk_link(NK_BAD_FD, dev, type);
	r[CREATE_NO_DEV] = nk_link(p[5].fd, GHOST, type);
	r[UPDATE] = nk_update(link, p[5].fd, NK_F_REPLACE, p[4].fd);
	r[INFO] = nk_link_info(link, &info);
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", link);
	r[FDINFO] = nk_read(path, text, sizeof(text));
	r[FDINFO] = r[FDINFO] < 0 ? r[FDINFO] :
		    strstr(text, "attach_type:\t") ? 0 : -EIO;
	fd = bpf_link_get_fd_by_id(info.id);
	r[BY_ID] = fd < 0 ? fd : 0;
	r[NEXT_ID] = bpf_link_get_next_id(id, &id);
	r[QUERY] = nk_query(dev, type).err;
	r[QUERY_NO_DEV] = nk_query(GHOST, type).err;
	memset(&u, 0, sizeof(u));
	u.a.query.target_ifindex = dev;
	u.a.query.attach_type = type;
	u.a.query.query_flags = 1U << 7;
	r[QUERY_FLAGS] = nk_bpf(NK_CMD_PROG_QUERY, &u, 64);
	u.a.query.query_flags = 0;
	u.bytes[68] = 1;
	r[QUERY_TAIL] = nk_bpf(NK_CMD_PROG_QUERY, &u, 72);
	u.bytes[68] = 0;
	r[QUERY_E2BIG] = nk_bpf(NK_CMD_PROG_QUERY, &u, 4097);
	r[DETACH_NONE_FLAGS] = nk_detach(0, dev, type, .flags = 1);
	r[DETACH_NONE_REPLACE] = nk_detach(0, dev, type,
					   .flags = NK_F_REPLACE);
	r[DETACH_NONE_NO_DEV] = nk_detach(0, GHOST, type);
	memset(&u, 0, sizeof(u));
	u.a.attach.target_ifindex = dev;
	u.a.attach.attach_type = type;
	u.bytes[36] = 1;
	r[DETACH_NONE_TAIL] = nk_bpf(NK_CMD_PROG_DETACH, &u, 64);
	r[DETACH_BAD_FD] = nk_detach(NK_BAD_FD, dev, type);
	r[DETACH_LINKED] = nk_detach(p[5].fd, dev, type);
	/* The list is p2 p1 p3, and p5 by the link */
	r[DETACH_NONE] = nk_detach(0, dev, type, .flags = NK_F_BEFORE);
	r[DETACH_PROG] = nk_detach(p[1].fd, dev, type);
	r[LINK_DETACH] = bpf_link_detach(link);
}

static void run(const struct caller *c, int type, const char *knob)
{
	enum { NONE = 424242 };
	volatile long *r;
	int status = 0, i;
	bool shut;
	pid_t pid;

	r = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (r == MAP_FAILED)
		nk_die("map a page");
	for (i = 0; i < STEPS; i++)
		r[i] = NONE;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		steps(c, type, r);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	shut = strcmp(knob, "0") && r[SHUT] == -EPERM &&
	       !(c->caps & (CAP(CAP_BPF) | CAP(CAP_SYS_ADMIN)));
	for (i = 0; i < STEPS; i++)
		nk_is(r[i], expected(c, i, shut),
		      "%s, attach type %d, knob %s: %s",
		      c->name, type, knob, step_names[i]);
	nk_is(status, 0, "%s: the caller ended well", c->name);
	while (nk_query(dev, type).count)
		if (nk_detach(0, dev, type))
			nk_die("tidy up");
	munmap((void *)r, 4096);
}

int main(void)
{
	/* 1 cannot be taken back, and refuses the same calls as 2 does */
	static const char * const knobs[] = { "0", "2" };
	char was[16] = "";
	unsigned int i, k;
	int type, link;

	nk_init();
	dev = nk_pair("nk0", "nk1", "");
	peer = nk_dev("nk1");
	for (i = 0; i < 6; i++)
		p[i] = nk_prog(NK_NEXT);
	link = nk_link(p[0].fd, nk_pair("other0", "other1", ""), NK_PRIMARY);
	if (link < 0)
		nk_die("make a link of another device");
	other_link = nk_link_id(link);
	if (nk_read(KNOB, was, sizeof(was)) < 0)
		nk_die("read " KNOB);
	was[strcspn(was, "\n")] = 0;

	for (k = 0; k < 2; k++) {
		/* Somebody locked it: then it is tested as it is, once */
		if (!strcmp(was, "1") && k)
			break;
		if (strcmp(was, "1"))
			nk_is(nk_write(KNOB, knobs[k]), 0,
			      "set kernel.unprivileged_bpf_disabled to %s",
			      knobs[k]);
		for (i = 0; i < sizeof(callers) / sizeof(callers[0]); i++)
			for (type = NK_PRIMARY; type <= NK_PEER; type++)
				run(&callers[i], type,
				    strcmp(was, "1") ? knobs[k] : was);
	}
	if (strcmp(was, "1"))
		nk_is(nk_write(KNOB, was), 0, "put it back to %s", was);
	return nk_exit();
}
