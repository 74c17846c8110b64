// SPDX-License-Identifier: GPL-2.0-only
/*
 * Load and unload.
 */
#define pr_fmt(fmt) "netkit: " fmt

#include <linux/module.h>
#include <net/rtnetlink.h>

#include "netkit.h"

static bool takeover;
module_param(takeover, bool, 0444);
MODULE_PARM_DESC(takeover,
		 "Replace a netkit that the kernel has built in, while this module is loaded (default: no, then the built-in stays in charge)");

static const struct netkit_bpf_ops netkit_bpf_ops = {
	.prog_attach	= netkit_prog_attach,
	.prog_detach	= netkit_prog_detach,
	.prog_query	= netkit_prog_query,
	.link_create	= netkit_link_create,
};

static int __init netkit_module_init(void)
{
	int err;

	err = nk_link_kind_check(takeover);
	if (err)
		return err;
	err = nk_symbols_init();
	if (err)
		return err;

	err = nk_bpf_syscall_init(&netkit_bpf_ops);
	if (err)
		return err;

	/* The last that can fail: a device that is made now is not lost. */
	err = nk_link_kind_register(&netkit_link_ops);
	if (err) {
		nk_bpf_syscall_exit();
		return err;
	}

	nk_bpf_syscall_open();
	pr_info("version " NK_VERSION " ready%s\n", nk_link_kind_taken() ?
		", in place of the kernel's own netkit" : "");
	return 0;
}

/* Not reached while a device or a link exists: each holds the module. */
static void __exit netkit_module_exit(void)
{
	nk_bpf_syscall_exit();
	nk_link_kind_unregister(&netkit_link_ops);
}

module_init(netkit_module_init);
module_exit(netkit_module_exit);

MODULE_DESCRIPTION("BPF-programmable network device");
MODULE_AUTHOR("The netkit-dkms maintainers");
MODULE_LICENSE("GPL");
MODULE_VERSION(NK_VERSION);
MODULE_ALIAS("netkit");
MODULE_ALIAS_RTNL_LINK("netkit");
