// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints the error that a probe for netkit gets: -ENODEV where one answers.
 * Without libbpf, so that it compiles with the oldest.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NETKIT_PRIMARY	54

int main(void)
{
	/* return 0; under no license that gives rights */
	struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SCHED_CLS;
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = 2;
	attr.license = (uintptr_t)"none";
	fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0) {
		perror("load a program");
		return 1;
	}

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = fd;
	attr.link_create.target_fd = -1;
	attr.link_create.attach_type = NETKIT_PRIMARY;
	if (syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr)) >= 0)
		printf("success\n");
	else if (errno == ENODEV)
		printf("-ENODEV\n");
	else if (errno == EINVAL)
		printf("-EINVAL\n");
	else
		printf("%d\n", -errno);
	return 0;
}
