#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# netkit by tools that know nothing of it: the iproute2, bpftool and libbpf of
# the time of a 5.10 kernel. They make pairs with all defaults, and attach by
# number. What is used here, current tools have too.
#
#   this namespace        nkt-pod
#   --------------        -------
#   nka <---------------> nk0, renamed to eth0
set -euo pipefail
# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

pod=nkt-pod
pin=/sys/fs/bpf/nk_own_tools
cleanup() {
	rm -f $pin
	ip link delete nka 2>/dev/null || true
	ip netns delete $pod 2>/dev/null || true
}
trap cleanup EXIT
cleanup
note "$(ip -V), bpftool $(bpftool version | head -n 1)"
must "a namespace" ip netns add $pod
in_pod=(ip netns exec "$pod")

must "a pair" ip link add nka type netkit
check_match "has a peer" 'nka@nk0' "$(ip -brief link show nka)"
check_match "is a netkit" 'netkit' "$(ip -d link show nka)"
check_equal "is one for ethtool" netkit \
	"$(ethtool -i nka | sed -n 's/^driver: //p')"
check_fails "a second of the name" ip link add nka type netkit
must "the peer is moved and renamed" ip link set nk0 netns $pod name eth0
check_match "and listed" 'eth0@if[0-9]+' \
	"$("${in_pod[@]}" ip -brief link show type netkit)"
check_fails "an address in L3" ip link set nka address 02:00:00:00:00:01
ip addr add 192.0.2.1/32 dev nka
ip link set nka up
ip route add 192.0.2.2/32 dev nka
"${in_pod[@]}" ip addr add 192.0.2.2/32 dev eth0
"${in_pod[@]}" ip link set eth0 up
"${in_pod[@]}" ip route add 192.0.2.1/32 dev eth0
check "ping" ping -q -c 1 -W 5 192.0.2.2
check_match "counted" '"packets":[1-9]' \
	"$(ip -j -s link show nka | tr -d ' \n')"

kmsg_mark
./own_tools_helper nka $pin || not_ok "own_tools_helper comes to its end"
check_fails "no ping through a program that drops" \
	ping -q -c 1 -W 1 192.0.2.2
id=$(bpftool -j link show | python3 -c 'import json, sys
print([l["id"] for l in json.load(sys.stdin) if l["type"] in (13, "netkit")][0])')
check "bpftool link show" bpftool link show
check_match "has the link" "$id: " "$(bpftool link show)"
check "bpftool net list" bpftool net list
check "bpftool link detach" bpftool link detach id "$id"
check "ping again" ping -q -c 1 -W 5 192.0.2.2
rm -f $pin
check_equal "the kernel's log is silent" "" "$(kmsg_since)"

check "deleting the peer" "${in_pod[@]}" ip link delete eth0
check_fails "deletes both" ip link show nka
finish
