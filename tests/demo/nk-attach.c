// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attach a program of a BPF object to a netkit device with libbpf, through a
 * bpf_link that is pinned, so that it outlives this process. The program's
 * section name, netkit/primary or netkit/peer, says to which end.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

int main(int argc, char **argv)
{
	LIBBPF_OPTS(bpf_netkit_opts, opts);
	struct bpf_link_info info = {};
	__u32 len = sizeof(info);
	struct bpf_program *prog;
	struct bpf_object *obj;
	struct bpf_link *link;
	int ifindex, err;

	if (argc != 5) {
		fprintf(stderr, "usage: nk-attach OBJECT PROGRAM DEVICE PIN\n");
		return 2;
	}
	ifindex = if_nametoindex(argv[3]);
	if (!ifindex) {
		fprintf(stderr, "no device %s: %s\n", argv[3], strerror(errno));
		return 1;
	}
	obj = bpf_object__open(argv[1]);
	if (!obj || bpf_object__load(obj)) {
		fprintf(stderr, "cannot load %s: %s\n", argv[1],
			strerror(errno));
		return 1;
	}
	prog = bpf_object__find_program_by_name(obj, argv[2]);
	if (!prog) {
		fprintf(stderr, "%s has no program %s\n", argv[1], argv[2]);
		return 1;
	}
	link = bpf_program__attach_netkit(prog, ifindex, &opts);
	if (!link) {
		fprintf(stderr, "cannot attach to %s: %s\n", argv[3],
			strerror(errno));
		return 1;
	}
	err = bpf_link__pin(link, argv[4]);
	if (err) {
		fprintf(stderr, "cannot pin at %s: %s\n", argv[4],
			strerror(-err));
		return 1;
	}
	if (bpf_obj_get_info_by_fd(bpf_link__fd(link), &info, &len)) {
		fprintf(stderr, "cannot read the link: %s\n", strerror(errno));
		return 1;
	}
	printf("attached %s to %s: link %u of type %u, program %u\n", argv[2],
	       argv[3], info.id, info.type, info.prog_id);
	bpf_object__close(obj);
	return 0;
}
