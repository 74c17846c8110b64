// SPDX-License-Identifier: GPL-2.0-only
/*
 * netkit by what libbpf 0.3 has, which knows nothing of it and takes the attach
 * type as a number; what is used here, later releases have too. Attaches next
 * by itself and drop through a link, and pins the link.
 *
 *	own_tools_helper DEVICE PIN
 *
 * Prints check lines; leaves the link behind.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <net/if.h>
#include <stdio.h>
#include "../lib/tap.h"

#define NETKIT_PRIMARY	54
#define NETKIT_PEER	55
#define NETKIT_LINK	13

static int load(struct bpf_object *obj, const char *name, __u32 *id)
{
	struct bpf_program *p = bpf_object__find_program_by_name(obj, name);
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	int fd = p ? bpf_program__fd(p) : -1;

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &len))
		bail("program %s is loaded", name);
	*id = info.id;
	return fd;
}

static void attached(int ifindex, int end, const char *what, __u32 count,
		     __u32 first, __u32 second)
{
	__u32 ids[4] = {}, n = 4, flags = 1;
	int err = bpf_prog_query(ifindex, end, 0, &flags, ids, &n);

	if (!ok(!err && n == count && !flags && ids[0] == first &&
		ids[1] == second, "query: %s", what))
		note("%d, flags %u, %u programs: %u %u", err, flags, n, ids[0],
		     ids[1]);
}

int main(int argc, char **argv)
{
	struct bpf_link_info info = {};
	struct bpf_object *obj;
	__u32 next_id, drop_id, len = sizeof(info);
	int ifindex, next, drop, link;

	if (argc != 3)
		return 2;
	ifindex = if_nametoindex(argv[1]);
	obj = bpf_object__open_file("own_tools.bpf.o", NULL);
	if (libbpf_get_error(obj) || bpf_object__load(obj))
		bail("the object is loaded");
	next = load(obj, "next", &next_id);
	drop = load(obj, "drop", &drop_id);

	attached(ifindex, NETKIT_PRIMARY, "nothing", 0, 0, 0);
	ok(!bpf_prog_attach(next, ifindex, NETKIT_PRIMARY, 0),
	   "bpf_prog_attach(), primary");
	ok(!bpf_prog_attach(next, ifindex, NETKIT_PEER, 0),
	   "bpf_prog_attach(), peer");
	attached(ifindex, NETKIT_PRIMARY, "next", 1, next_id, 0);
	ok(bpf_prog_attach(next, ifindex, NETKIT_PRIMARY, 0) &&
	   errno == EEXIST, "bpf_prog_attach() once more: EEXIST");

	link = bpf_link_create(next, ifindex, NETKIT_PRIMARY, NULL);
	ok(link < 0 && errno == EEXIST, "bpf_link_create() of the same: EEXIST");
	link = bpf_link_create(drop, ifindex, NETKIT_PRIMARY, NULL);
	ok(link >= 0, "bpf_link_create()");
	attached(ifindex, NETKIT_PRIMARY, "next, drop", 2, next_id, drop_id);
	ok(!bpf_prog_detach2(next, ifindex, NETKIT_PRIMARY),
	   "bpf_prog_detach2()");
	attached(ifindex, NETKIT_PRIMARY, "drop", 1, drop_id, 0);
	attached(ifindex, NETKIT_PEER, "next at the peer", 1, next_id, 0);

	ok(!bpf_link_update(link, next, NULL), "bpf_link_update()");
	attached(ifindex, NETKIT_PRIMARY, "next", 1, next_id, 0);
	ok(!bpf_link_update(link, drop, NULL), "bpf_link_update(), back");
	ok(!bpf_obj_get_info_by_fd(link, &info, &len) &&
	   info.type == NETKIT_LINK && info.prog_id == drop_id,
	   "bpf_obj_get_info_by_fd() of the link");
	ok(!bpf_obj_pin(link, argv[2]), "bpf_obj_pin()");
	/* The test that runs this goes on, and the runner counts the checks */
	return 0;
}
