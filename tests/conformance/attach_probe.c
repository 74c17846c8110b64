// SPDX-License-Identifier: GPL-2.0-only
/*
 * How clients find out whether a kernel has netkit: LINK_CREATE on an ifindex
 * that cannot exist, in a namespace without devices. Only ENODEV means yes.
 * And which programs may be attached: any license, any of the expected attach
 * types that loaders set.
 */
#include "../lib/nk.h"

/* The probe, in a new namespace of a child, where no netkit device is */
static int probe(int prog, int type)
{
	int pipefd[2], err = 0;
	pid_t pid;

	if (pipe(pipefd))
		nk_die("make a pipe");
	fflush(stdout);
	pid = fork();
	if (!pid) {
		int r = unshare(CLONE_NEWNET) ? -errno : 0;

		if (!r)
			r = nk_link(prog, -1, type);
		exit(write(pipefd[1], &r, sizeof(r)) != sizeof(r));
	}
	if (waitpid(pid, NULL, 0) < 0 ||
	    read(pipefd[0], &err, sizeof(err)) != sizeof(err))
		nk_die("hear from the child");
	close(pipefd[0]);
	close(pipefd[1]);
	return err;
}

int main(void)
{
	static const char * const licenses[] = { "GPL", "MIT", "Proprietary",
						 "" };
	static const int expected[] = { 0, NK_PRIMARY, NK_PEER };
	int type, fd, dev, link, refused = 0;
	union nk_attr attr;
	unsigned int i;

	nk_init();
	for (i = 0; i < 4; i++) {
		fd = nk_load_verdict(BPF_PROG_TYPE_SCHED_CLS, licenses[i], 0,
				     0);
		nk_good(fd, "load a program under license '%s'", licenses[i]);
		for (type = NK_PRIMARY; type <= NK_PEER; type++)
			nk_is(probe(fd, type), -ENODEV,
			      "probe with attach type %d, license '%s'", type,
			      licenses[i]);
		/* The next number is not netkit's: no ENODEV for it */
		nk_ok(probe(fd, 9999) == -EINVAL,
		      "probe with attach type 9999 is refused");
		close(fd);
	}

	/* The same by the bare system call, as short as a client may send it */
	fd = nk_load_verdict(BPF_PROG_TYPE_SCHED_CLS, "MIT", 0, 0);
	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = fd;
	attr.link_create.target_ifindex = -1;
	for (type = NK_PRIMARY; type <= NK_PEER; type++) {
		attr.link_create.attach_type = type;
		nk_is(nk_bpf(NK_CMD_LINK_CREATE, &attr, 12), -ENODEV,
		      "probe with 12 bytes, attach type %d", type);
		nk_is(nk_bpf(NK_CMD_LINK_CREATE, &attr, 64), -ENODEV,
		      "probe with 64 bytes, attach type %d", type);
		attr.link_create.prog_fd = -1;
		nk_is(nk_bpf(NK_CMD_LINK_CREATE, &attr, 64), -EBADF,
		      "probe without program, attach type %d", type);
		attr.link_create.prog_fd = fd;
	}
	close(fd);

	dev = nk_pair("nk0", "nk1", "");
	for (i = 0; i < 3; i++) {
		fd = nk_load_verdict(BPF_PROG_TYPE_SCHED_CLS, "GPL",
				     expected[i], NK_NEXT);
		/*
		 * Whether a program may be loaded so is the kernel's own
		 * choice; where it may, it attaches.
		 */
		if (fd == -EINVAL && expected[i]) {
			note("this kernel loads no SCHED_CLS program with expected attach type %d",
			     expected[i]);
			refused++;
			continue;
		}
		nk_good(fd, "load with expected attach type %d", expected[i]);
		for (type = NK_PRIMARY; type <= NK_PEER; type++) {
			nk_is(nk_attach(fd, dev, type), 0,
			      "expected %d: attach to %d", expected[i], type);
			nk_is(nk_detach(fd, dev, type), 0,
			      "expected %d: detach from %d", expected[i],
			      type);
			link = nk_link(fd, dev, type);
			nk_good(link, "expected %d: link to %d", expected[i],
				type);
			close(link);
		}
		close(fd);
	}
	nk_ok(!refused || refused == 2,
	      "the kernel treats 54 and 55 alike when loading");
	return nk_exit();
}
