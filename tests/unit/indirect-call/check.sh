#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Does tests/lib/check-indirect-calls find what it has to, and nothing else?
set -euo pipefail
cd "$(dirname "$0")"

if (($# > 0)); then
	cat <<-USAGE
	usage: ${0##*/}

	Compiles two files with the options that kernels use, and compares what
	tests/lib/check-indirect-calls says of them with what is in them.
	USAGE
	exit 0
fi

check=../../lib/check-indirect-calls
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

# expect NAME WANT: compare the lines of $dir/out
expect() {
	if [[ $(cat "$dir/out") == "$2" ]]; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		sed 's/^/# /' "$dir/out"
		failed=1
	fi
}

# found FILE: "function allowed|forbidden" of each line, and the exit status
found() {
	local rc=0
	"$check" "$1" >"$dir/lines" 2>/dev/null || rc=$?
	{
		sed -E 's/^[^ ]+ ([^: ]+).*: allowed: .*/\1 allowed/
			s/^[^ ]+ ([^: ]+).*: NOT ALLOWED$/\1 forbidden/' "$dir/lines"
		echo "status $rc"
	} >"$dir/out"
}

compile() {
	"${CC:-gcc}" -O2 -fno-stack-protector -fcf-protection=branch "$@" -c
}

forbidden='nk_call forbidden
nk_tail forbidden
nk_memory forbidden
netkit_xmit forbidden
status 1'
for how in plain retpoline; do
	options=()
	[[ $how == plain ]] ||
		options=(-mindirect-branch=thunk-extern -mindirect-branch-register)
	compile -g "${options[@]}" -o "$dir/pointer.o" pointer.c
	found "$dir/pointer.o"
	expect "$how: calls through pointers are found" "$forbidden"
	compile -g "${options[@]}" -o "$dir/direct.o" direct.c
	found "$dir/direct.o"
	expect "$how: a run of a BPF program is allowed, no other call is found" \
		$'netkit_xmit allowed\nstatus 0'
	compile "${options[@]}" -o "$dir/direct.o" direct.c
	found "$dir/direct.o"
	expect "$how: without debug information too" \
		$'netkit_xmit allowed\nstatus 0'
done

: >"$dir/empty.c"
compile -o "$dir/empty.o" "$dir/empty.c"
found "$dir/empty.o"
expect "a file without code is refused" "status 1"
found "$dir/missing.o"
expect "a file that is not there is refused" "status 1"
exit "$failed"
