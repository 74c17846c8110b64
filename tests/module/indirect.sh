#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# No indirect call in the module but through the kernel's own operation
# tables: where the processor tracks indirect branches, any other could land on
# a function without a landing pad, and no machine without tracking shows it.
set -euo pipefail
# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

# Functions that may have one, and which: a test of what is found, below, says
# that this list is not longer than needed.
#	netkit_xmit	   bpf_prog_run() calls the program: prog->bpf_func
#	nk_rtnl_peer_net   the validate() of our rtnl_link_ops
allowed="netkit_xmit nk_rtnl_peer_net"

modules=/lib/modules/$(uname -r)
module=$(find "$modules/updates/dkms" -name 'netkit_backport.ko*')
check_match "the module is there" 'netkit_backport\.ko$' "$module"

# One line for each indirect branch: the function, and the instruction or the
# thunk that stands for it. Parts that the compiler split off count as whole.
branches() {
	objdump -dr --no-show-raw-insn "$1" | awk '
		/^[0-9a-f]+ <.*>:$/ {
			f = $2
			gsub(/[<>:]/, "", f)
			sub(/\..*/, "", f)
			next
		}
		/__x86_indirect_thunk|__x86_indirect_jump|__x86_indirect_call/ {
			print f, $NF
			next
		}
		/\t(notrack |bnd |cs |ds )*l?(call|jmp)q? +\*/ { print f, $NF }'
}

found=$(branches "$module")
functions=$(objdump -d "$module" | grep -cE '^[0-9a-f]+ <.*>:$')
check "the disassembly has functions ($functions)" test "$functions" -gt 30

others=$(while read -r function what; do
	[[ " $allowed " == *" $function "* ]] || echo "$function: $what"
done <<<"$found")
check_equal "no indirect call outside operation tables" "" "$others"
for function in $allowed; do
	check "$function has one, as it should" \
		grep -q "^$function " <<<"$found"
done

# The reading finds what it looks for
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cat >"$tmp/bad.c" <<'C'
int (*pointer)(int);
int caller(int x) { return pointer(x) + 1; }
int tail(int x) { return pointer(x); }
C
gcc -O2 -c -o "$tmp/bad.o" "$tmp/bad.c"
check_match "a bare indirect call would be found" 'caller ' \
	"$(branches "$tmp/bad.o")"
check_match "and a jump" 'tail ' "$(branches "$tmp/bad.o")"
gcc -O2 -mindirect-branch=thunk-extern -mindirect-branch-register -c \
	-o "$tmp/bad.o" "$tmp/bad.c"
check_match "and a call through a thunk" 'caller ' "$(branches "$tmp/bad.o")"
finish
