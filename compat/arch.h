/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between architectures: where bpf(2) enters and how it gets its
 * arguments, where a function calls ftrace, and whether functions that nobody
 * exports can be called safely.
 */
#ifndef _NK_ARCH_H
#define _NK_ARCH_H

#include <linux/ptrace.h>
#include <linux/types.h>
#ifdef CONFIG_X86_64
#include <asm/syscall.h>
#include <asm/unistd.h>
#include <asm/unistd_32_ia32.h>
#endif /* CONFIG_X86_64 */

#include "shim/bpf_common_attrs.h"

/* What a call says; the last two count with BPF_COMMON_ATTRS in @flags only. */
struct nk_bpf_call {
	int		cmd;
	int		flags;
	u32		size;
	void __user	*uattr;
	u32		size_common;
	void __user	*uattr_common;
};

/*
 * Where an architecture's entry functions take their arguments from. The
 * compat one is for kernels that have a function of its own for 32-bit
 * callers.
 */
#if defined(CONFIG_X86_64)

#define NK_SYS_BPF		"__x64_sys_bpf"
#ifdef CONFIG_IA32_EMULATION
#define NK_COMPAT_SYS_BPF	"__ia32_sys_bpf"
#endif /* CONFIG_IA32_EMULATION */

/*
 * From 6.9 on, and in stable releases before, these call the entry functions,
 * which a table does elsewhere. Where all the kernel is compiled in one piece
 * (CONFIG_LTO_CLANG_FULL) they may contain them instead. They are declared for
 * the compiler to compare them with what the kernel's header says, if it does.
 */
long x64_sys_call(const struct pt_regs *regs, unsigned int number);
long ia32_sys_call(const struct pt_regs *regs, unsigned int number);

static inline const char *nk_sys_call_name(bool compat)
{
	return compat ? "ia32_sys_call" : "x64_sys_call";
}

static inline unsigned int nk_bpf_number(bool compat)
{
	return compat ? __NR_ia32_bpf : __NR_bpf;
}

static __always_inline struct nk_bpf_call
nk_get_call(const struct pt_regs *regs, bool compat)
{
	int cmd = compat ? regs->bx : regs->di;

	return (struct nk_bpf_call) {
		.cmd	= cmd & ~BPF_COMMON_ATTRS,
		.flags	= cmd & BPF_COMMON_ATTRS,
		.uattr	= (void __user *)(compat ? (u32)regs->cx : regs->si),
		.size	= regs->dx,
		.uattr_common = (void __user *)
				(compat ? (u32)regs->si : regs->r10),
		.size_common = compat ? regs->di : regs->r8,
	};
}

static __always_inline void nk_set_cmd(struct pt_regs *regs, int cmd)
{
	regs->di = cmd;
	regs->bx = cmd;
}

static __always_inline void nk_set_size(struct pt_regs *regs, u32 size)
{
	regs->dx = size;
}

#define NK_FTRACE_OFFSET	0

#elif defined(CONFIG_ARM64)

/*
 * 32-bit callers come to the same function, and their registers are where those
 * of the others are: bpf(2) has no compat variant there.
 */
#define NK_SYS_BPF		"__arm64_sys_bpf"

/* Only a table leads there. */
static inline const char *nk_sys_call_name(bool compat)
{
	return NULL;
}

static inline unsigned int nk_bpf_number(bool compat)
{
	return 0;
}

static __always_inline struct nk_bpf_call
nk_get_call(const struct pt_regs *regs, bool compat)
{
	int cmd = regs->regs[0];

	return (struct nk_bpf_call) {
		.cmd	= cmd & ~BPF_COMMON_ATTRS,
		.flags	= cmd & BPF_COMMON_ATTRS,
		.uattr	= (void __user *)regs->regs[1],
		.size	= regs->regs[2],
		.uattr_common = (void __user *)regs->regs[3],
		.size_common = regs->regs[4],
	};
}

static __always_inline void nk_set_cmd(struct pt_regs *regs, int cmd)
{
	regs->regs[0] = cmd;
}

static __always_inline void nk_set_size(struct pt_regs *regs, u32 size)
{
	regs->regs[2] = size;
}

/*
 * A function calls ftrace by its second instruction, the place that kernels
 * before 5.18 want to be told.
 */
#define NK_FTRACE_OFFSET	4

#else /* !CONFIG_X86_64 && !CONFIG_ARM64 */
#error "netkit does not know how bpf(2) gets its arguments on this architecture"
#endif /* !CONFIG_X86_64 && !CONFIG_ARM64 */

/*
 * Where a kernel cannot patch static calls, they are calls through a pointer
 * (arm64 before 7.x). That does no harm as long as the kernel does not check
 * where such calls go.
 */
#if !defined(CONFIG_HAVE_STATIC_CALL) &&				\
	(defined(CONFIG_CFI_CLANG) || defined(CONFIG_CFI) ||		\
	 defined(CONFIG_ARM64_BTI_KERNEL))
#define NK_CALLS_ARE_CHECKED	true
#else
#define NK_CALLS_ARE_CHECKED	false
#endif

#endif /* _NK_ARCH_H */
