#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What bpftool shows of links and programs on netkit, as text and as JSON.
# `bpftool net list` asks every device of the namespace, which must neither
# fail nor leave a trace in the kernel's log.
set -euo pipefail

# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

pin=/sys/fs/bpf/nk_bpftool
trap 'rm -f "$pin" "$pin-peer"; ip link delete nk0 2>/dev/null || true' EXIT
rm -f "$pin" "$pin-peer"

# field JSON FILTER: bpftool's JSON through python, which every root has
field() {
	python3 -c 'import json, sys
data = json.loads(sys.argv[1])
print(eval(sys.argv[2], {"d": data, "netkit": lambda l: [x for x in l if x.get("type") == "netkit"]}))' \
		"$1" "$2"
}

# `bpftool link show` of a single link prints it and ends with status 255 all
# the same in the releases that distributions have
one() {
	bpftool "$@" || true
}

is_listed() {
	[[ $(field "$(bpftool -j link show)" \
		"any(x['id'] == $1 for x in d)") == True ]]
}

is_gone() {
	! is_listed "$1"
}

check "a pair is made" ip link add nk0 type netkit peer name nk1
ip link set nk0 up
ip link set nk1 up
index=$(<"/sys/class/net/nk0/ifindex")
peer_index=$(<"/sys/class/net/nk1/ifindex")

kmsg_mark
out=$(bpftool net list)
check_fails "no netkit program is listed at first" grep -q 'nk[01].*netkit' <<<"$out"

first=$(./attach_bpftool_helper nk0 primary "$pin")
second=$(./attach_bpftool_helper nk0 primary)
third=$(./attach_bpftool_helper nk0 peer "$pin-peer")
note "programs $first, $second on the primary, $third on the peer"

out=$(bpftool link show)
note "$out"
check_match "link show names type, program and end" \
	"netkit +prog $first"$'[^\n]*\n[^\n]*'"nk0\($index\) +attach_type netkit_primary" \
	"${out//$'\t'/ }"
check_match "link show names the peer's link" \
	"netkit +prog $third"$'[^\n]*\n[^\n]*'"nk1\($peer_index\) +attach_type netkit_peer" \
	"${out//$'\t'/ }"
json=$(bpftool -j link show)
check_equal "JSON: two netkit links" 2 "$(field "$json" 'len(netkit(d))')"
check_equal "JSON: their programs" "$first $third" \
	"$(field "$json" '" ".join(str(x["prog_id"]) for x in sorted(netkit(d), key=lambda x: x["id"]))')"
check_equal "JSON: their attach types" "netkit_primary netkit_peer" \
	"$(field "$json" '" ".join(x["attach_type"] for x in sorted(netkit(d), key=lambda x: x["id"]))')"
check_equal "JSON: their devices" "$index $peer_index" \
	"$(field "$json" '" ".join(str(x["ifindex"]) for x in sorted(netkit(d), key=lambda x: x["id"]))')"

json=$(one -j link show pinned "$pin")
check_equal "a pinned link is shown" "netkit $first" \
	"$(field "$json" 'd["type"] + " " + str(d["prog_id"])')"
id=$(field "$json" 'd["id"]')
check "it is in the list of all links" is_listed "$id"

out=$(bpftool net list)
note "$out"
check_match "net list has the first program with its link" \
	"nk0\($index\) netkit/primary [^"$'\n'"]*prog_id $first link_id [1-9]" "$out"
check_match "net list has the second program" \
	"nk0\($index\) netkit/primary [^"$'\n'"]*prog_id $second" "$out"
check_match "net list has the peer's program" \
	"nk0\($index\) netkit/peer [^"$'\n'"]*prog_id $third link_id [1-9]" "$out"
check_fails "it has none on the peer's own number" \
	grep -q "nk1($peer_index) netkit" <<<"$out"
check "net list is JSON, too" field "$(bpftool -j net list)" 'd[0]'

check "a link is detached by bpftool" bpftool link detach id "$id"
out=$(one link show pinned "$pin")
check_match "it is shown without a device" 'ifindex unknown|\(detached\)|ifindex 0' "$out"
rm -f "$pin"
check "a link is gone with its pin" wait_for 10 is_gone "$id"

ip link delete nk0
out=$(one link show pinned "$pin-peer")
check_match "a link is shown after its device" 'ifindex unknown|\(detached\)|ifindex 0' "$out"
check_equal "the kernel's log is silent" "" "$(kmsg_since)"
finish
