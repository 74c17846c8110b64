# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Check lines for tests written in shell. Source it, then end with `finish`:
#
#	check "the pair is made" ip link add nk0 type netkit peer name nk1
#	check_fails "no second one" ip link add nk0 type netkit peer name nk1
#	check_equal "mode" l3 "$mode"
#	skip "XDP in driver mode" "the kernel has none"

# The function of the kernel that bpf(2) enters
# shellcheck disable=SC2034 # for the tests
case $(uname -m) in
aarch64) TAP_SYS_BPF=__arm64_sys_bpf ;;
*) TAP_SYS_BPF=__x64_sys_bpf ;;
esac

tap_count=0
tap_failed=0

ok() {
	tap_count=$((tap_count + 1))
	printf 'ok - %s\n' "$1"
}

# not_ok DESCRIPTION [DETAIL]
not_ok() {
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	printf 'not ok - %s\n' "$1"
	[[ -z ${2-} ]] || printf '%s\n' "$2" | sed 's/^/# /'
}

skip() {
	tap_count=$((tap_count + 1))
	printf 'ok - %s # SKIP %s\n' "$1" "$2"
}

note() {
	printf '# %s\n' "$*"
}

# check DESCRIPTION COMMAND...: the command must succeed. The test goes on if
# not, also under set -e; must ends it, for what all that follows needs.
check() {
	local what=$1 out rc=0
	shift
	out=$("$@" 2>&1) || rc=$?
	if ((rc == 0)); then
		ok "$what"
	else
		not_ok "$what" "'$*' ended with $rc
$out"
	fi
}

must() {
	local before=$tap_failed
	check "$@"
	((tap_failed == before)) || exit 1
}

# check_fails DESCRIPTION COMMAND...: the command must fail, but not die
check_fails() {
	local what=$1 out rc=0
	shift
	out=$("$@" 2>&1) || rc=$?
	if ((rc > 0 && rc < 124)); then
		ok "$what"
	else
		not_ok "$what" "'$*' ended with $rc
$out"
	fi
}

# check_fails_with DESCRIPTION TEXT COMMAND...: it must fail and say TEXT
check_fails_with() {
	local what=$1 text=$2 out rc=0
	shift 2
	out=$("$@" 2>&1) || rc=$?
	if ((rc > 0 && rc < 124)) && [[ $out == *"$text"* ]]; then
		ok "$what"
	else
		not_ok "$what" "'$*' ended with $rc, expected '$text'
$out"
	fi
}

# check_equal DESCRIPTION EXPECTED GOT
check_equal() {
	if [[ $2 == "$3" ]]; then
		ok "$1"
	else
		not_ok "$1" "got '$3', expected '$2'"
	fi
}

# check_match DESCRIPTION REGEX TEXT
check_match() {
	if [[ $3 =~ $2 ]]; then
		ok "$1"
	else
		not_ok "$1" "expected a match of '$2' in
$3"
	fi
}

# wait_for SECONDS COMMAND...: poll until the command succeeds
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || return 1
		sleep 0.1
	done
}

# Kernel messages of level warning and worse since the last kmsg_mark; not what
# the kernel says of an emulated machine whose host is busy, about its clocks
kmsg_mark() {
	tap_mark="netkit-mark: $$ $RANDOM$RANDOM"
	echo "<14>$tap_mark" >/dev/kmsg
}

kmsg_since() {
	kmsg_records 4
}

# All of the kernel's messages since the mark, whatever their level
kmsg_all_since() {
	kmsg_records 9999
}

kmsg_records() {
	dmesg -r | awk -v mark="$tap_mark" -v worst="$1" '
		index($0, mark) { n = 0; next }
		/hrtimer: interrupt took|clocksource: |perf: interrupt took/ { next }
		/TSC found unstable|tsc: Marking TSC|sched_clock: Marking/ { next }
		{
			level = $0
			sub(/^</, "", level)
			sub(/>.*/, "", level)
			sub(/^<[0-9]+>/, "")
		}
		level + 0 <= worst + 0 { line[n++] = $0 }
		END { for (i = 0; i < n; i++) print line[i] }'
}

# Ends the test, with the exit status that the runner expects
finish() {
	((tap_count > 0)) || not_ok "has checks"
	printf '1..%d\n' "$tap_count"
	exit $((tap_failed > 0))
}
