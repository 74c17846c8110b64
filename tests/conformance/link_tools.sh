#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Pairs as users make and see them: ip, ethtool, tc, XDP.
#
#   this namespace        nkt-pod
#   --------------        -------
#   nk0 <---------------> nk1
set -euo pipefail
# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

pod=nkt-pod
cleanup() {
	ip link delete nk0 2>/dev/null || true
	ip netns delete $pod 2>/dev/null || true
}
trap cleanup EXIT
cleanup
must "a namespace" ip netns add $pod
in_pod=(ip netns exec "$pod")

# What `ip -d link` says after the word netkit
text() {
	"${@:2}" ip -d link show dev "$1" |
		sed -n 's/.*\(netkit mode.*\)/\1/p' |
		sed 's/ \(addrgenmode\|numtxqueues\).*//; s/ *$//'
}

# json DEVICE KEY [COMMAND...]: of linkinfo's data
json() {
	"${@:3}" ip -d -j link show dev "$1" |
		python3 -c 'import json, sys
print(json.load(sys.stdin)[0]["linkinfo"]["info_data"][sys.argv[1]])' "$2"
}

# ---- ip ----

must "a pair by its default" ip link add nk0 type netkit peer name nk1
check_equal "text, primary" \
	"netkit mode l3 type primary policy forward peer policy forward scrub default peer scrub default" \
	"$(text nk0)"
check_equal "text, peer" \
	"netkit mode l3 type peer policy forward peer policy forward scrub default peer scrub default" \
	"$(text nk1)"
data=$(ip -d -j link show dev nk0 | python3 -c 'import json, sys
d = json.load(sys.stdin)[0]["linkinfo"]
print(d["info_kind"], *(f"{k}={v}" for k, v in sorted(d["info_data"].items())))')
check_equal "JSON" \
	"netkit mode=l3 peer_policy=forward peer_scrub=default policy=forward scrub=default type=primary" \
	"$data"
check_match "each is shown at the other" 'nk0@nk1.*nk1@nk0|nk1@nk0.*nk0@nk1' \
	"$(ip -brief link show type netkit | tr '\n' ' ')"
for bad in "mode l2" "mode l3" "scrub none" "scrub default" "peer scrub none"; do
	# shellcheck disable=SC2086
	check_fails_with "changing $bad" "cannot be changed after device creation" \
		ip link set dev nk0 type netkit $bad
done
check_fails_with "changing through the peer" \
	"netkit link settings can be changed only through the primary device" \
	ip link set dev nk1 type netkit blackhole
check "policy blackhole" ip link set dev nk0 type netkit blackhole
check_equal "is shown" blackhole "$(json nk0 policy)"
check_equal "and at the peer" blackhole "$(json nk1 peer_policy)"
check "peer policy blackhole" ip link set dev nk0 type netkit peer blackhole
check_equal "is shown" blackhole "$(json nk0 peer_policy)"
check "both forward" ip link set dev nk0 type netkit forward peer forward
check_equal "is shown" "forward forward" \
	"$(json nk0 policy) $(json nk0 peer_policy)"
check_fails_with "an address in L3" "Operation not supported" \
	ip link set dev nk0 address 02:00:00:00:00:01
check_fails "creation with an address in L3" \
	ip link add nkx address 02:00:00:00:00:01 type netkit
check_fails_with "a name that is taken" "File exists" \
	ip link add nk0 type netkit
check_fails "no device is left of that" ip link show dev nkx
check "deleted" ip link delete nk1
check_fails "both" ip link show dev nk0

must "all settings at once" ip link add nk0 address 02:00:00:00:00:01 \
	type netkit mode l2 blackhole scrub none peer forward scrub default \
	name nk1 address 02:00:00:00:00:02 netns $pod
check_equal "text, primary" \
	"netkit mode l2 type primary policy blackhole peer policy forward scrub none peer scrub default" \
	"$(text nk0)"
check_equal "text, the peer in its namespace" \
	"netkit mode l2 type peer policy forward peer policy blackhole scrub default peer scrub none" \
	"$(text nk1 "${in_pod[@]}")"
check_match "the peer's namespace is named" "link-netns $pod" "$(ip link show nk0)"
check_match "addresses" "02:00:00:00:00:01.*02:00:00:00:00:02" \
	"$(ip -brief link show nk0) $("${in_pod[@]}" ip -brief link show nk1)"
check "a new address" ip link set dev nk0 address 02:00:00:00:00:03
check "moved to a name of a pod" "${in_pod[@]}" ip link set nk1 name eth0
check "with an alternative name" "${in_pod[@]}" \
	ip link property add dev eth0 altname container-uplink
check "found by it" "${in_pod[@]}" ip link show container-uplink
check "the namespace is deleted" ip netns delete $pod
check "and the primary goes" wait_for 20 test ! -e /sys/class/net/nk0
must "a namespace" ip netns add $pod

# ---- ethtool ----

must "a pair" ip link add nk0 type netkit peer name nk1 netns $pod
"${in_pod[@]}" ip link set nk1 up
ip link set nk0 up
check_equal "driver" netkit "$(ethtool -i nk0 | sed -n 's/^driver: //p')"
check_equal "driver of the peer" netkit \
	"$("${in_pod[@]}" ethtool -i nk1 | sed -n 's/^driver: //p')"

# feature NAME VALUE: as ethtool -k says it, [fixed] included
features=$(ethtool -k nk0)
feature() {
	check_equal "feature $1" "$2" \
		"$(sed -n "s/^[[:space:]]*$1: //p" <<<"$features")"
}
for name in rx-checksumming tx-checksumming scatter-gather \
	tcp-segmentation-offload generic-segmentation-offload \
	generic-receive-offload rx-vlan-offload tx-vlan-offload highdma \
	tx-checksum-ip-generic tx-checksum-sctp tx-scatter-gather \
	tx-scatter-gather-fraglist tx-tcp-segmentation tx-tcp-ecn-segmentation \
	tx-tcp-mangleid-segmentation tx-tcp6-segmentation tx-gre-segmentation \
	tx-gre-csum-segmentation tx-ipxip4-segmentation tx-ipxip6-segmentation \
	tx-udp_tnl-segmentation tx-udp_tnl-csum-segmentation \
	tx-sctp-segmentation tx-udp-segmentation tx-gso-list \
	tx-vlan-stag-hw-insert rx-vlan-stag-hw-parse; do
	feature "$name" on
done
for name in tx-checksum-ipv4 tx-checksum-ipv6 tx-fcoe-segmentation \
	tx-esp-segmentation loopback rx-fcs rx-all rx-vlan-filter hw-tc-offload \
	esp-hw-offload macsec-hw-offload l2-fwd-offload; do
	feature "$name" "off [fixed]"
done
check "a feature is switched off" ethtool -K nk0 tso off
check_match "and is off" 'tcp-segmentation-offload: off' "$(ethtool -k nk0)"
check "and on again" ethtool -K nk0 tso on
check_fails "no queue counts to change" ethtool -L nk0 rx 2
check_fails "nor to combine" ethtool -L nk0 combined 1
check_equal "one queue each way" "rx-0 tx-0" \
	"$(cd /sys/class/net/nk0/queues && echo *)"

# ---- queues ----

check_match "no queue at the primary" 'qdisc noqueue' "$(ip link show nk0)"
check_equal "tc shows the same" "qdisc noqueue 0: root refcnt 2" \
	"$(tc qdisc show dev nk0 | sed 's/ *$//')"
check "clsact at the primary" tc qdisc add dev nk0 clsact
check "clsact at the peer" "${in_pod[@]}" tc qdisc add dev nk1 clsact
check_match "is there" clsact "$(tc qdisc show dev nk0)"
check "and goes" tc qdisc delete dev nk0 clsact

# ---- XDP ----

ip addr add 192.0.2.1/32 dev nk0
ip route add 192.0.2.2/32 dev nk0
"${in_pod[@]}" ip addr add 192.0.2.2/32 dev nk1
"${in_pod[@]}" ip route add 192.0.2.1/32 dev nk1
check "ping" ping -q -c 1 -W 5 192.0.2.2
for dev in nk0 nk1; do
	cmd=()
	[[ $dev == nk0 ]] || cmd=("${in_pod[@]}")
	check_fails_with "$dev: XDP in driver mode" "Operation not supported" \
		"${cmd[@]}" ip link set dev $dev xdpdrv obj link_tools.bpf.o sec xdp/pass
	check "$dev: generic XDP that drops" \
		"${cmd[@]}" ip link set dev $dev xdpgeneric obj link_tools.bpf.o sec xdp/drop
	check_fails "$dev: no ping then" ping -q -c 1 -W 1 192.0.2.2
	check "$dev: generic XDP off" "${cmd[@]}" ip link set dev $dev xdpgeneric off
	check "$dev: ping again" ping -q -c 1 -W 5 192.0.2.2
	check "$dev: generic XDP that passes" \
		"${cmd[@]}" ip link set dev $dev xdpgeneric obj link_tools.bpf.o sec xdp/pass
	check "$dev: ping through it" ping -q -c 1 -W 5 192.0.2.2
	check "$dev: XDP without a mode is the generic one" \
		grep -q xdpgeneric <("${cmd[@]}" ip link show dev $dev)
	check "$dev: generic XDP off" "${cmd[@]}" ip link set dev $dev xdpgeneric off
done

# ---- tc-bpf beside netkit, at both ends ----

for end in ingress egress; do
	for dev in nk0 nk1; do
		cmd=()
		[[ $dev == nk0 ]] || cmd=("${in_pod[@]}")
		"${cmd[@]}" tc qdisc add dev $dev clsact 2>/dev/null || true
		check "$dev: a filter at $end that drops" "${cmd[@]}" \
			tc filter add dev $dev "$end" bpf da obj link_tools.bpf.o sec tc/drop
		check_fails "$dev: no ping then" ping -q -c 1 -W 1 192.0.2.2
		check "$dev: filter at $end deleted" \
			"${cmd[@]}" tc filter delete dev $dev "$end"
	done
done
check "ping again" ping -q -c 1 -W 5 192.0.2.2

finish
