// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attach for the shell: create a link with a program that says NEXT and pin
 * it, or attach such a program without a link. Prints the program's id.
 *
 *	attach_bpftool_helper DEVICE primary|peer [PIN]
 */
#include "../lib/nk.h"

int main(int argc, char **argv)
{
	struct nk_prog p;
	int type, err;

	if (argc < 3)
		return 2;
	type = !strcmp(argv[2], "peer") ? NK_PEER : NK_PRIMARY;
	p = nk_prog(NK_NEXT);
	if (argc > 3) {
		err = nk_link(p.fd, nk_dev(argv[1]), type);
		if (err >= 0)
			err = bpf_obj_pin(err, argv[3]);
	} else {
		err = nk_attach(p.fd, nk_dev(argv[1]), type);
	}
	if (err < 0) {
		fprintf(stderr, "%s\n", nk_errname(err));
		return 1;
	}
	printf("%u\n", p.id);
	return 0;
}
