/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bpf(2) calls for the tests of the module: some that are netkit's and some
 * that are not, each with the answer that it must get, and calls that are
 * held inside the kernel by a page of their own that does not come.
 */
#ifndef NK_CALLS_H
#define NK_CALLS_H

#include "../lib/nk.h"
#include <pthread.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>

#define NK_MODULE	"netkit_backport"
#define NK_NO_IFINDEX	0xffffffffU
#define NK_XDP		37	/* BPF_XDP */
#define NK_CGROUP	0	/* BPF_CGROUP_INET_INGRESS */
#define NK_UNKNOWN	200	/* no attach type of any kernel */

/* One call: command, arguments, the answer */
struct nk_call {
	const char *what;
	int cmd;
	unsigned int size;
	long want;		/* 1: a new file descriptor */
	union nk_attr attr;
};

/* Calls that have nothing to do with netkit */
static inline int nk_foreign_calls(struct nk_call *c, int prog)
{
	int n = 0;

	memset(c, 0, 6 * sizeof(*c));
	c[n] = (struct nk_call){ "map create", BPF_MAP_CREATE, 64, 1, {} };
	memcpy(c[n++].attr.bytes, (__u32[]){ BPF_MAP_TYPE_ARRAY, 4, 4, 1 }, 16);
	c[n] = (struct nk_call){ "cgroup query", NK_CMD_PROG_QUERY, 64,
				 -EBADF, {} };
	c[n].attr.query.target_ifindex = NK_BAD_FD;
	c[n++].attr.query.attach_type = NK_CGROUP;
	c[n] = (struct nk_call){ "attach of an unknown type",
				 NK_CMD_PROG_ATTACH, 32, -EINVAL, {} };
	c[n].attr.attach.attach_bpf_fd = prog;
	c[n++].attr.attach.attach_type = NK_UNKNOWN;
	c[n] = (struct nk_call){ "cgroup detach", NK_CMD_PROG_DETACH, 32,
				 -EBADF, {} };
	c[n].attr.attach.target_ifindex = NK_BAD_FD;
	c[n++].attr.attach.attach_type = NK_CGROUP;
	c[n] = (struct nk_call){ "XDP link create", NK_CMD_LINK_CREATE, 64,
				 -EBADF, {} };
	c[n].attr.link_create.prog_fd = NK_BAD_FD;
	c[n++].attr.link_create.attach_type = NK_XDP;
	c[n++] = (struct nk_call){ "no command", 9999, 64, -EINVAL, {} };
	return n;
}

/*
 * Calls that netkit answers, here about a device that is not there: -ENODEV.
 * A kernel without netkit says -EINVAL.
 */
static inline int nk_our_calls(struct nk_call *c, int prog)
{
	int n = 0;

	memset(c, 0, 4 * sizeof(*c));
	c[n] = (struct nk_call){ "netkit link create", NK_CMD_LINK_CREATE, 64,
				 -ENODEV, {} };
	c[n].attr.link_create.prog_fd = prog;
	c[n].attr.link_create.target_ifindex = NK_NO_IFINDEX;
	c[n++].attr.link_create.attach_type = NK_PRIMARY;
	c[n] = (struct nk_call){ "netkit query", NK_CMD_PROG_QUERY, 64,
				 -ENODEV, {} };
	c[n].attr.query.target_ifindex = NK_NO_IFINDEX;
	c[n++].attr.query.attach_type = NK_PEER;
	c[n] = (struct nk_call){ "netkit attach", NK_CMD_PROG_ATTACH, 32,
				 -ENODEV, {} };
	c[n].attr.attach.target_ifindex = NK_NO_IFINDEX;
	c[n].attr.attach.attach_bpf_fd = prog;
	c[n++].attr.attach.attach_type = NK_PEER;
	c[n] = (struct nk_call){ "netkit detach", NK_CMD_PROG_DETACH, 32,
				 -ENODEV, {} };
	c[n].attr.attach.target_ifindex = NK_NO_IFINDEX;
	c[n].attr.attach.attach_bpf_fd = prog;
	c[n++].attr.attach.attach_type = NK_PRIMARY;
	return n;
}

/* The answer to a call, with a new descriptor closed and given as 1 */
static inline long nk_answer(long got)
{
	if (got > 0) {
		close(got);
		return 1;
	}
	return got;
}

static inline long nk_call(const struct nk_call *c)
{
	union nk_attr attr = c->attr;

	return nk_answer(nk_bpf(c->cmd, &attr, c->size));
}

/*
 * The same through a page that is in memory but not in this process's page
 * table: a look at it that must not sleep fails.
 */
static inline long nk_call_unmapped(const struct nk_call *c)
{
	static int fd = -1;
	static pid_t owner;
	void *page;
	long got;

	if (fd < 0 || owner != getpid()) {
		fd = memfd_create("attr", MFD_CLOEXEC);
		if (fd < 0 || ftruncate(fd, 4096))
			nk_die("make a memfd");
		owner = getpid();
	}
	if (pwrite(fd, c->attr.bytes, 64, 0) != 64)
		nk_die("write to a memfd");
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		nk_die("map a memfd");
	got = nk_answer(nk_bpf(c->cmd, page, c->size));
	munmap(page, 4096);
	return got;
}

/* Does a netkit answer? The way clients ask */
static inline long nk_probe(int prog)
{
	struct nk_call c[4];

	nk_our_calls(c, prog);
	return nk_call(&c[0]);
}

/* ---- calls that are held inside the kernel ---- */

enum nk_hold_how {
	NK_HOLD_WHOLE,		/* none of the arguments can be read */
	NK_HOLD_TAIL,		/* all behind the first 16 bytes cannot */
	NK_HOLD_ARRAY,		/* a query: the array of ids cannot be written */
	NK_HOLD_WRITE,		/* a query: the arguments cannot be written */
};

struct nk_held {
	enum nk_hold_how how;
	int uffd, cmd;
	unsigned int size;
	__u8 *pages, *attr;	/* two pages; where the arguments begin */
	union nk_attr content;
	long result;
	pthread_t thread;
};

static inline void *nk_held_thread(void *arg)
{
	struct nk_held *h = arg;

	h->result = nk_bpf(h->cmd, h->attr, h->size);
	return NULL;
}

/*
 * Start a call and wait until it sleeps in the kernel, waiting for a page. The
 * thread that runs it cannot be left behind: release it.
 */
static inline void nk_hold(struct nk_held *h, enum nk_hold_how how,
			   const struct nk_call *c)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffd_msg msg;
	struct pollfd p;

	memset(h, 0, sizeof(*h));
	h->how = how;
	h->cmd = c->cmd;
	h->size = c->size;
	h->content = c->attr;
	h->pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	h->uffd = syscall(__NR_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (how == NK_HOLD_WRITE)
		api.features = UFFD_FEATURE_PAGEFAULT_FLAG_WP;
	if (h->pages == MAP_FAILED || h->uffd < 0 ||
	    ioctl(h->uffd, UFFDIO_API, &api))
		nk_die("open a userfaultfd");

	/* The second page is the one that does not come. */
	reg.range.start = (unsigned long)h->pages + 4096;
	reg.range.len = 4096;
	h->attr = h->pages + 4096;
	switch (how) {
	case NK_HOLD_WHOLE:
		break;
	case NK_HOLD_TAIL:
		h->attr -= 16;
		memcpy(h->attr, &h->content, 16);
		break;
	case NK_HOLD_ARRAY:
		h->attr = h->pages;
		h->content.query.prog_ids = reg.range.start;
		h->content.query.count = 1;
		memcpy(h->attr, &h->content, 64);
		break;
	case NK_HOLD_WRITE:
		memcpy(h->attr, &h->content, 64);
		reg.mode = UFFDIO_REGISTER_MODE_WP;
		break;
	}
	if (ioctl(h->uffd, UFFDIO_REGISTER, &reg))
		nk_die("register a page with userfaultfd");
	if (how == NK_HOLD_WRITE) {
		struct uffdio_writeprotect wp = {
			.range = reg.range,
			.mode = UFFDIO_WRITEPROTECT_MODE_WP,
		};

		if (ioctl(h->uffd, UFFDIO_WRITEPROTECT, &wp))
			nk_die("protect a page with userfaultfd");
	}

	if (pthread_create(&h->thread, NULL, nk_held_thread, h))
		nk_die("start a thread");
	p = (struct pollfd){ .fd = h->uffd, .events = POLLIN };
	if (poll(&p, 1, 20000) != 1 ||
	    read(h->uffd, &msg, sizeof(msg)) != sizeof(msg) ||
	    msg.event != UFFD_EVENT_PAGEFAULT)
		nk_die("a call is held by a page that does not come");
}

/* Let the page come; returns the answer of the call, -ETIME if there is none */
static inline long nk_release(struct nk_held *h)
{
	unsigned long page = (unsigned long)h->pages + 4096;
	__u8 content[4096] = {};
	struct timespec limit;
	long err;

	if (h->how == NK_HOLD_WRITE) {
		struct uffdio_writeprotect wp = { .range = { page, 4096 } };

		err = ioctl(h->uffd, UFFDIO_WRITEPROTECT, &wp);
	} else {
		struct uffdio_copy copy = {
			.dst = page,
			.src = (unsigned long)content,
			.len = 4096,
		};

		if (h->how == NK_HOLD_WHOLE)
			memcpy(content, &h->content, 64);
		else if (h->how == NK_HOLD_TAIL)
			memcpy(content, h->content.bytes + 16, 48);
		err = ioctl(h->uffd, UFFDIO_COPY, &copy);
	}
	if (err)
		nk_die("give a held call its page");
	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += 30;
	if (pthread_timedjoin_np(h->thread, NULL, &limit))
		return -ETIME;
	if (h->how == NK_HOLD_ARRAY || h->how == NK_HOLD_WRITE)
		memcpy(&h->content, h->attr, 64);
	close(h->uffd);
	munmap(h->pages, 8192);
	return h->result;
}

/* ---- the module ---- */

static inline bool nk_loaded(void)
{
	return !access("/sys/module/" NK_MODULE, F_OK);
}

/*
 * Unload: 0 or -errno, -EAGAIN meaning "in use". -ETIME if it takes longer
 * than a minute; the attempt then still goes on.
 */
static inline long nk_unload(void)
{
	pid_t pid = fork();
	int i, status;

	if (pid < 0)
		nk_die("fork");
	if (!pid) {
		long r = syscall(__NR_delete_module, NK_MODULE, O_NONBLOCK);

		_exit(r ? errno : 0);
	}
	for (i = 0; i < 6000; i++) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
		nk_msleep(10);
	}
	return -ETIME;
}

/* Unload as soon as nothing uses it any more, which may take a moment */
static inline long nk_unload_soon(void)
{
	time_t end = time(NULL) + 60;
	long got = nk_unload();

	while (got == -EAGAIN && time(NULL) < end) {
		nk_msleep(50);
		got = nk_unload();
	}
	return got;
}

#endif /* NK_CALLS_H */
