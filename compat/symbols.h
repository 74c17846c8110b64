/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Functions that the kernel has but does not export.
 *
 * Each is called through a static call, which is patched into a direct call,
 * and keeps the kernel's own name: code that includes this header reads as if
 * the function were exported. Never take the address of one and never call one
 * through a pointer; docs/architecture.md says why.
 */
#ifndef _NK_SYMBOLS_H
#define _NK_SYMBOLS_H

#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/ftrace.h>
#include <linux/security.h>
#include <linux/static_call.h>

/* Prototypes come from the kernel's headers. */
#define NK_SYMBOL(name)	DECLARE_STATIC_CALL(nk_##name, name)
#include "symbols_list.h"
#undef NK_SYMBOL

#ifndef NK_NO_SYMBOL_NAMES
#define bpf_link_by_id(...)	static_call(nk_bpf_link_by_id)(__VA_ARGS__)
#define bpf_link_cleanup(...)	static_call(nk_bpf_link_cleanup)(__VA_ARGS__)
#define bpf_link_get_from_fd(...) \
	static_call(nk_bpf_link_get_from_fd)(__VA_ARGS__)
#define bpf_link_init(...)	static_call(nk_bpf_link_init)(__VA_ARGS__)
#define bpf_link_prime(...)	static_call(nk_bpf_link_prime)(__VA_ARGS__)
#define bpf_link_put(...)	static_call(nk_bpf_link_put)(__VA_ARGS__)
#define bpf_link_settle(...)	static_call(nk_bpf_link_settle)(__VA_ARGS__)
#define bpf_prog_by_id(...)	static_call(nk_bpf_prog_by_id)(__VA_ARGS__)
#define bpf_prog_get(...)	static_call(nk_bpf_prog_get)(__VA_ARGS__)
#define ftrace_free_filter(...)	static_call(nk_ftrace_free_filter)(__VA_ARGS__)
#ifdef CONFIG_SECURITY
#define security_bpf(...)	static_call(nk_security_bpf)(__VA_ARGS__)
#endif /* CONFIG_SECURITY */
#define skb_do_redirect(...)	static_call(nk_skb_do_redirect)(__VA_ARGS__)
#endif /* !NK_NO_SYMBOL_NAMES */

/**
 * nk_symbols_init - find all functions of symbols_list.h
 *
 * Must have succeeded before any of them is called.
 *
 * Context: process context, while loading.
 * Return: 0, or an error after a line in the log that names what is missing.
 */
int nk_symbols_init(void);

/**
 * nk_lookup - address of something that the kernel may have
 * @name: its name
 *
 * Context: process context, after nk_symbols_init().
 * Return: the address, or 0.
 */
unsigned long nk_lookup(const char *name);

/**
 * nk_symbol - address of something that the kernel must have
 * @name: its name
 *
 * Context: process context, after nk_symbols_init().
 * Return: the address, or 0 after a line in the log that names it.
 */
unsigned long nk_symbol(const char *name);

#endif /* _NK_SYMBOLS_H */
