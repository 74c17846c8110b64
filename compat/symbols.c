// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding the functions that the kernel does not export.
 *
 * Before 6.2 each look-up walks all the kernel's names, but a dozen of them
 * is a matter of milliseconds, and walking once for all would need a callback.
 */
#define pr_fmt(fmt) "netkit: " fmt
#define NK_NO_SYMBOL_NAMES

#include <linux/kallsyms.h>
#include <linux/kprobes.h>

#include "arch.h"
#include "symbols.h"

#define NK_SYMBOL(name)	DEFINE_STATIC_CALL_NULL(nk_##name, name)
#include "symbols_list.h"
#undef NK_SYMBOL

DECLARE_STATIC_CALL(nk_kallsyms_lookup_name, kallsyms_lookup_name);
DEFINE_STATIC_CALL_NULL(nk_kallsyms_lookup_name, kallsyms_lookup_name);

/*
 * The look-up function is not exported either, but a kprobe knows where it
 * is, also one that is not armed.
 */
static int nk_find_lookup(void)
{
	struct kprobe kp = {
		.symbol_name	= "kallsyms_lookup_name",
		.flags		= KPROBE_FLAG_DISABLED,
	};
	char name[KSYM_SYMBOL_LEN];
	unsigned long addr, offset;
	int err;

	err = register_kprobe(&kp);
	if (err) {
		pr_err("cannot look up kernel symbols: a kprobe failed with %d (are CONFIG_KPROBES and CONFIG_KALLSYMS set?)\n",
		       err);
		return err;
	}
	addr = (unsigned long)kp.addr;
	unregister_kprobe(&kp);

	/*
	 * Where the function begins with a landing pad, the probe is behind it. The
	 * kernel may look at what precedes the target of a call (retbleed=stuff),
	 * so that has to be the function itself.
	 */
	sprint_symbol(name, addr);
	if (sscanf(name, "kallsyms_lookup_name+%lx", &offset) == 1)
		addr -= offset;

	static_call_update(nk_kallsyms_lookup_name,
			   (typeof(kallsyms_lookup_name) *)addr);
	return 0;
}

unsigned long nk_lookup(const char *name)
{
	return static_call(nk_kallsyms_lookup_name)(name);
}

unsigned long nk_symbol(const char *name)
{
	unsigned long addr = nk_lookup(name);

	if (!addr)
		pr_err("this kernel has no %s(), which netkit needs; please report it with the kernel's name and version\n",
		       name);
	return addr;
}

static int nk_resolve(const char *name, struct static_call_key *key,
		      void *trampoline)
{
	void *addr = (void *)nk_symbol(name);

	if (!addr)
		return -ENOENT;
	__static_call_update(key, trampoline, addr);
	return 0;
}

int nk_symbols_init(void)
{
	int err;

	if (NK_CALLS_ARE_CHECKED) {
		pr_err("this kernel checks calls through pointers (CONFIG_CFI_CLANG, CONFIG_CFI or CONFIG_ARM64_BTI_KERNEL) and has no direct static calls, which netkit needs then\n");
		return -EOPNOTSUPP;
	}

	err = nk_find_lookup();
#define NK_SYMBOL(name)							\
	(err = err ?: nk_resolve(#name, &STATIC_CALL_KEY(nk_##name),	\
				 STATIC_CALL_TRAMP_ADDR(nk_##name)))
#include "symbols_list.h"
#undef NK_SYMBOL

	return err;
}
