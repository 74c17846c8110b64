#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The demonstration, as it runs in the guest; `make demo` starts it.
#
#	+--- netns node ---+          +--- netns pod ----+
#	|  nk0 (primary)   |==========|  eth0 (peer)     |
#	|  10.11.0.1       |  netkit  |  10.11.0.2       |
#	+------------------+          +------------------+
#
# netkit-vm: load=no
set -uo pipefail

failed=0
bold='' dim='' red='' green='' plain=''
if [[ -n ${NK_COLOR-} ]]; then
	bold=$'\e[1m' dim=$'\e[36m' red=$'\e[1;31m' green=$'\e[32m' plain=$'\e[0m'
fi

title() {
	printf '\n%s== %s ==%s\n' "$bold" "$*" "$plain"
}

# Run a command in a namespace ("-": the guest's own) after echoing it; its
# output is shown and kept in $out, its exit status in $rc
out=
rc=0
show() {
	local ns=$1 prefix=()
	shift
	if [[ $ns == - ]]; then
		printf '%s#%s %s\n' "$dim" "$plain" "$*"
	else
		printf '%s[%s] #%s %s\n' "$dim" "$ns" "$plain" "$*"
		# Not ip netns exec, which hides /sys/fs/bpf
		prefix=(nsenter "--net=/run/netns/$ns")
	fi
	rc=0
	out=$("${prefix[@]}" bash -c "$*" 2>&1) || rc=$?
	[[ -z $out ]] || printf '%s\n' "$out"
}

expect() {
	local what=$1
	shift
	if "$@"; then
		printf '%s  -> %s%s\n' "$green" "$what" "$plain"
	else
		printf '%s  -> NOT AS EXPECTED: %s%s\n' "$red" "$what" "$plain"
		failed=$((failed + 1))
	fi
}

# Has the end in the pod counted so many drops?
dropped_at_least() {
	[[ $(ip -n pod -s -j link show eth0) =~ \"tx\":\{[^}]*\"dropped\":([0-9]+) ]] &&
		((BASH_REMATCH[1] >= $1))
}

says() { [[ $out == *"$1"* ]]; }
says_not() { [[ $out != *"$1"* ]]; }
matches() { [[ $out =~ $1 ]]; }
good() { ((rc == 0)); }
nothing() { [[ -z $out ]]; }

quietly() {
	"$@" || { echo "demo: '$*' failed"; exit 1; }
}

dmesg --clear
export PATH=$PWD:$PATH

title "A kernel that knows nothing of netkit, and the module that dkms built"
show - uname -r
release=$out
expect "the stock kernel of Debian 12" matches '^6\.1\.'
show - "grep -c netkit /lib/modules/$release/modules.builtin"
expect "no netkit is built in" matches '^0$'
show - dkms status
expect "installed for this kernel" matches "netkit/.*$release.*: installed"
show - "lsmod | grep netkit"
expect "it is not loaded yet" nothing

title "A pair across two namespaces; the first 'type netkit' loads the module"
show - ip netns add node
show - ip netns add pod
show node ip link add nk0 type netkit peer name eth0 netns pod
expect "the pair is there" good
show - "dmesg | grep netkit"
expect "the module has said so in the log" matches 'netkit: version .* ready'
dmesg --clear
show node ip address add 10.11.0.1/24 dev nk0
show pod ip address add 10.11.0.2/24 dev eth0
show node ip link set nk0 up
show pod ip link set eth0 up
quietly ip -n pod link set lo up
quietly ip -n node link set lo up
show node ip -d link show nk0
expect "the primary end, seen in its namespace" \
	matches 'netkit mode l3 type primary policy forward peer policy forward'
show pod ip -d link show eth0
expect "the peer end, in the other one" matches 'netkit mode l3 type peer'

title "A BPF program, attached by libbpf through a bpf_link"
show node nk-attach demo.bpf.o count nk0 /sys/fs/bpf/demo-count
expect "libbpf made a link of type 13, netkit" says 'of type 13'
show node bpftool link show
expect "bpftool shows the link" matches 'netkit +prog'
show node bpftool net list
expect "and where it is attached" matches 'nk0.*netkit.*primary.*count'

title "Ping and UDP pass"
show pod ping -c 3 -i 0.2 -W 2 10.11.0.1
expect "three replies" says '3 received'
ip netns exec node timeout 20 socat -u UDP4-RECV:7777 STDOUT \
	>/tmp/received 2>/dev/null &
receiver=$!
for ((i = 0; i < 100; i++)); do
	ip netns exec node ss -Hlun 'sport = 7777' | grep -q . && break
	sleep 0.1
done
show pod "echo 'hello from the pod' | socat -u STDIN UDP4-SENDTO:10.11.0.1:7777"
for ((i = 0; i < 50; i++)); do
	[[ -s /tmp/received ]] && break
	sleep 0.1
done
kill "$receiver"
wait "$receiver" 2>/dev/null
show node cat /tmp/received
expect "the datagram has arrived" says 'hello from the pod'
show node bpftool map dump name packets
expect "the program has counted the packets that the node sent" \
	matches 'value.*: [1-9]'

title "A program that drops, on the pod's end"
show node nk-attach demo.bpf.o drop nk0 /sys/fs/bpf/demo-drop
expect "attached through the primary end; the pod cannot touch it" good
show pod ping -c 3 -i 0.2 -W 1 10.11.0.1
expect "nothing gets through" says '100% packet loss'
show node rm /sys/fs/bpf/demo-drop
show pod ping -c 3 -i 0.2 -W 2 10.11.0.1
expect "its link gone, all passes again" says '3 received'

title "Policy: what happens where no program is attached"
show node ip link set nk0 type netkit peer blackhole
show node ip -d link show nk0
expect "blackhole for what the pod sends" says 'peer policy blackhole'
show pod ping -c 3 -i 0.2 -W 1 10.11.0.1
expect "nothing gets through" says '100% packet loss'
show node ip link set nk0 type netkit peer forward
show pod ping -c 3 -i 0.2 -W 2 10.11.0.1
expect "with forward, all passes" says '3 received'

title "Statistics"
show pod ip -s link show eth0
expect "the pod's end has counted what the program and the policy dropped" \
	dropped_at_least 6
show node ip -s link show nk0

title "Detach, delete, unload"
show node bpftool link detach pinned /sys/fs/bpf/demo-count
expect "detached" good
show node bpftool net list
expect "nothing is attached to nk0 any more" says_not nk0
show node rm /sys/fs/bpf/demo-count
show - modprobe -r netkit_backport
expect "in use while a device exists" says 'in use'
show node ip link delete nk0
show pod "ip link show eth0"
expect "both ends are gone" says 'does not exist'
for ((i = 0; i < 50; i++)); do
	[[ $(cat /sys/module/netkit_backport/refcnt 2>/dev/null) == 0 ]] && break
	sleep 0.1
done
show - modprobe -r netkit_backport
expect "unloaded" good
show - "lsmod | grep netkit"
expect "no trace of it" nothing
show - dmesg --level=emerg,alert,crit,err,warn
expect "the kernel has no complaint" nothing
show - ip netns delete pod
show - ip netns delete node

if ((failed)); then
	printf '\n%sdemo: %d steps did not show what they should%s\n' \
		"$red" "$failed" "$plain"
	exit 1
fi
printf '\n%sdemo: every step has shown what it should%s\n' "$green" "$plain"
