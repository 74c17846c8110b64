// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks are what live patching is made of: an ftrace_ops that may change the
 * instruction pointer. Two of that kind on one function exclude each other,
 * so nobody bypasses us unnoticed, and we nobody; and as a permanent one it
 * makes turning ftrace off fail, which would disarm it.
 */
#define pr_fmt(fmt) "netkit: " fmt

#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/sched.h>

#include "arch.h"
#include "hook.h"
#include "symbols.h"

static void nk_hook_explain(const struct nk_hook *hook, int err)
{
	switch (err) {
	case -EBUSY:
		pr_err("cannot hook %s(): a live patch, a kprobe or a BPF program that replaces its calls has it (see enabled_functions in tracefs), or kernel.ftrace_enabled is 0\n",
		       hook->name);
		break;
	case -ENODEV:
		pr_err("cannot hook %s(): ftrace is turned off\n", hook->name);
		break;
	default:
		pr_err("cannot hook %s(): ftrace says %d; please report it\n",
		       hook->name, err);
	}
}

int nk_hook_add(struct nk_hook *hook)
{
	int err;

	hook->ops.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT |
			  NK_FTRACE_OPS_FL_ARGS | NK_FTRACE_OPS_FL_UNPROTECTED;

	err = ftrace_set_filter_ip(&hook->ops, hook->addr, 0, 0);
	if (err == -EINVAL && NK_FTRACE_OFFSET)
		err = ftrace_set_filter_ip(&hook->ops,
					   hook->addr + NK_FTRACE_OFFSET, 0, 0);
	if (!err)
		err = register_ftrace_function(&hook->ops);
	if (err) {
		ftrace_free_filter(&hook->ops);
		nk_hook_explain(hook, err);
	}
	return err;
}

void nk_hook_del(struct nk_hook *hook)
{
	int err = unregister_ftrace_function(&hook->ops);

	if (err) {
		pr_crit("cannot take the hook of %s() away: ftrace says %d; restart this machine\n",
			hook->name, err);
		/* It still leads here: this code must not go away */
		for (;;)
			schedule_timeout_idle(MAX_SCHEDULE_TIMEOUT);
	}
	ftrace_free_filter(&hook->ops);
}
