// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many processors and all commands at once, on a pair that is deleted and made
 * again meanwhile, with packets in both directions: nothing but the documented
 * errors, nothing left afterwards, and (the runner looks) an empty kernel log.
 * EAGAIN is among them: a link found by an id that is not given out yet. The
 * core may complain of a packet for a device that is on its way out.
 *
 * netkit-vm: kmsg=selects TX queue 0, but real number of TX queues is 0
 */
#include "../lib/nk.h"
#include <pthread.h>

#define NPROGS	12
#define THREADS	4

#define MAKE_PAIR	"ip link add nk0 index 777 type netkit peer name nk1 " \
			"&& ip link set nk0 up && ip link set nk1 up"

enum { ATTACH, DETACH, CREATE, UPDATE, LINK_DETACH, QUERY, INFO, RELATIVE,
	SEND, RENEW, KINDS };

static const char * const kinds[] = { "attach", "detach", "link create",
	"link update", "link detach", "query", "info", "relative link id",
	"send", "device renewal" };

static struct nk_prog p[NPROGS];
static int links[16];			/* swapped in and out atomically */
static unsigned long won[KINDS], tried[KINDS], again, odd[KINDS];
static int odd_errno[KINDS];
static int stop, ifindex = 777;
static __u32 newest;			/* id of a link, about the newest */

static unsigned int rnd(unsigned int *s, unsigned int n)
{
	*s = *s * 1103515245 + 12345;
	return (*s >> 8) % n;
}

static bool among(int err, const int *list)
{
	while (*list && *list != -err)
		list++;
	return *list;
}

#define AMONG(err, ...)	among(err, (const int[]) { __VA_ARGS__, 0 })

static void result(int kind, int got, bool expected)
{
	__atomic_add_fetch(&tried[kind], 1, __ATOMIC_RELAXED);
	if (got >= 0) {
		__atomic_add_fetch(&won[kind], 1, __ATOMIC_RELAXED);
	} else if (got == -ENODEV) {
		/* Do not keep those from the lock who make it again */
		nk_msleep(5);
	}
	if (got < 0 && !expected) {
		__atomic_add_fetch(&odd[kind], 1, __ATOMIC_RELAXED);
		odd_errno[kind] = got;
	}
}

/* Take a link out of the table, or put one in; what is pushed out is closed */
static int take(unsigned int at)
{
	return __atomic_exchange_n(&links[at], -1, __ATOMIC_ACQ_REL);
}

static void put(unsigned int at, int fd)
{
	fd = __atomic_exchange_n(&links[at], fd, __ATOMIC_ACQ_REL);
	if (fd >= 0)
		close(fd);
}

static void read_fdinfo(int fd)
{
	char path[64], text[512];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	nk_read(path, text, sizeof(text));
}

static void *worker(void *arg)
{
	unsigned int s = (unsigned long)arg * 7919 + time(NULL), at;
	struct nk_link_info info;
	struct nk_list l;
	int type, fd, err, a, b;
	struct nk_opt o;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		type = NK_PRIMARY + rnd(&s, 2);
		a = rnd(&s, NPROGS);
		b = rnd(&s, NPROGS);
		at = rnd(&s, 16);
		o = NK_OPT(0);
		switch (rnd(&s, 10)) {
		case 0:
			if (rnd(&s, 2)) {
				o.flags = NK_F_BEFORE;
				o.relative = rnd(&s, 2) ? p[b].fd : 0;
			} else if (rnd(&s, 2)) {
				o.flags = NK_F_REPLACE;
				o.replace_fd = p[b].fd;
			}
			err = nk_attach_opt(p[a].fd, ifindex, type, o);
			result(ATTACH, err, AMONG(err, EEXIST, ENOENT, ENODEV,
						  EBUSY));
			break;
		case 1:
			err = nk_detach(rnd(&s, 2) ? p[a].fd : 0, ifindex,
					type);
			result(DETACH, err, AMONG(err, ENOENT, EBUSY, ENODEV));
			break;
		case 2:
		case 3:
			if (rnd(&s, 2)) {
				o.flags = NK_F_AFTER;
				o.relative = rnd(&s, 2) ? p[b].fd : 0;
			}
			fd = nk_link_opt(p[a].fd, ifindex, type, o);
			result(CREATE, fd, AMONG(fd, EEXIST, ENOENT, ENODEV));
			if (fd < 0)
				break;
			__atomic_store_n(&newest, nk_link_id(fd),
					 __ATOMIC_RELAXED);
			put(at, fd);
			break;
		case 4:
			fd = take(at);
			if (fd < 0)
				break;
			err = nk_update(fd, p[a].fd,
					rnd(&s, 4) ? 0 : NK_F_REPLACE,
					p[b].fd);
			/* libbpf's complaint about an unused old program */
			if (err == -EINVAL)
				err = nk_update(fd, p[a].fd, 0, 0);
			result(UPDATE, err, AMONG(err, EEXIST, ENOLINK, EPERM));
			put(at, fd);
			break;
		case 5:
			fd = take(at);
			if (fd < 0)
				break;
			err = bpf_link_detach(fd);
			result(LINK_DETACH, err, false);
			close(fd);
			break;
		case 6:
			l = nk_query(ifindex, type);
			result(QUERY, l.err, AMONG(l.err, ENODEV));
			break;
		case 7:
			fd = bpf_link_get_fd_by_id(newest);
			if (fd < 0)
				break;
			err = nk_link_info(fd, &info);
			result(INFO, err, false);
			read_fdinfo(fd);
			close(fd);
			break;
		case 8:
			o.flags = NK_F_BEFORE | NK_F_LINK | NK_F_ID;
			o.relative = newest + rnd(&s, 3);
			err = nk_attach_opt(p[a].fd, ifindex, type, o);
			if (err == -EAGAIN)
				__atomic_add_fetch(&again, 1,
						   __ATOMIC_RELAXED);
			result(RELATIVE, err, AMONG(err, EAGAIN, ENOENT, ENODEV,
						    EEXIST));
			break;
		default:
			err = nk_send(ifindex);
			result(SEND, err, AMONG(err, ENXIO, ENODEV, ENETDOWN,
						ENOBUFS));
			break;
		}
	}
	return NULL;
}

/* Delete the pair and make it again, with the same number */
static void *renewer(void *arg)
{
	int err;

	(void)arg;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		nk_msleep(700);
		err = system("ip link del nk0 && " MAKE_PAIR);
		result(RENEW, err ? -EIO : 0, false);
	}
	return NULL;
}

/* Was the last reference to a program dropped? The kernel does so later. */
static bool freed(__u32 id)
{
	int i, fd;

	for (i = 0; i < 1000; i++) {
		fd = bpf_prog_get_fd_by_id(id);
		if (fd < 0)
			return true;
		close(fd);
		nk_msleep(10);
	}
	return false;
}

int main(void)
{
	const char *scale = getenv("NK_ROUNDS");
	int seconds = 8, i, left = 0;
	pthread_t t[THREADS + 1];

	nk_init();
	if (scale && atoi(scale) > seconds)
		seconds = atoi(scale);
	for (i = 0; i < NPROGS; i++)
		p[i] = nk_prog(i % 4 == 3 ? NK_PASS : NK_NEXT);
	for (i = 0; i < 16; i++)
		links[i] = -1;
	if (system(MAKE_PAIR))
		nk_die("make a pair");
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&t[i], NULL, worker, (void *)(long)i))
			nk_die("start a thread");
	if (pthread_create(&t[THREADS], NULL, renewer, NULL))
		nk_die("start a thread");
	nk_msleep(seconds * 1000);
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i <= THREADS; i++)
		pthread_join(t[i], NULL);

	for (i = 0; i < KINDS; i++) {
		if (!nk_ok(!odd[i] && won[i], "%s: only expected errors, and successes",
			   kinds[i]))
			note("%lu odd ones, the last %s", odd[i],
			     nk_errname(odd_errno[i]));
		note("%s: %lu of %lu succeed", kinds[i], won[i], tried[i]);
	}
	note("%lu links were found before they were settled (EAGAIN)", again);
	for (i = 0; i < 16; i++)
		put(i, -1);
	nk_is(nk_query(ifindex, NK_PRIMARY).err, 0, "the pair is there");
	nk_sh("ip link del nk0");
	for (i = 0; i < NPROGS; i++) {
		close(p[i].fd);
		left += !freed(p[i].id);
	}
	nk_is(left, 0, "programs that are left when all has gone");
	return nk_exit();
}
