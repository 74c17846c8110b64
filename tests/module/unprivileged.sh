#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The module gives nothing to those who have no privileges: every bpf(2)
# command gives uid 65534, and root of a user namespace, the same answer with
# and without it, whatever kernel.unprivileged_bpf_disabled says, and every
# call that is netkit's fails.
#
# The last value of that switch stays until the guest is gone: own boot.
# netkit-vm: append=own.boot=unprivileged timeout=900
set -euo pipefail
# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

module=netkit_backport
switch=/proc/sys/kernel/unprivileged_bpf_disabled
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

run() {
	local out=$tmp/$1
	./unprivileged_helper "$2" "$3" >"$out" ||
		not_ok "$1: the calls are made" "$(tail -n 3 "$out")"
}

# 1 cannot be changed any more, so it comes last
for value in 0 2 1; do
	echo "$value" >"$switch"
	check_equal "unprivileged_bpf_disabled is $value" "$value" "$(cat "$switch")"
	for role in nobody userns; do
		what="$role, unprivileged_bpf_disabled=$value"
		# The helper's namespace, with a pair in it, goes by and by
		must "$what: the module goes" wait_for 60 rmmod "$module"
		run without "$role" foreign
		run again "$role" foreign
		modprobe "$module"
		run with "$role" foreign
		lines=$(wc -l <"$tmp/without")
		check "$what: more than 1000 calls ($lines)" test "$lines" -gt 1000
		check "$what: twice the same without the module" \
			cmp "$tmp/without" "$tmp/again"
		check "$what: the same with the module" \
			diff "$tmp/without" "$tmp/with"
		if [[ $value == 0 ]]; then
			check "$what: some calls succeed ($(grep -c descriptor "$tmp/with"))" \
				grep -q descriptor "$tmp/with"
		fi

		run netkit "$role" netkit
		lines=$(grep -c '^netkit' "$tmp/netkit")
		check_equal "$what: all calls for netkit are made" 144 "$lines"
		check_equal "$what: and none succeeds" "" \
			"$(grep '^netkit' "$tmp/netkit" | grep -v ': -E' || true)"
		check_equal "$what: to query takes a privilege" "" \
			"$(grep '^netkit, command 16,' "$tmp/netkit" | grep -v -- '-EPERM' || true)"
		check "$what: so does to detach without a program" \
			grep -q '^netkit, command 9, size 64: -EPERM' "$tmp/netkit"
		if [[ $role == userns ]]; then
			check "$what: there was a pair" grep -q '^# a pair' "$tmp/netkit"
		fi
	done
done

# ---- the peer in a namespace of somebody else ----

for end in peer primary; do
	check_equal "root of a user namespace makes a pair in a network namespace of its own ($end)" \
		made "$(python3 ./peer_netns_helper.py own "$end")"
	for by in pid fd; do
		check_equal "but not with the $end in the first one (by $by)" \
			EPERM "$(python3 ./peer_netns_helper.py "$by" "$end")"
	done
done
check_equal "nothing was left there" "" \
	"$(ip -brief link show type netkit)"

finish
