// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tracers at the entry of bpf(2), where the module's hook is too.
 *
 * Each tracer is put there before the module is loaded and after. Either both
 * work, or the later one is refused: the module with a line in the log, a
 * tracer with an error. Where both work, netkit answers its calls and nobody
 * else's, through either path of the hook, and the tracer sees each call at
 * least once with the caller's result, netkit's too: neither bypasses the
 * other. Recursion would end the guest.
 *
 * No user space has a second ftrace_ops that changes the instruction pointer:
 * what a kprobe of tracefs at the entry does is seen here, a live patch in
 * ipmodify.sh.
 *
 * netkit-vm: thread=single timeout=900
 * netkit-vm: kmsg=netkit: .*ftrace
 */
#include "calls.h"
#include <bpf/btf.h>

#define TRACEFS		"/sys/kernel/tracing/"
#ifdef __aarch64__
#define ENTRY		"__arm64_sys_bpf"
#else
#define ENTRY		"__x64_sys_bpf"
#endif
#define ENABLED		"/proc/sys/kernel/ftrace_enabled"

static int prog;
static char text[1 << 20];

/* What a tracer has seen since it was last asked; -1: it does not tell */
struct seen {
	long calls, enodev;
};

struct tracer {
	const char *name;
	int (*on)(void);
	void (*off)(void);
	struct seen (*seen)(void);
};

static int put(const char *file, const char *what)
{
	char path[128];
	int fd, err = 0;

	snprintf(path, sizeof(path), TRACEFS "%s", file);
	/* As a shell's >: writing nothing empties the list */
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (*what && write(fd, what, strlen(what)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static long occurrences(const char *of)
{
	const char *p = text;
	long n = 0;

	for (; (p = strstr(p, of)); p++)
		n++;
	return n;
}

/* Read the trace, and empty it */
static void get_trace(void)
{
	size_t n = 0;
	ssize_t got;
	int fd = open(TRACEFS "trace", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		nk_die("read the trace");
	while (n < sizeof(text) - 1 &&
	       (got = read(fd, text + n, sizeof(text) - 1 - n)) > 0)
		n += got;
	text[n] = 0;
	close(fd);
	put("trace", "");
}

/* ---- a kprobe, a kretprobe ---- */

static int kprobe_on(void)
{
	return put("kprobe_events", "p:nk/entry " ENTRY) ?:
	       put("events/nk/enable", "1");
}

static int kretprobe_on(void)
{
	return put("kprobe_events", "r:nk/ret " ENTRY " ret=$retval:s64") ?:
	       put("events/nk/enable", "1");
}

static void kprobes_off(void)
{
	nk_is(put("events/nk/enable", "0") ?: put("kprobe_events", ""), 0,
	      "the probe is removed");
}

static struct seen kprobe_seen(void)
{
	get_trace();
	return (struct seen){ occurrences(": entry: ("), -1 };
}

static struct seen kretprobe_seen(void)
{
	get_trace();
	return (struct seen){ occurrences(": ret: ("), occurrences("ret=-19\n") };
}

/* ---- the function tracer, the function graph tracer ---- */

static int function_on(void)
{
	return put("set_ftrace_filter", ENTRY) ?:
	       put("current_tracer", "function");
}

/*
 * Some kernels' graph tracer looks at a call when it has been sent elsewhere,
 * and has it as one of where it went, as with a live patch.
 */
#define SERVED	"nk_serve_native"

static void graph_add_served(void)
{
	int fd = open(TRACEFS "set_graph_function", O_WRONLY | O_APPEND |
		      O_CLOEXEC);

	if (fd < 0 || write(fd, SERVED, strlen(SERVED)) < 0)
		nk_die("trace " SERVED);
	close(fd);
}

/* Without all that is called from there, which no buffer may hold */
static int graph_on(void)
{
	return put("set_graph_function", ENTRY) ?:
	       put("max_graph_depth", "1") ?:
	       put("current_tracer", "function_graph");
}

static void tracer_off(void)
{
	nk_is(put("current_tracer", "nop") ?: put("set_ftrace_filter", "") ?:
	      put("set_graph_function", "") ?: put("max_graph_depth", "0"), 0,
	      "the tracer is switched off");
}

static struct seen function_seen(void)
{
	get_trace();
	return (struct seen){ occurrences(ENTRY " <-"), -1 };
}

static struct seen graph_seen(void)
{
	long entries, served;

	get_trace();
	entries = occurrences(ENTRY "()");
	served = occurrences(SERVED);
	if (!entries && served)
		printf("# by the name of " SERVED "()\n");
	return (struct seen){ entries ?: served, -1 };
}

/* ---- BPF programs ---- */

struct bpf_counts {
	__u64 calls, enodev;
};

static int counts_fd, trampoline_fd = -1;
static volatile struct bpf_counts *counts;

/* Count calls and, at the exit, those that return -ENODEV */
static int trampoline_on(enum bpf_attach_type type)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts);
	struct bpf_insn insns[] = {
		/* r6 = result: behind the one argument */
		type == BPF_TRACE_FEXIT ?
			NK_INSN(BPF_LDX | BPF_MEM | BPF_DW, 6, 1, 8, 0) :
			NK_INSN(BPF_ALU64 | BPF_MOV | BPF_K, 6, 0, 0, 0),
		NK_INSN(BPF_ST | BPF_MEM | BPF_W, 10, 0, -4, 0),
		NK_INSN(BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_FD, 0,
			counts_fd),
		NK_INSN(0, 0, 0, 0, 0),
		NK_INSN(BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0),
		NK_INSN(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4),
		NK_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		NK_INSN(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 4, 0),
		NK_INSN(BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, 1),
		NK_INSN(BPF_STX | BPF_ATOMIC | BPF_DW, 0, 1,
			offsetof(struct bpf_counts, calls), BPF_ADD),
		NK_INSN(BPF_JMP | BPF_JNE | BPF_K, 6, 0, 1, -ENODEV),
		NK_INSN(BPF_STX | BPF_ATOMIC | BPF_DW, 0, 1,
			offsetof(struct bpf_counts, enodev), BPF_ADD),
		NK_INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0),
		NK_INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	struct btf *btf = btf__load_vmlinux_btf();
	int id, fd;

	if (!btf)
		nk_die("read the kernel's types");
	id = btf__find_by_name_kind(btf, ENTRY, BTF_KIND_FUNC);
	btf__free(btf);
	if (id < 0)
		nk_die("find the type of " ENTRY);
	opts.expected_attach_type = type;
	opts.attach_btf_id = id;
	fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "nk_trace", "GPL", insns,
			   sizeof(insns) / sizeof(insns[0]), &opts);
	if (fd < 0)
		nk_die("load a tracing program");
	trampoline_fd = bpf_raw_tracepoint_open(NULL, fd);
	id = trampoline_fd < 0 ? -errno : 0;
	close(fd);
	return id;
}

static int fentry_on(void)
{
	return trampoline_on(BPF_TRACE_FENTRY);
}

static int fexit_on(void)
{
	return trampoline_on(BPF_TRACE_FEXIT);
}

static void trampoline_off(void)
{
	nk_is(close(trampoline_fd), 0, "the program is detached");
}

static struct seen trampoline_seen(enum bpf_attach_type type)
{
	struct seen s = { counts->calls, counts->enodev };

	counts->calls = 0;
	counts->enodev = 0;
	if (type != BPF_TRACE_FEXIT)
		s.enodev = -1;
	return s;
}

static struct seen fentry_seen(void)
{
	return trampoline_seen(BPF_TRACE_FENTRY);
}

static struct seen fexit_seen(void)
{
	return trampoline_seen(BPF_TRACE_FEXIT);
}

static const struct tracer tracers[] = {
	{ "a kprobe", kprobe_on, kprobes_off, kprobe_seen },
	{ "a kretprobe", kretprobe_on, kprobes_off, kretprobe_seen },
	{ "the function tracer", function_on, tracer_off, function_seen },
	{ "function_graph", graph_on, tracer_off, graph_seen },
	{ "a fentry program", fentry_on, trampoline_off, fentry_seen },
	{ "a fexit program", fexit_on, trampoline_off, fexit_seen },
};

#define TRACERS	((int)(sizeof(tracers) / sizeof(tracers[0])))

/* ---- what must work ---- */

/* All calls, through either path of the hook. Few lines: one each, if good */
static void calls(const char *when, bool loaded)
{
	struct nk_call c[10];
	int i, n = nk_foreign_calls(c, prog), ours = n, wrong = 0;
	long got, want;

	n += nk_our_calls(c + n, prog);
	for (i = 0; i < 2 * n; i++) {
		const struct nk_call *call = &c[i % n];

		want = i % n >= ours && !loaded ? -EINVAL : call->want;
		got = i < n ? nk_call(call) : nk_call_unmapped(call);
		if (got == want)
			continue;
		wrong++;
		nk_is(got, want, "%s: %s%s", when, call->what,
		      i < n ? "" : ", arguments not mapped");
	}
	nk_is(wrong, 0, "%s: %s", when, loaded ?
	      "netkit answers its calls, the kernel all others" :
	      "the kernel answers all calls");
}

/* A program can really be attached. */
static void attach(const char *when)
{
	int dev = nk_pair("nk0", "nk1", "");
	int link = nk_link(prog, dev, NK_PEER);

	nk_is(nk_attach(prog, dev, NK_PRIMARY), 0, "%s: attach", when);
	nk_is(nk_query(dev, NK_PRIMARY).count, 1, "%s: query", when);
	nk_is(nk_detach(prog, dev, NK_PRIMARY), 0, "%s: detach", when);
	nk_good(link, "%s: link", when);
	close(link);
	nk_sh("ip link del nk0");
}

/* The tracer sees what passes, whoever answers. */
static void visible(const struct tracer *t, const char *when)
{
	struct nk_call c[10];
	int ours = nk_foreign_calls(c, prog), i;
	struct seen s;

	nk_our_calls(c + ours, prog);
	if (t->on == graph_on)
		graph_add_served();
	t->seen();
	for (i = 0; i < 10; i++)
		nk_call(&c[4]);
	s = t->seen();
	nk_ok(s.calls >= 10 && s.enodev <= 0, "%s: foreign calls are seen", when);
	printf("# 10 calls, seen %ld\n", s.calls);
	for (i = 0; i < 10; i++)
		nk_call(&c[ours]);
	s = t->seen();
	nk_ok(s.calls >= 10, "%s: netkit's calls are seen", when);
	printf("# 10 calls, seen %ld\n", s.calls);
	if (s.enodev >= 0)
		nk_ok(s.enodev >= 10, "%s: with netkit's answer (%ld times)",
		      when, s.enodev);
	for (i = 0; i < 10; i++)
		nk_call_unmapped(&c[ours]);
	s = t->seen();
	nk_ok(s.calls >= 10, "%s: netkit's calls from unmapped pages are seen",
	      when);
	printf("# 10 calls, seen %ld\n", s.calls);
}

/* Is there a line of netkit's in the log since the last look? */
static bool log_line(const char *with)
{
	static int fd = -1;
	static char last[512];
	char line[2048], *p;
	bool found = false;
	ssize_t n;

	if (fd < 0)
		fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		nk_die("open /dev/kmsg");
	while ((n = read(fd, line, sizeof(line) - 1)) > 0 || errno == EPIPE) {
		if (n <= 0)
			continue;
		line[n] = 0;
		p = strchr(line, ';');
		if (!p || strncmp(p + 1, "netkit: ", 8))
			continue;
		snprintf(last, sizeof(last), "%.400s", p + 1);
		last[strcspn(last, "\n")] = 0;
		if (strstr(last, with))
			found = true;
	}
	if (found)
		printf("# the log says: %s\n", last);
	return found;
}

/* Load; returns whether it worked. A refusal must say why. */
static bool load(const char *when)
{
	log_line("");
	if (!nk_sh("modprobe " NK_MODULE " 2>/dev/null"))
		return nk_ok(nk_loaded(), "%s: the module loads", when);
	nk_ok(!nk_loaded() && log_line(""),
	      "%s: the module does not load, and the log says why", when);
	return false;
}

static void unload(const char *when)
{
	if (nk_loaded())
		nk_is(nk_unload_soon(), 0, "%s: the module unloads", when);
}

static void tracer_first(const struct tracer *t)
{
	char when[128];

	snprintf(when, sizeof(when), "%s, then netkit", t->name);
	if (!nk_is(t->on(), 0, "%s: it starts", when))
		return;
	calls(when, false);
	if (load(when)) {
		calls(when, true);
		attach(when);
		visible(t, when);
		unload(when);
	}
	calls(when, false);
	if (load(when)) {
		t->off();
		snprintf(when, sizeof(when), "%s, then netkit, without the tracer",
			 t->name);
		calls(when, true);
		attach(when);
		unload(when);
	} else {
		t->off();
	}
	calls(when, false);
}

/* How tracers were refused while netkit was there; some kernels exclude them */
static int refused[TRACERS];

static void netkit_first(const struct tracer *t)
{
	char when[128];
	int err;

	snprintf(when, sizeof(when), "netkit, then %s", t->name);
	if (!load(when))
		return;
	err = t->on();
	if (err) {
		nk_ok(err == -EBUSY || err == -524 /* ENOTSUPP */ || err == -EOPNOTSUPP,
		      "%s: the tracer is refused (%s)", when, nk_errname(err));
		refused[t - tracers] = err;
		calls(when, true);
		attach(when);
		unload(when);
		return;
	}
	nk_ok(true, "%s: the tracer starts", when);
	calls(when, true);
	attach(when);
	visible(t, when);
	t->off();
	calls(when, true);
	nk_is(t->on(), 0, "%s: the tracer starts again", when);
	unload(when);
	calls(when, false);
	t->off();
	calls(when, false);
}

/* All that can be had together: one of each kind */
static void together(bool netkit)
{
	static const int kinds[] = { 1, 3, 5 };
	const char *when = netkit ? "netkit, then all" : "all, then netkit";
	bool on[3];
	int i, err;

	if (netkit && !load(when))
		return;
	for (i = 0; i < 3; i++) {
		err = tracers[kinds[i]].on();
		on[i] = !err;
		nk_is(err, netkit ? refused[kinds[i]] : 0,
		      "%s: %s", when, tracers[kinds[i]].name);
	}
	if (netkit || load(when)) {
		calls(when, true);
		attach(when);
	}
	unload(when);
	calls(when, false);
	for (i = 0; i < 3; i++)
		if (on[i])
			tracers[kinds[i]].off();
	calls(when, false);
}

/* The switch that turns all function tracing off */
static void ftrace_switch(void)
{
	char buf[16] = "";

	if (load("ftrace_enabled")) {
		nk_is(nk_write(ENABLED, "0"), -EBUSY,
		      "ftrace_enabled=0 is refused while the module is loaded");
		nk_read(ENABLED, buf, sizeof(buf));
		nk_is(atoi(buf), 1, "ftrace_enabled still is 1");
		calls("after the refusal", true);
		attach("after the refusal");
		unload("after the refusal");
	}
	nk_is(nk_write(ENABLED, "0"), 0,
	      "ftrace_enabled=0 is accepted without the module");
	log_line("");
	if (nk_sh("modprobe " NK_MODULE " 2>/dev/null")) {
		nk_ok(!nk_loaded() && log_line("ftrace"),
		      "the module does not load then; the log names ftrace");
		calls("with ftrace_enabled=0", false);
	} else {
		calls("with ftrace_enabled=0", true);
		unload("with ftrace_enabled=0");
	}
	nk_is(nk_write(ENABLED, "1"), 0, "ftrace_enabled=1");
	if (load("after ftrace_enabled=1")) {
		calls("after ftrace_enabled=1", true);
		unload("after ftrace_enabled=1");
	}
}

int main(void)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	nk_new_netns();
	prog = nk_prog(NK_NEXT).fd;
	counts_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "nk_counts", 4,
				   sizeof(struct bpf_counts), 1, &opts);
	counts = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
		      counts_fd, 0);
	if (counts == MAP_FAILED)
		nk_die("make a map");

	nk_is(nk_probe(prog), -ENODEV, "the module is loaded");
	unload("start");
	calls("start", false);
	for (i = 0; i < TRACERS; i++) {
		tracer_first(&tracers[i]);
		netkit_first(&tracers[i]);
	}
	together(false);
	together(true);
	ftrace_switch();
	nk_sh("modprobe " NK_MODULE);
	return nk_exit();
}
