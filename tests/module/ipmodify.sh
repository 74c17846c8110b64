#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A live patch of bpf(2) and this module exclude each other: whichever comes
# second is refused, and the first goes on. The live patch is a module, made
# here, with all that matters of one: an ftrace_ops that may change the
# instruction pointer.
#
# netkit-vm: check=no timeout=900 needs=headers kmsg=netkit: cannot hook __\w+_sys_bpf
set -euo pipefail
# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

module=netkit_backport
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat >"$dir/second_owner.c" <<SOURCE
#include <linux/ftrace.h>
#include <linux/module.h>
static void handler(unsigned long ip, unsigned long parent,
		    struct ftrace_ops *ops, void *regs)
{
}
static struct ftrace_ops ops = {
	/* The last argument was struct pt_regs once */
	.func	= (void *)handler,
	.flags	= FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_SAVE_REGS,
};
static int __init start(void)
{
	static unsigned char name[] = "$TAP_SYS_BPF";
	int err = ftrace_set_filter(&ops, name, sizeof(name) - 1, 1);

	if (!err)
		err = register_ftrace_function(&ops);
	if (err)
		ftrace_free_filter(&ops);
	return err;
}
static void __exit end(void)
{
	unregister_ftrace_function(&ops);
	ftrace_free_filter(&ops);
}
module_init(start);
module_exit(end);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("test");
SOURCE
echo 'obj-m := second_owner.o' >"$dir/Makefile"
must "another owner is compiled" \
	make -C "/lib/modules/$(uname -r)/build" M="$dir" modules

check_fails_with "netkit, then another owner: it is refused" "busy" \
	insmod "$dir/second_owner.ko"
check_equal "netkit answers" -ENODEV "$(./probe_helper)"
must "rmmod $module" wait_for 60 rmmod "$module"

check "without netkit the other owner loads" insmod "$dir/second_owner.ko"
kmsg_mark
check_fails_with "another owner, then netkit: it is refused" "busy" \
	modprobe "$module"
check_equal "the log gets one line" 1 "$(kmsg_all_since | wc -l)"
check_match "which says who cannot coexist" \
	"netkit: cannot hook $TAP_SYS_BPF.*live patch" "$(kmsg_all_since)"
check_equal "nothing of netkit is loaded" "" \
	"$(grep netkit /proc/modules || true)"
check_equal "no netkit answers" -EINVAL "$(./probe_helper)"
check_fails "no netkit device can be made" \
	ip link add nka type netkit

check "the other owner goes" rmmod second_owner
check "then netkit loads" modprobe "$module"
check_equal "and answers" -ENODEV "$(./probe_helper)"
finish
