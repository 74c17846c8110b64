#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Loading, what keeps the module from being unloaded, and what is left behind.
#
# netkit-vm: load=no timeout=1800
set -euo pipefail
# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

module=netkit_backport
debug=/sys/kernel/debug
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

loaded() {
	[[ -d /sys/module/$module ]]
}

# Kernel messages since the mark, but what the kernel says once in its life of
# any module from outside
said() {
	kmsg_all_since | grep -v -e 'loading out-of-tree module' \
		-e 'module verification failed' || true
}

# ---- what modinfo says ----

kernel=$(uname -r)
for field in filename license description author version vermagic depends; do
	# depends may be empty, but must be there
	check "modinfo has $field" grep -q "^$field:" <(modinfo "$module")
done
for field in license description author version; do
	check_match "$field is not empty" '.+' "$(modinfo -F "$field" "$module")"
done
check_equal "the license is GPL" GPL "$(modinfo -F license "$module")"
check_match "it was built for this kernel" "^$kernel " \
	"$(modinfo -F vermagic "$module")"
check_match "and is installed for this kernel" \
	"^/lib/modules/$kernel/updates/dkms/$module\\.ko" \
	"$(modinfo -F filename "$module" | sed 's,^/usr/lib/,/lib/,')"
version=$(modinfo -F version "$module")
check_match "dkms says the same version is installed" \
	"netkit(/|, )$version, $kernel, $(uname -m): installed" "$(dkms status -m netkit)"
aliases=$(modinfo -F alias "$module" | sort | tr '\n' ' ')
check_equal "it has the two aliases" "netkit rtnl-link-netkit " "$aliases"
check "it is loaded at boot" \
	grep -qx netkit /etc/modules-load.d/netkit.conf

# ---- a snapshot of all that a module could leave behind ----

# Lists, one file each: what traces, what is probed, whose symbols, which
# modules (with their use counts), who has memory of vmalloc
snapshot() {
	local dir=$tmp/$1 list
	mkdir -p "$dir"
	for list in enabled_functions touched_functions; do
		[[ ! -e $debug/tracing/$list ]] ||
			cp "$debug/tracing/$list" "$dir/$list"
	done
	sort "$debug/kprobes/list" >"$dir/kprobes"
	sort "$debug/kprobes/blacklist" >"$dir/kprobe-blacklist"
	grep netkit_ /proc/kallsyms >"$dir/kallsyms" || true
	awk '{ print $1, $3, $4 }' /proc/modules | sort >"$dir/modules"
	grep "$module" /proc/vmallocinfo >"$dir/vmalloc" || true
	# Not by find: debugfs may show it a directory twice, which it takes for a loop
	printf '%s\n' /sys/module/* /sys/kernel/btf/* "$debug"/* |
		sort >"$dir/sysfs"
	ls /proc/sys/net/core /proc/net >"$dir/proc"
}

same() {
	diff -r "$tmp/$1" "$tmp/$2"
}

# ---- loading ----

check_equal "nothing is loaded yet" "" "$(grep netkit /proc/modules || true)"
check_equal "no netkit answers bpf(2)" -EINVAL "$(./link_helper probe)"
snapshot before

kmsg_mark
check "modprobe $module" modprobe "$module"
check_equal "the log gets one line" 1 "$(said | wc -l)"
check_match "and it is this one" "netkit: version $version ready" "$(said)"
# <6>: dmesg -r has the level in front
check_equal "of level info" 6 \
	"$(dmesg -r | grep -F 'netkit: version' | tail -n 1 | sed 's/^<\([0-9]*\)>.*/\1/')"
check_equal "/sys/module has the version" "$version" \
	"$(cat /sys/module/$module/version)"
check_equal "netkit answers bpf(2)" -ENODEV "$(./link_helper probe)"
snapshot loaded
if same before loaded >/dev/null; then
	not_ok "a snapshot sees a module that is loaded"
else
	ok "a snapshot sees a module that is loaded"
fi
check_match "bpf(2) is on the list of traced functions" "$TAP_SYS_BPF" \
	"$(cat "$tmp/loaded/enabled_functions")"

kmsg_mark
check "rmmod" rmmod "$module"
check_equal "the log gets no line" "" "$(said)"
check_equal "no netkit answers bpf(2)" -EINVAL "$(./link_helper probe)"
snapshot after
check "nothing is left of the first load" same before after

# ---- how the hooks are tried ----

# A function that calls the entry functions, where there is one, has to be what
# the module calls: it may have been compiled to do without them.
tracing=$debug/tracing
for call in x64_sys_call:321 ia32_sys_call:357; do
	name=${call%:*}
	if ! grep -q " [Tt] $name\$" /proc/kallsyms; then
		note "this kernel has no $name()"
		continue
	fi
	echo "p:nk_tried $name number=\$arg2:u32" >"$tracing/kprobe_events"
	echo "number == ${call#*:}" >"$tracing/events/kprobes/nk_tried/filter"
	echo 1 >"$tracing/events/kprobes/nk_tried/enable"
	check "modprobe $module" modprobe "$module"
	echo 0 >"$tracing/events/kprobes/nk_tried/enable"
	check_equal "calls $name() for bpf(2), once" 1 \
		"$(grep -c 'modprobe-.* nk_tried: ' "$tracing/trace")"
	check "rmmod" rmmod "$module"
	echo >"$tracing/trace"
	echo >"$tracing/kprobe_events"
done

# ---- by itself ----

for name in netkit rtnl-link-netkit; do
	check "modprobe $name" modprobe "$name"
	check "loads the module" loaded
	check "rmmod" rmmod "$module"
done

kmsg_mark
check "ip link add type netkit loads it" ip link add nka type netkit peer name nkb
check "it is loaded" loaded
check_equal "the log gets one line of the module" 1 \
	"$(said | grep -c 'netkit:' || true)"
# The devices of this test have other names than the module's prefix
check_equal "and no other line" 1 "$(said | wc -l)"

# ---- what keeps it ----

in_use() {
	check_fails_with "rmmod is refused with $1" "in use" rmmod "$module"
	check "and netkit goes on" ip link add nkx type netkit peer name nky
	ip link del nkx
	check_equal "for bpf(2) too" -ENODEV "$(./link_helper probe)"
}

# Releasing a link or a device takes the kernel a moment
goes() {
	must "rmmod succeeds $1" wait_for 60 rmmod "$module"
	check_equal "no netkit answers bpf(2)" -EINVAL "$(./link_helper probe)"
	snapshot after
	check "nothing is left" same before after
	check "modprobe $module" modprobe "$module"
}

hold_link() {
	# Backgrounded, with its descriptors closed but for its one line
	./link_helper hold "$1" >"$tmp/held" 2>&1 &
	holder=$!
	must "a process holds a link" wait_for 60 grep -q held "$tmp/held"
}

drop_link() {
	kill "$holder"
	wait "$holder" 2>/dev/null || true
}

in_use "a device"
check "the device goes" ip link del nkb
goes "without the device"

check "a device in other namespaces" ip netns add one
ip netns add two
ip link add nka netns one type netkit peer name nkb netns two
in_use "a device in another namespace"
ip netns del two
check "it goes with the namespace of one end" \
	wait_for 60 bash -c '! ip -n one link show nka'
ip netns del one
goes "without the namespaces"

ip link add nka type netkit peer name nkb
hold_link nka
in_use "a device and a link"
ip link del nka
in_use "a link whose device is gone"
drop_link
goes "without the link"

ip link add nka type netkit peer name nkb
check "a pinned link" ./link_helper pin nka /sys/fs/bpf/nklink
in_use "a device and a pinned link"
ip link del nka
in_use "a pinned link whose device is gone"
rm /sys/fs/bpf/nklink
goes "without the pin"

ip link add nka type netkit peer name nkb
hold_link nka
check "bpftool detaches the link" bpftool link detach id \
	"$(bpftool -j link show | python3 -c '
import json, sys
print([l["id"] for l in json.load(sys.stdin) if l["type"] == "netkit"][0])')"
ip link del nka
in_use "a detached link"
drop_link
goes "without the detached link"

# ---- memory ----

rmmod "$module"

# "cache objects" of every slab cache, with nothing in the per-CPU lists
slabs() {
	local cache objects _
	sleep 6 # kfree_rcu() collects for up to 5 s
	for cache in /sys/kernel/slab/*; do
		[[ ! -L $cache ]] || continue
		echo 1 >"$cache/shrink"
		read -r objects _ <"$cache/objects"
		echo "${cache##*/} $objects"
	done | sort >"$tmp/slabs.$1"
}

# Caches that grew by at least $3 objects between two counts
grown() {
	join "$tmp/slabs.$1" "$tmp/slabs.$2" |
		awk -v n="$3" '$3 - $2 >= n { print $1, $3 - $2 }' | sort
}

rounds=10
use() {
	local i
	for ((i = 0; i < rounds; i++)); do
		modprobe "$module"
		ip link add nka type netkit peer name nkb
		ip link set nka up
		ip link set nkb up
		./link_helper use nka || return 1
		ip link del nka
		wait_for 60 rmmod "$module" || return 1
	done
}

# The first rounds fill caches of the kernel's own. After that a cache that
# grows by an object or more with every round has a leak. Files and processes
# of others come and go, so what grew is looked at again, up to six times.
# Where references are tracked (debug-6.1) the kernel keeps the last 128 that were
# released, of each namespace and device that stays: kmalloc-32 then grows for some
# 70 rounds, with pairs of veth as well.
check "load, use and unload $rounds times" use
slabs 0
for ((n = 1; n <= 6; n++)); do
	check "load, use and unload $rounds times" use
	slabs "$n"
	grown $((n - 1)) "$n" "$rounds" >"$tmp/grown.$n"
	cut -d ' ' -f 1 "$tmp/grown.$n" >"$tmp/names"
	if ((n > 1)); then
		comm -12 "$tmp/leaks" "$tmp/names" >"$tmp/both"
		mv "$tmp/both" "$tmp/names"
	fi
	mv "$tmp/names" "$tmp/leaks"
	leaks=$(cat "$tmp/leaks")
	((n < 2)) || [[ -n $leaks ]] || break
	note "grown, objects: $(tr '\n' ' ' <"$tmp/grown.$n")"
done
check_equal "no slab cache grows with every round" "" "$leaks"
slabs 8
for ((i = 0; i < rounds; i++)); do
	ip link add "nkdummy$i" type dummy
done
slabs 9
check_match "a leak of one object a round would show" 'kmalloc-' \
	"$(grown 8 9 "$rounds")"
ip -brief link show type dummy | while read -r dev _; do
	ip link del "$dev"
done
rmmod dummy 2>/dev/null || true
snapshot after
check "nothing is left after all these loads" same before after

finish
