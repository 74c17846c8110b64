#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bpf(2) calls that are not netkit's give the same results with and without
# the module: some thousand calls, line by line. They run twice without it
# first, which shows that their results do not change by themselves.
#
# netkit-vm: load=no timeout=1200
set -euo pipefail

usage="usage: ${0##*/}
Compare what bpf(2) answers with and without netkit_backport, which must not
be loaded at first; \$NK_SEED is the seed of the random calls."
if (($# > 0)); then
	echo "$usage"
	exit 0
fi

# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

seed=${NK_SEED:-20240607}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

calls() {
	./bpf_other_helper "$seed" >"$dir/$1" || {
		not_ok "$1: the calls are made" "$(tail -n 3 "$dir/$1")"
		exit 1
	}
	note "$1: $(tail -n 1 "$dir/$1")"
}

same() {
	local out
	if out=$(diff "$dir/$1" "$dir/$2"); then
		ok "$3"
	else
		not_ok "$3" "$(head -n 20 <<<"$out")"
	fi
}

loaded() {
	[[ -d /sys/module/netkit_backport ]]
}

note "NK_SEED=$seed"
if loaded; then
	must "the module is unloaded first" wait_for 60 rmmod netkit_backport
fi
check_equal "without the module attach type 54 is unknown" -EINVAL \
	"$(./bpf_other_helper probe)"
calls without
calls without-again
same without without-again "without the module, twice the same"

lines=$(wc -l <"$dir/without")
check "more than 20000 calls ($lines)" test "$lines" -gt 20000
won=$(sed -n 's/.* of which \([0-9]*\) succeed/\1/p' "$dir/without")
check "more than 100 succeed ($won)" test "$won" -gt 100

check "the module loads" modprobe netkit_backport
check_equal "with the module attach type 54 is known" -ENODEV \
	"$(./bpf_other_helper probe)"
calls with
same without with "with the module the same"

# Not only idle: a pair that has programs, and calls of netkit's meanwhile
ip link add nk0 type netkit peer name nk1
ip link set nk0 up
ip link set nk1 up
while :; do
	./bpf_other_helper probe >/dev/null
done &
busy=$!
calls in-use
kill "$busy"
wait "$busy" 2>/dev/null || true
same without in-use "with the module in use the same"
ip link del nk0

# The last of the calls that went on meanwhile may still hold it
check "the module unloads" wait_for 60 rmmod netkit_backport
check_equal "attach type 54 is unknown again" -EINVAL \
	"$(./bpf_other_helper probe)"
calls after
same without after "after the module the same"
finish
