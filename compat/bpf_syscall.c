// SPDX-License-Identifier: GPL-2.0-only
/*
 * The front door for bpf(2).
 *
 * A handler at the entry of the system call looks at each call, and sends
 * those that are ours, or that cannot be told without sleeping, to one of the
 * nk_serve_*() functions below. There a call is served as the kernel's own
 * bpf(2) serves one, up to the point where the attach type matters. All others
 * go on with no frame of ours on their stack.
 *
 * Staying clear of unloading: a call that came to us takes a reference to the
 * module before it does anything that may sleep, however long. Unloading is
 * refused meanwhile. Where there is no reference to be had because unloading
 * has begun, the call starts anew, until it finds the door gone. What is left
 * are the few instructions from the handler to try_module_get() and those
 * after module_put(). They do not sleep, and being preempted in them is no
 * quiescent state for RCU-tasks; so once the door is gone, a grace period of
 * RCU-tasks ends after the last of them. (Kernels without preemption wait for
 * a grace period of RCU instead, with the same result.)
 *
 * How much a caller may pass is up to the kernel that runs: as many bytes as
 * its own union bpf_attr has, which is more than netkit needs everywhere, and
 * zeroes up to a page behind them.
 */
#define pr_fmt(fmt) "netkit: " fmt

#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "arch.h"
#include "compat.h"
#include "hook.h"
#include "shim/bpf_common_attrs.h"
#include "shim/security_bpf.h"

typedef int nk_prog_op_t(const union netkit_bpf_attr *attr);
typedef int nk_query_op_t(const union netkit_bpf_attr *attr,
			  union netkit_bpf_attr __user *uattr);
typedef long nk_entry_t(const struct pt_regs *regs);
typedef long nk_sys_call_t(const struct pt_regs *regs, unsigned int number);

/* The driver's functions, once nk_bpf_syscall_init() knows them */
DEFINE_STATIC_CALL_NULL(nk_prog_attach, nk_prog_op_t);
DEFINE_STATIC_CALL_NULL(nk_prog_detach, nk_prog_op_t);
DEFINE_STATIC_CALL_NULL(nk_prog_query, nk_query_op_t);
DEFINE_STATIC_CALL_NULL(nk_link_create, nk_prog_op_t);

/* The kernel's functions that we are in front of */
DEFINE_STATIC_CALL_NULL(nk_sys_bpf, nk_entry_t);
DEFINE_STATIC_CALL_NULL(nk_compat_sys_bpf, nk_entry_t);

/* What calls them, where that is a function, while nk_verify() runs */
DEFINE_STATIC_CALL_NULL(nk_sys_call, nk_sys_call_t);

/*
 * Calls are let in when loading cannot fail any more: they hold the module,
 * which does not keep one from going whose init fails.
 */
static bool nk_open;

/* Registers of nobody, by which nk_verify() is recognised; else NULL */
static const struct pt_regs *nk_verify_regs;
#define NK_VERIFIED	0x6e6b

static_assert(sizeof(union bpf_attr) >= sizeof(union netkit_bpf_attr));

/* The attributes, as many as the kernel knows */
union nk_bpf_attr {
	union bpf_attr		kernel;
	union netkit_bpf_attr	netkit;
	u8			bytes[sizeof(union bpf_attr)];
};

/* Where a command keeps its attach type; 0 for commands that are never ours */
static __always_inline u32 nk_attach_type_offset(int cmd)
{
	switch (cmd) {
	case BPF_PROG_ATTACH:
	case BPF_PROG_DETACH:
		return offsetof(union netkit_bpf_attr, attach.attach_type);
	case BPF_PROG_QUERY:
		return offsetof(union netkit_bpf_attr, query.attach_type);
	case BPF_LINK_CREATE:
		return offsetof(union netkit_bpf_attr, link_create.attach_type);
	default:
		return 0;
	}
}

static __always_inline bool nk_is_ours(u32 attach_type)
{
	return attach_type == BPF_NETKIT_PRIMARY ||
	       attach_type == BPF_NETKIT_PEER;
}

/* Byte behind the last one that a command knows */
static u32 nk_last_byte(int cmd)
{
	switch (cmd) {
	case BPF_PROG_ATTACH:
	case BPF_PROG_DETACH:
		return offsetofend(union netkit_bpf_attr,
				   attach.expected_revision);
	case BPF_PROG_QUERY:
		return offsetofend(union netkit_bpf_attr, query.revision);
	default:
		/* Other types of link have more to say than netkit's. */
		return sizeof(union netkit_bpf_attr);
	}
}

/*
 * Call the kernel's bpf(2). It is given a copy of the registers: the handler
 * lets calls pass that are not about the caller's own.
 */
static __always_inline long nk_call_kernel(const struct pt_regs *regs,
					   u32 size, bool compat)
{
	struct pt_regs copy = *regs;

	nk_set_size(&copy, size);
#ifdef NK_COMPAT_SYS_BPF
	if (compat)
		return static_call(nk_compat_sys_bpf)(&copy);
#endif /* NK_COMPAT_SYS_BPF */
	return static_call(nk_sys_bpf)(&copy);
}

/*
 * Copy attributes as the kernel's bpf(2) does: @size bytes that the caller
 * gave, of which those behind the @known ones have to be zero.
 */
static int nk_copy(void *to, size_t known, const void __user *from, u32 size)
{
	u32 copy = min_t(u32, size, known);
	int zero;

	if (size > PAGE_SIZE)
		return -E2BIG;
	if (size > copy) {
		zero = check_zeroed_user(from + copy, size - copy);
		if (zero < 0)
			return zero;
		if (!zero)
			return -E2BIG;
	}
	memset(to, 0, known);
	return copy_from_user(to, from, copy) ? -EFAULT : 0;
}

/* Netkit's commands have no use for common attributes, but they must be good. */
static int nk_check_common(const struct nk_bpf_call *call)
{
	u8 attr[NK_COMMON_ATTRS_KNOWN];

	if (!call->flags)
		return 0;
	return nk_copy(attr, sizeof(attr), call->uattr_common,
		       call->size_common);
}

/* Serve a call that is ours, from where its attributes have been copied. */
static int nk_dispatch(union nk_bpf_attr *attr, const struct nk_bpf_call *call)
{
	u32 last = nk_last_byte(call->cmd);
	int err;

	err = nk_check_common(call);
	if (err)
		return err;
	err = security_bpf_user(call->cmd, &attr->kernel,
				min_t(u32, call->size, sizeof(*attr)));
	if (err < 0)
		return err;

	if (call->cmd == BPF_PROG_QUERY && !bpf_net_capable())
		return -EPERM;
	if (memchr_inv(attr->bytes + last, 0, sizeof(*attr) - last))
		return -EINVAL;

	switch (call->cmd) {
	case BPF_PROG_ATTACH:
		return static_call(nk_prog_attach)(&attr->netkit);
	case BPF_PROG_DETACH:
		return static_call(nk_prog_detach)(&attr->netkit);
	case BPF_PROG_QUERY:
		return static_call(nk_prog_query)(&attr->netkit, call->uattr);
	default:
		return static_call(nk_link_create)(&attr->netkit);
	}
}

/* Serve a call, holding the module. */
static __always_inline long nk_serve_held(const struct pt_regs *regs,
					  bool compat)
{
	const struct nk_bpf_call call = nk_get_call(regs, compat);
	union nk_bpf_attr attr;
	u32 type;
	long ret;

	/* The kernel knows best what is wrong with attributes it cannot read. */
	if (nk_copy(&attr, sizeof(attr), call.uattr, call.size))
		return nk_call_kernel(regs, call.size, compat);

	memcpy(&type, attr.bytes + nk_attach_type_offset(call.cmd),
	       sizeof(type));
	if (!nk_is_ours(type))
		return nk_call_kernel(regs, call.size, compat);

	/*
	 * With kernel.unprivileged_bpf_disabled some kernels refuse all
	 * commands to unprivileged callers and some only the ones that create
	 * maps and programs. This one says itself what it does, before it
	 * finds the size absurd.
	 */
	if (!bpf_capable()) {
		ret = nk_call_kernel(regs, PAGE_SIZE + 1, compat);
		if (ret != -E2BIG)
			return ret;
	}
	return nk_dispatch(&attr, &call);
}

static __always_inline long nk_serve(const struct pt_regs *regs, bool compat)
{
	long ret;

	if (!try_module_get(THIS_MODULE))
		return restart_syscall();
	ret = nk_serve_held(regs, compat);
	module_put(THIS_MODULE);
	return ret;
}

static long nk_serve_native(const struct pt_regs *regs)
{
	return nk_serve(regs, false);
}

static long nk_serve_verify(const struct pt_regs *regs)
{
	return NK_VERIFIED;
}

/*
 * The handler's part. Most calls end at the first test. Nothing here sleeps,
 * and nothing calls bpf(2), so there is no recursion to be guarded against.
 */
static __always_inline void nk_handle(struct ftrace_regs *fregs,
				      nk_entry_t *serve, bool compat)
{
	const struct pt_regs *regs = (void *)ftrace_regs_get_argument(fregs, 0);
	unsigned long to = (unsigned long)serve;
	const struct nk_bpf_call call = nk_get_call(regs, compat);
	u32 offset = nk_attach_type_offset(call.cmd);
	u32 type = 0;

	if (!offset)
		return;

	/*
	 * A call that we made ourselves? Registers tell; return addresses do
	 * not, tracers replace them.
	 */
	if (regs != task_pt_regs(current)) {
		to = (unsigned long)nk_serve_verify;
		if (regs == READ_ONCE(nk_verify_regs))
			ftrace_regs_set_instruction_pointer(fregs, to);
		return;
	}
	if (!READ_ONCE(nk_open) || call.size <= offset)
		return;

	/*
	 * Attributes that end within the attach type are filled up with zero.
	 * If it cannot be read now, that is left to who may sleep. A caller
	 * that changes it after this look gains nothing: whoever serves the
	 * call reads it again.
	 */
	if (!copy_from_user_nofault(&type, call.uattr + offset,
				    min_t(u32, call.size - offset,
					  sizeof(type))) &&
	    !nk_is_ours(type))
		return;
	ftrace_regs_set_instruction_pointer(fregs, to);
}

static void notrace nk_handle_native(unsigned long ip, unsigned long parent_ip,
				     struct ftrace_ops *ops,
				     struct ftrace_regs *fregs)
{
	nk_handle(fregs, nk_serve_native, false);
}

static struct nk_hook nk_native_hook = {
	.name		= NK_SYS_BPF,
	.ops.func	= nk_handle_native,
};

#ifdef NK_COMPAT_SYS_BPF

static long nk_serve_compat(const struct pt_regs *regs)
{
	return nk_serve(regs, true);
}

static void notrace nk_handle_compat(unsigned long ip, unsigned long parent_ip,
				     struct ftrace_ops *ops,
				     struct ftrace_regs *fregs)
{
	nk_handle(fregs, nk_serve_compat, true);
}

static struct nk_hook nk_compat_hook = {
	.name		= NK_COMPAT_SYS_BPF,
	.ops.func	= nk_handle_compat,
};

#endif /* NK_COMPAT_SYS_BPF */

/* Call the kernel's bpf(2), with these registers, as its entry code does */
static long nk_enter(const struct pt_regs *regs, bool compat)
{
	const char *name = nk_sys_call_name(compat);
	unsigned long addr = name ? nk_lookup(name) : 0;

	if (addr) {
		static_call_update(nk_sys_call, (nk_sys_call_t *)addr);
		return static_call(nk_sys_call)(regs, nk_bpf_number(compat));
	}
#ifdef NK_COMPAT_SYS_BPF
	if (compat)
		return static_call(nk_compat_sys_bpf)(regs);
#endif /* NK_COMPAT_SYS_BPF */
	return static_call(nk_sys_bpf)(regs);
}

/*
 * Is a hook in effect? Called with registers that nobody else has, bpf(2) ends
 * in nk_serve_verify(). Without the hook it is a call that fails.
 */
static int nk_verify(const struct nk_hook *hook, bool compat)
{
	struct pt_regs regs = {};
	long ret;

	nk_set_cmd(&regs, BPF_PROG_ATTACH);
	nk_set_size(&regs, PAGE_SIZE + 1);

	WRITE_ONCE(nk_verify_regs, &regs);
	ret = nk_enter(&regs, compat);
	WRITE_ONCE(nk_verify_regs, NULL);

	if (ret != NK_VERIFIED) {
		pr_err("the hook of %s() has no effect (%ld); please report it with the kernel's name and version\n",
		       hook->name, ret);
		return -ENXIO;
	}
	return 0;
}

static int nk_hook_bpf(struct nk_hook *hook, bool compat)
{
	int err;

	hook->addr = nk_symbol(hook->name);
	if (!hook->addr)
		return -ENOENT;
	if (compat)
		static_call_update(nk_compat_sys_bpf,
				   (nk_entry_t *)hook->addr);
	else
		static_call_update(nk_sys_bpf, (nk_entry_t *)hook->addr);

	err = nk_hook_add(hook);
	if (err)
		return err;
	err = nk_verify(hook, compat);
	if (err)
		nk_hook_del(hook);
	return err;
}

int nk_bpf_syscall_init(const struct netkit_bpf_ops *ops)
{
	int err;

	static_call_update(nk_prog_attach, ops->prog_attach);
	static_call_update(nk_prog_detach, ops->prog_detach);
	static_call_update(nk_prog_query, ops->prog_query);
	static_call_update(nk_link_create, ops->link_create);

	err = nk_hook_bpf(&nk_native_hook, false);
	if (err)
		return err;
#ifdef NK_COMPAT_SYS_BPF
	err = nk_hook_bpf(&nk_compat_hook, true);
	if (err) {
		nk_hook_del(&nk_native_hook);
		return err;
	}
#endif /* NK_COMPAT_SYS_BPF */

	return 0;
}

void nk_bpf_syscall_open(void)
{
	WRITE_ONCE(nk_open, true);
}

void nk_bpf_syscall_exit(void)
{
#ifdef NK_COMPAT_SYS_BPF
	nk_hook_del(&nk_compat_hook);
#endif /* NK_COMPAT_SYS_BPF */
	nk_hook_del(&nk_native_hook);
	synchronize_rcu_tasks();
}
