// SPDX-License-Identifier: GPL-2.0-only
/*
 * What bpf(2) says to somebody without privileges, one call a line.
 *
 *	unprivileged_helper nobody|userns foreign|netkit
 *
 * As uid 65534, or as root of a user namespace that this user has made; calls
 * that are not netkit's, which a module must not change, or calls that are.
 * Before the netkit ones, in the user namespace, a pair is made there if that
 * is possible.
 */
#include "../lib/nk.h"
#include <grp.h>
#include <sys/prctl.h>

#define NOBODY		65534
#define COMMANDS	45
#define ATTACH_TYPES	70

/* A memory that no other one follows, so that sizes matter */
static __u8 *attr;

static void put(const char *path, const char *text)
{
	if (nk_write(path, text) < 0)
		nk_die("write to %s", path);
}

static void become(const char *role)
{
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		nk_die("become nobody");
	/* Else /proc/self is root's */
	prctl(PR_SET_DUMPABLE, 1);
	if (strcmp(role, "userns"))
		return;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		nk_die("make a user namespace");
	put("/proc/self/setgroups", "deny");
	put("/proc/self/uid_map", "0 65534 1");
	put("/proc/self/gid_map", "0 65534 1");
	if (getuid())
		nk_die("be root of a user namespace");
}

static long call(const char *what, int cmd, unsigned int size)
{
	long got = nk_bpf(cmd, attr, size);

	if (got > 0) {
		close(got);
		got = 1;
	}
	printf("%s, command %d, size %u: %s\n", what, cmd, size,
	       got == 1 ? "descriptor" : nk_errname(got));
	return got;
}

static void clear(void)
{
	memset(attr, 0, 128);
}

static void set(int offset, __u32 value)
{
	memcpy(attr + offset, &value, 4);
}

static int attach_type_offset(int cmd)
{
	return cmd == NK_CMD_PROG_QUERY ? 4 : 8;
}

static const int attaching[] = {
	NK_CMD_PROG_ATTACH, NK_CMD_PROG_DETACH, NK_CMD_PROG_QUERY,
	NK_CMD_LINK_CREATE,
};

/* Is this what netkit looks at? */
static bool ours(int cmd, unsigned int size)
{
	__u32 type = 0;
	int i, offset = attach_type_offset(cmd);

	for (i = 0; i < 4; i++)
		if (attaching[i] == cmd && (int)size > offset) {
			memcpy(&type, attr + offset, 4);
			return type == NK_PRIMARY || type == NK_PEER;
		}
	return false;
}

static void foreign(void)
{
	static const unsigned int sizes[] = { 0, 4, 9, 16, 32, 64, 120, 128 };
	static const struct bpf_insn insns[] = {
		NK_INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0),
		NK_INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	static const char license[] = "GPL";
	unsigned int rnd = 20240607, i, k, t;
	int cmd;

	for (cmd = 0; cmd < COMMANDS; cmd++) {
		for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
			clear();
			call("zero", cmd, sizes[k]);
		}
		for (k = 0; k < 8; k++) {
			clear();
			for (i = 0; i < 16; i++) {
				rnd = rnd * 1103515245 + 12345;
				set(4 * i, rnd >> 29 ? rnd >> 16 & 7 : rnd);
			}
			if (!ours(cmd, 64))
				call("random", cmd, 64);
		}
	}
	for (i = 0; i < 4; i++)
		for (t = 0; t < ATTACH_TYPES; t++)
			for (k = 0; k < 3; k++) {
				clear();
				set(0, k ? NK_BAD_FD : 0);
				set(attach_type_offset(attaching[i]), t);
				set(12, k == 2 ? 4 : 0);
				if (!ours(attaching[i], 64))
					call("attach type", attaching[i], 64);
			}
	for (t = 0; t < 35; t++) {
		clear();
		set(0, t);
		set(4, 4);
		set(8, 4);
		set(12, 1);
		call("map", BPF_MAP_CREATE, 72);
		clear();
		set(0, t);
		set(4, 2);
		*(__u64 *)(attr + 8) = (unsigned long)insns;
		*(__u64 *)(attr + 16) = (unsigned long)license;
		call("program", BPF_PROG_LOAD, 72);
	}
}

static void netkit(const char *role)
{
	static const __u32 devices[] = { 0, 1, 2, 3, 4, 0xffffffff };
	unsigned int i, t, k, d;

	if (!strcmp(role, "userns") &&
	    !nk_sh("ip link add nk0 type netkit peer name nk1 2>/dev/null"))
		printf("# a pair is there\n");
	for (i = 0; i < 4; i++)
		for (t = NK_PRIMARY; t <= NK_PEER; t++)
			for (d = 0; d < 6; d++)
				for (k = 0; k < 3; k++) {
					int cmd = attaching[i];
					bool link = cmd == NK_CMD_LINK_CREATE;

					clear();
					set(link ? 4 : 0, devices[d]);
					set(attach_type_offset(cmd), t);
					if (cmd != NK_CMD_PROG_QUERY)
						set(link ? 0 : 4,
						    k ? NK_BAD_FD : 0);
					if (k == 2)
						set(12, NK_F_BEFORE);
					call("netkit", cmd, 64);
				}
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	attr = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (attr == MAP_FAILED)
		nk_die("map memory");
	become(argv[1]);
	if (strcmp(argv[2], "netkit"))
		foreign();
	else
		netkit(argv[1]);
	return 0;
}
