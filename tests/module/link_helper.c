// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attach a program through a link, for tests written in shell.
 *
 *	link_helper pin DEVICE FILE	pin the link as FILE
 *	link_helper hold DEVICE		keep it until killed; says "held"
 *	link_helper use DEVICE		attach, replace, query and detach
 *	link_helper probe		prints what a probe for netkit gets
 */
#include "calls.h"

static int use(int ifindex)
{
	int a = nk_prog(NK_NEXT).fd, b = nk_prog(NK_NEXT).fd, link, end;

	for (end = NK_PRIMARY; end <= NK_PEER; end++) {
		link = nk_link(a, ifindex, end);
		if (link < 0 || nk_attach(b, ifindex, end) ||
		    nk_query(ifindex, end).count != 2 ||
		    nk_detach(b, ifindex, end) || nk_update(link, b, 0, 0) ||
		    nk_send(ifindex))
			return 1;
		close(link);
		if (nk_attach(a, ifindex, end))
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int link;

	if (!strcmp(what, "probe")) {
		printf("%s\n", nk_errname(nk_probe(nk_prog(NK_NEXT).fd)));
		return 0;
	}
	if (argc < 3)
		return 2;
	if (!strcmp(what, "use"))
		return use(nk_dev(argv[2]));

	link = nk_link(nk_prog(NK_NEXT).fd, nk_dev(argv[2]), NK_PRIMARY);
	if (link < 0)
		nk_die("make a link");
	if (!strcmp(what, "pin") && argc > 3)
		return bpf_obj_pin(link, argv[3]) != 0;
	if (strcmp(what, "hold"))
		return 2;
	printf("held\n");
	fflush(stdout);
	for (;;)
		pause();
}
