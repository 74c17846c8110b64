/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions of the kernel that netkit needs and that are not exported.
 * symbols.h and symbols.c include this, with a meaning for NK_SYMBOL(). A new
 * line here wants another in symbols.h, which gives the function its name.
 */
NK_SYMBOL(bpf_link_by_id);
NK_SYMBOL(bpf_link_cleanup);
NK_SYMBOL(bpf_link_get_from_fd);
NK_SYMBOL(bpf_link_init);
NK_SYMBOL(bpf_link_prime);
NK_SYMBOL(bpf_link_put);
NK_SYMBOL(bpf_link_settle);
NK_SYMBOL(bpf_prog_by_id);
NK_SYMBOL(bpf_prog_get);
NK_SYMBOL(ftrace_free_filter);
#ifdef CONFIG_SECURITY
NK_SYMBOL(security_bpf);
#endif /* CONFIG_SECURITY */
NK_SYMBOL(skb_do_redirect);
