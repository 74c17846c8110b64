#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Does the module work on this kernel at all, with the distribution's ip? That
# may know nothing of netkit: it makes pairs with all defaults. Runs in the guest
# of tests/ci/boot, without what the tests of behaviour want.
#
#   this namespace        nkt-pod
#   --------------        -------
#   nka <---------------> nk0, renamed to eth0
set -euo pipefail
# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

module=netkit_backport
pod=nkt-pod

# What the kernel says once of any module from outside is no complaint
complaints() {
	kmsg_since | grep -v -e 'loading out-of-tree module' \
		-e 'module verification failed' -e 'tainting kernel' || true
}

unloaded() {
	[[ ! -d /sys/module/$module ]] || rmmod "$module"
}

packets() {
	cat "/sys/class/net/$1/statistics/$2_packets"
}

note "kernel $(uname -r), $(ip -V)"
own=0
if grep -q ' netkit_link_ops$' /proc/kallsyms; then
	own=1
	note "this kernel has a netkit of its own"
fi

# ---- loading ----

kmsg_mark
if ((own)); then
	check_fails "the module leaves a built-in netkit alone" modprobe "$module"
	check_match "and says so" 'has a netkit of its own' "$(kmsg_all_since)"
	kmsg_mark
	must "takeover=1 loads it" modprobe "$module" takeover=1
else
	must "modprobe netkit loads it" modprobe netkit
fi
must "it is loaded" test -d "/sys/module/$module"
check_equal "without a complaint" "" "$(complaints)"
kmsg_mark

# ---- a pair ----

must "a namespace" ip netns add "$pod"
must "a pair" ip link add nka type netkit
check_match "has a peer" 'nka@nk0' "$(ip link show nka)"
must "the peer is moved and renamed" ip link set nk0 netns "$pod" name eth0
ip addr add 192.0.2.1/32 dev nka
ip link set nka up
ip route add 192.0.2.2/32 dev nka
ip netns exec "$pod" ip addr add 192.0.2.2/32 dev eth0
ip netns exec "$pod" ip link set eth0 up
ip netns exec "$pod" ip route add 192.0.2.1/32 dev eth0
sent=$(packets nka tx)
received=$(packets nka rx)
check "ping" ping -q -c 3 -W 5 192.0.2.2
check "and from the other end" ip netns exec "$pod" ping -q -c 2 -W 5 192.0.2.1
check "packets sent are counted" test "$(packets nka tx)" -ge $((sent + 5))
check "packets received are counted" test "$(packets nka rx)" -ge $((received + 5))
check_fails "no unloading while there is a pair" rmmod "$module"
check "deleting one end" ip netns exec "$pod" ip link delete eth0
check_fails "deletes both" ip link show nka
check "the namespace goes" ip netns delete "$pod"

# ---- unloading, and who serves afterwards ----

must "unloading" wait_for 30 unloaded
check "asked for, there is a netkit again" ip link add nkb type netkit
if ((own)); then
	check_fails "the kernel's own" test -d "/sys/module/$module"
else
	check "the kernel loaded the module" test -d "/sys/module/$module"
fi
check "which deletes a pair" ip link delete nkb
check "unloading again" wait_for 30 unloaded
check_equal "the kernel's log is silent" "" "$(complaints)"
finish
