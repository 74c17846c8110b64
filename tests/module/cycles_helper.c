// SPDX-License-Identifier: GPL-2.0-only
/*
 * Load and unload the module again and again while other processes call
 * bpf(2) without pause and one task or another is held inside a call.
 *
 * Each round: load, netkit answers; something is going on; unload, netkit
 * answers no more. In between, an attempt to unload either succeeds or is
 * refused as "in use", and then netkit goes on answering. No attempt may hang,
 * and a held task gets the right answer once its page comes. Number of rounds:
 * 21 times NK_ROUNDS.
 */
#include "calls.h"
#include <signal.h>

struct counts {
	unsigned long calls, wrong, loaded, unloaded;
	char first_wrong[128];
};

enum { FOREIGN, OURS, UNMAPPED, HAMMERS };

static struct counts *counts;	/* one per hammering process, shared */
static int prog;
static unsigned long refused, unloads;

static void count(struct counts *n, const struct nk_call *c, long got,
		  bool ours)
{
	n->calls++;
	if (ours && got == -ENODEV) {
		n->loaded++;
	} else if (ours && got == -EINVAL) {
		n->unloaded++;
	} else if (ours || got != c->want) {
		if (!n->wrong++)
			snprintf(n->first_wrong, sizeof(n->first_wrong),
				 "%s: %s", c->what, nk_errname(got));
	}
}

/* Call bpf(2) without pause, until killed */
static void hammer(int kind)
{
	struct nk_call foreign[6], ours[4];
	int nf = nk_foreign_calls(foreign, prog), no = nk_our_calls(ours, prog);
	struct counts *n = &counts[kind];
	int i;

	for (;;) {
		for (i = 0; i < nf && kind != OURS; i++)
			count(n, &foreign[i], kind == UNMAPPED ?
			      nk_call_unmapped(&foreign[i]) :
			      nk_call(&foreign[i]), false);
		for (i = 0; i < no && kind != FOREIGN; i++)
			count(n, &ours[i], kind == UNMAPPED ?
			      nk_call_unmapped(&ours[i]) : nk_call(&ours[i]),
			      true);
	}
}

/*
 * Try to unload: succeeds or "in use", and netkit answers accordingly. Returns
 * whether it is still loaded. With may_succeed or may_refuse false only the
 * other outcome is right.
 */
static bool try_unload(const char *when, bool may_succeed, bool may_refuse)
{
	/* Those who call without pause hold the module for a moment at times. */
	long got = may_refuse ? nk_unload() : nk_unload_soon();
	long probe = nk_probe(prog);

	if (got == -ETIME) {
		nk_ok(false, "%s: unloading does not hang", when);
		exit(1);
	}
	refused += got == -EAGAIN;
	unloads += !got;
	if (got == -EAGAIN && may_refuse)
		nk_is(probe, -ENODEV, "%s: unloading is refused, and netkit answers",
		      when);
	else if (!got && may_succeed)
		nk_is(probe, -EINVAL, "%s: unloaded, and netkit does not answer",
		      when);
	else
		nk_is(got, may_succeed ? 0 : -EAGAIN, "%s: unloading", when);
	return nk_loaded();
}

/* A call is held; unload; its page comes. @ours: what netkit's answer is */
static void held_call(enum nk_hold_how how, const struct nk_call *c, bool ours,
		      bool may_succeed, bool may_refuse, const char *when)
{
	struct nk_held h;
	bool loaded;
	long got;

	nk_hold(&h, how, c);
	loaded = try_unload(when, may_succeed, may_refuse);
	got = nk_answer(nk_release(&h));
	if (ours && !loaded)
		nk_is(got, -EINVAL, "%s: the held task is told that there is no netkit",
		      when);
	else
		nk_is(got, c->want, "%s: the held task gets its answer", when);
}

/* A query is held that reports to a page that does not come. */
static void held_query(enum nk_hold_how how, const char *when)
{
	struct nk_call c = { "query", NK_CMD_PROG_QUERY, 64, 0, {} };
	struct nk_held h;
	bool loaded;

	c.attr.query.target_ifindex = nk_pair("nk0", "nk1", "");
	c.attr.query.attach_type = NK_PRIMARY;
	if (nk_attach(prog, c.attr.query.target_ifindex, NK_PRIMARY))
		nk_die("attach a program");
	nk_hold(&h, how, &c);
	nk_sh("timeout 20 ip link del nk0");
	nk_ok(!if_nametoindex("nk0"),
	      "%s: the device can be deleted meanwhile", when);
	loaded = try_unload(when, true, true);
	nk_is(nk_release(&h), 0, "%s: the held task gets its answer", when);
	nk_ok(h.content.query.count == 1 && h.content.query.revision == 2,
	      "%s: one program, revision 2%s", when,
	      loaded ? "" : " (after unloading)");
}

/* A process is held in a call and then killed. */
static void killed_call(const struct nk_call *c, const char *when)
{
	struct nk_held h;
	int ready[2], status;
	pid_t pid;
	char b;

	if (pipe(ready))
		nk_die("make a pipe");
	fflush(stdout);
	pid = fork();
	if (!pid) {
		nk_hold(&h, NK_HOLD_WHOLE, c);
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	nk_is(read(ready[0], &b, 1), 1, "%s: a process is held", when);
	close(ready[0]);
	try_unload(when, true, true);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
}

/* While a device, and then only a link, exists */
static void in_use(void)
{
	int ifindex = nk_pair("nk0", "nk1", "");
	int link = nk_link(prog, ifindex, NK_PRIMARY);

	nk_good(link, "a link is made while others call bpf(2)");
	try_unload("with a device and a link", false, true);
	nk_sh("ip link del nk0");
	try_unload("with a link whose device is gone", false, true);
	close(link);
}

static void round_of(int n)
{
	struct nk_call foreign[6], ours[4];
	struct nk_held early;
	long got;

	nk_foreign_calls(foreign, prog);
	nk_our_calls(ours, prog);

	/* Held since before loading, so in the kernel's own code */
	if (n % 7 == 5)
		nk_hold(&early, NK_HOLD_WHOLE, &ours[n % 4]);

	if (nk_sh("modprobe " NK_MODULE))
		nk_die("load the module, round %d", n);
	nk_is(nk_probe(prog), -ENODEV, "round %d: loaded, netkit answers", n);

	switch (n % 7) {
	case 0:
		in_use();
		break;
	case 1:
		held_call(NK_HOLD_TAIL, &foreign[4], false, true, false,
			  "a foreign call is held");
		break;
	case 2:
		held_call(NK_HOLD_WHOLE, &foreign[4], false, true, true,
			  "a foreign call whose type cannot be read is held");
		break;
	case 3:
		held_call(NK_HOLD_WHOLE, &ours[n % 4], true, true, true,
			  "a netkit call whose type cannot be read is held");
		if (nk_loaded())
			held_call(NK_HOLD_TAIL, &ours[0], true, true, true,
				  "a netkit call is held");
		break;
	case 4:
		held_query(NK_HOLD_ARRAY, "a query's array is held");
		if (!nk_loaded())
			nk_sh("modprobe " NK_MODULE);
		held_query(NK_HOLD_WRITE, "a query's own page is held");
		break;
	case 5:
		try_unload("a call is held since before loading", true, false);
		got = nk_answer(nk_release(&early));
		nk_is(got, -EINVAL,
		      "a call held since before loading is the kernel's");
		break;
	case 6:
		killed_call(&ours[n % 4], "a held process is killed");
		break;
	}

	if (nk_loaded()) {
		got = nk_unload_soon();
		unloads += !got;
		nk_is(got, 0, "round %d: unloaded in the end", n);
		if (got)
			exit(1);
	}
	nk_is(nk_probe(prog), -EINVAL, "round %d: netkit does not answer", n);
}

int main(void)
{
	const char *scale = getenv("NK_ROUNDS");
	int rounds = 21 * (scale && *scale ? atoi(scale) : 1);
	struct nk_call foreign[6];
	struct nk_held held;
	char buf[4096] = "";
	pid_t pid[HAMMERS];
	unsigned long before[HAMMERS];
	time_t start;
	int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	nk_new_netns();
	if (nk_read("/proc/cmdline", buf, sizeof(buf)) > 0 &&
	    strstr(buf, "preempt=full")) {
		/* Not every kernel has it in debugfs */
		nk_is(system("dmesg | grep -q 'Dynamic Preempt: full'"), 0,
		      "the kernel preempts everywhere");
	}
	prog = nk_prog(NK_NEXT).fd;
	counts = mmap(NULL, HAMMERS * sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (counts == MAP_FAILED)
		nk_die("share memory");

	/* One stays held through all rounds, in a call that is not netkit's. */
	nk_foreign_calls(foreign, prog);
	nk_is(nk_probe(prog), -ENODEV, "the module is loaded");
	nk_hold(&held, NK_HOLD_WHOLE, &foreign[0]);
	nk_is(nk_unload_soon(), 0,
	      "unloaded, while a task is held in another command");

	for (i = 0; i < HAMMERS; i++) {
		fflush(stdout);
		pid[i] = fork();
		if (pid[i] < 0)
			nk_die("fork");
		if (!pid[i]) {
			/* On few processors the rounds come first. */
			if (nice(10) < 0)
				_exit(1);
			hammer(i);
		}
	}
	for (i = 0; i < rounds; i++) {
		int k;

		for (k = 0; k < HAMMERS; k++)
			before[k] = counts[k].calls;
		start = time(NULL);
		round_of(i);
		printf("# round %d took %ld s\n", i, time(NULL) - start);
		for (k = 0; k < HAMMERS; k++)
			if (counts[k].calls == before[k])
				nk_ok(false, "round %d: process %d goes on", i, k);
	}
	nk_is(nk_answer(nk_release(&held)), 1,
	      "the task that was held through all rounds gets its answer");

	for (i = 0; i < HAMMERS; i++) {
		struct counts *n = &counts[i];
		int status;

		nk_is(waitpid(pid[i], &status, WNOHANG), 0,
		      "process %d has called until the end", i);
		kill(pid[i], SIGKILL);
		waitpid(pid[i], &status, 0);
		nk_is(n->wrong, 0, "process %d: no wrong answer in %lu calls", i,
		      n->calls);
		if (n->wrong)
			printf("# the first one: %s\n", n->first_wrong);
		if (i != FOREIGN) {
			nk_ok(n->loaded > (unsigned long)rounds &&
			      n->unloaded > (unsigned long)rounds,
			      "process %d met netkit loaded and not", i);
			printf("# %lu answers by netkit, %lu without\n",
			       n->loaded, n->unloaded);
		}
	}
	printf("# %d rounds, %lu times unloaded, %lu times refused\n", rounds,
	       unloads, refused);
	return nk_exit();
}
