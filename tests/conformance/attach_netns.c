// SPDX-License-Identifier: GPL-2.0-only
/*
 * Links, devices and namespaces that end in any order: the primary in one
 * namespace, the peer in another, calls made from a third, the last reference
 * dropped anywhere. A namespace dies in a worker, so its end is waited for.
 */
#include "../lib/nk.h"
#include <signal.h>

#define PIN	"/sys/fs/bpf/nk_netns"

static struct nk_prog p[4];
static int home;			/* the namespace of this test */

static const char *end_name(int type)
{
	return type == NK_PRIMARY ? "primary" : "peer";
}

static void enter(int ns)
{
	if (setns(ns, CLONE_NEWNET))
		nk_die("enter a namespace");
}

/* A new namespace, which lives as long as the descriptor; we stay here */
static int new_ns(void)
{
	int here = nk_netns_fd(), ns;

	nk_new_netns();
	ns = nk_netns_fd();
	enter(here);
	close(here);
	return ns;
}

/*
 * A pair with the primary in one and the peer in another namespace; returns
 * the primary's ifindex, *peer the other's. We are in the primary's after.
 */
static int spread(int primary_ns, int peer_ns, int *peer)
{
	int dev;

	enter(primary_ns);
	/* Numbers differ, so that a mix-up shows */
	nk_sh("ip link add nk0 index 1234 type netkit peer name nk1");
	nk_sh("ip link set nk1 netns /proc/%d/fd/%d", getpid(), peer_ns);
	nk_sh("ip link set nk0 up");
	dev = nk_dev("nk0");
	enter(peer_ns);
	nk_sh("ip link set nk1 up");
	*peer = nk_dev("nk1");
	enter(primary_ns);
	return dev;
}

static __u32 info_ifindex(int link)
{
	struct nk_link_info info;

	if (nk_link_info(link, &info))
		nk_die("read a link's info");
	return info.ifindex;
}

/* Wait until a link has lost its device */
static bool lost(int link)
{
	int i;

	for (i = 0; i < 1000 && info_ifindex(link); i++)
		nk_msleep(10);
	return !info_ifindex(link);
}

/* The caller's namespace decides which device is meant, not who made it */
static void whose(int type)
{
	const char *e = end_name(type);
	int a = new_ns(), b = new_ns(), peer, dev, link;

	dev = spread(a, b, &peer);
	nk_is(nk_attach(p[0].fd, dev, type), 0,
	      "%s: attach in the primary's namespace", e);
	link = nk_link(p[1].fd, dev, type);
	nk_good(link, "%s: link in the primary's namespace", e);
	nk_is(info_ifindex(link), type == NK_PRIMARY ? dev : peer,
	      "%s: its info has that end's number in that end's namespace",
	      e);
	enter(b);
	nk_is(nk_attach(p[2].fd, peer, type), -EACCES,
	      "%s: attach in the peer's namespace, through the peer", e);
	nk_is(nk_detach(p[0].fd, peer, type), -EACCES,
	      "%s: detach in the peer's namespace, through the peer", e);
	nk_is(nk_link(p[2].fd, peer, type), -EACCES,
	      "%s: link in the peer's namespace, through the peer", e);
	nk_is(nk_query(peer, type).err, -EACCES,
	      "%s: query in the peer's namespace, through the peer", e);
	nk_is(nk_attach(p[2].fd, dev, type), -ENODEV,
	      "%s: attach in the peer's namespace by the primary's number",
	      e);
	nk_is(nk_query(dev, type).err, -ENODEV,
	      "%s: query in the peer's namespace by the primary's number", e);
	enter(home);
	nk_is(nk_attach(p[2].fd, dev, type), -ENODEV,
	      "%s: attach from a third namespace", e);
	nk_is(nk_detach(p[0].fd, dev, type), -ENODEV,
	      "%s: detach from a third namespace", e);
	nk_is(nk_link(p[2].fd, dev, type), -ENODEV,
	      "%s: link from a third namespace", e);
	nk_is(nk_query(dev, type).err, -ENODEV,
	      "%s: query from a third namespace", e);
	/* A link is its own handle, wherever its holder is */
	nk_is(nk_update(link, p[2].fd, NK_F_REPLACE, p[1].fd), 0,
	      "%s: update from a third namespace", e);
	enter(a);
	nk_order(dev, type, 0, "both are there, one updated", p[0].id,
		 p[2].id);
	enter(b);
	nk_is(bpf_link_detach(link), 0,
	      "%s: detach a link in the peer's namespace", e);
	enter(a);
	nk_order(dev, type, 0, "the bare program is left", p[0].id);
	enter(home);
	close(link);
	close(a);
	close(b);
}

/* The last reference dropped in a namespace that has nothing to do with it */
static void dropped_outside(int type)
{
	const char *e = end_name(type);
	int a = new_ns(), b = new_ns(), peer, dev, link;

	dev = spread(a, b, &peer);
	link = nk_link(p[0].fd, dev, type);
	enter(home);
	close(link);
	enter(a);
	nk_order(dev, type, 1, "closed in a third namespace: detached");
	link = nk_link(p[0].fd, dev, type);
	enter(b);
	close(link);
	enter(a);
	nk_order(dev, type, 1, "closed in the peer's namespace: detached");

	unlink(PIN);
	link = nk_link(p[0].fd, dev, type);
	nk_is(bpf_obj_pin(link, PIN), 0, "%s: pin a link", e);
	close(link);
	enter(home);
	nk_is(unlink(PIN), 0, "%s: remove the pin in a third namespace", e);
	enter(a);
	nk_wait_count(dev, type, 0);
	nk_order(dev, type, 1, "pin removed in a third namespace: detached");
	enter(home);
	close(a);
	close(b);
}

/* A namespace that holds one of the ends dies, the link is held elsewhere */
static void namespace_dies(int type, bool primarys, bool pinned)
{
	const char *e = end_name(type);
	const char *whose = primarys ? "primary's" : "peer's";
	int a = new_ns(), b = new_ns(), peer, dev, link, i;

	dev = spread(a, b, &peer);
	nk_is(nk_attach(p[1].fd, dev, type), 0, "%s: a bare program", e);
	link = nk_link(p[0].fd, dev, type);
	if (pinned)
		nk_is(bpf_obj_pin(link, PIN), 0, "%s: pin a link", e);
	enter(home);
	close(primarys ? a : b);
	nk_ok(lost(link), "%s: the %s namespace dies: the link has no device",
	      e, whose);
	nk_is(nk_update(link, p[2].fd, 0, 0), -ENOLINK,
	      "%s: updating it says ENOLINK", e);
	nk_is(bpf_link_detach(link), 0, "%s: detaching it is no error", e);
	enter(primarys ? b : a);
	for (i = 0; i < 1000 && (if_nametoindex("nk0") ||
				 if_nametoindex("nk1")); i++)
		nk_msleep(10);
	nk_ok(!if_nametoindex("nk0") && !if_nametoindex("nk1"),
	      "%s: the other end goes as well", e);
	enter(home);
	if (pinned) {
		close(link);
		link = bpf_obj_get(PIN);
		nk_good(link, "%s: the pin survives", e);
		nk_is(info_ifindex(link), 0, "%s: without a device", e);
		nk_is(unlink(PIN), 0, "%s: remove it", e);
	}
	close(link);
	close(primarys ? b : a);
}

/* Who holds namespace and link dies: both go at once, in whatever order */
static void holder_dies(int type, int rounds)
{
	const char *e = end_name(type);
	__u32 id = 0, *shared;
	int i, j, left = 0, made = 0;

	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		nk_die("map a page");
	fflush(stdout);
	for (i = 0; i < rounds; i++) {
		pid_t pid = fork();

		*shared = 0;
		if (!pid) {
			int link;

			nk_new_netns();
			link = nk_link(p[0].fd, nk_pair("nk0", "nk1", ""),
				       type);
			nk_attach(p[1].fd, nk_dev("nk0"), type);
			*shared = link < 0 ? 0 : nk_link_id(link);
			/* Each round ends differently */
			if (i % 3 == 1)
				nk_sh("ip link del nk%d", i % 2);
			if (i % 3 == 2)
				kill(getpid(), SIGKILL);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
		id = *shared;
		made += id != 0;
		for (j = 0; j < 1000; j++) {
			int fd = bpf_link_get_fd_by_id(id);

			if (fd < 0)
				break;
			close(fd);
			nk_msleep(10);
		}
		left += j == 1000;
	}
	nk_ok(made == rounds && !left,
	      "%s: %d of %d holders with namespace and link died, %d links left",
	      e, made, rounds, left);
	munmap(shared, 4096);
}

/* Links closed while the namespace of the device is being deleted */
static void closed_during(int type, int rounds)
{
	int i, good = 0;

	fflush(stdout);
	for (i = 0; i < rounds; i++) {
		int a = new_ns(), b = new_ns(), peer, dev, l1, l2;

		dev = spread(a, b, &peer);
		l1 = nk_link(p[0].fd, dev, NK_PRIMARY);
		l2 = nk_link(p[1].fd, dev, NK_PEER);
		good += l1 >= 0 && l2 >= 0;
		enter(home);
		close(type == NK_PRIMARY ? a : b);
		nk_msleep(i % 8);
		close(l1);
		close(type == NK_PRIMARY ? b : a);
		nk_msleep(i % 3);
		close(l2);
	}
	nk_is(good, rounds, "%s's namespace: %d rounds of closing links meanwhile",
	      end_name(type), rounds);
}

/* A pair that moves to another namespace keeps its programs and links */
static void moved(int type)
{
	const char *e = end_name(type);
	int a = new_ns(), b = new_ns(), c = new_ns(), peer, dev, link;
	__u64 rev;

	dev = spread(a, b, &peer);
	link = nk_link(p[0].fd, dev, type);
	nk_is(nk_attach(p[1].fd, dev, type), 0, "%s: a program", e);
	rev = nk_query(dev, type).revision;
	nk_sh("ip link set nk0 netns /proc/%d/fd/%d name moved0", getpid(), c);
	nk_is(nk_query(dev, type).err, -ENODEV,
	      "%s: the primary left its namespace", e);
	enter(c);
	dev = nk_dev("moved0");
	nk_order(dev, type, rev, "it has its programs in the new one",
		 p[0].id, p[1].id);
	nk_is(info_ifindex(link), type == NK_PRIMARY ? dev : peer,
	      "%s: the link names it there", e);
	enter(b);
	nk_sh("ip link set nk1 down && ip link set nk1 name eth0");
	nk_sh("ip link property add dev eth0 altname container");
	nk_sh("ip link set eth0 netns /proc/%d/fd/%d", getpid(), a);
	enter(a);
	peer = nk_dev("eth0");
	nk_is(info_ifindex(link), type == NK_PRIMARY ? dev : peer,
	      "%s: and after the peer moved", e);
	enter(c);
	nk_order(dev, type, rev, "programs are still there", p[0].id,
		 p[1].id);
	nk_is(nk_update(link, p[2].fd, 0, 0), 0, "%s: the link works", e);
	nk_order(dev, type, rev + 1, "updated", p[2].id, p[1].id);
	enter(home);
	close(link);
	close(a);
	close(b);
	close(c);
}

int main(void)
{
	int type, i;

	nk_init();
	home = nk_netns_fd();
	unlink(PIN);
	for (i = 0; i < 4; i++)
		p[i] = nk_prog(NK_NEXT);
	for (type = NK_PRIMARY; type <= NK_PEER; type++) {
		whose(type);
		dropped_outside(type);
		namespace_dies(type, true, false);
		namespace_dies(type, false, false);
		namespace_dies(type, true, true);
		namespace_dies(type, false, true);
		moved(type);
		holder_dies(type, 6);
		closed_during(type, 12);
	}
	return nk_exit();
}
