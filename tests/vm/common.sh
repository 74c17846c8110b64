# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the scripts of this directory share: messages, the cache, the table of
# rows. A row is a distribution with one of its kernels.

# Names used by the scripts that source this file
# shellcheck disable=SC2034
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/netkit-dkms
# shellcheck disable=SC2034
TOP=$(CDPATH='' cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() {
	echo "${0##*/}: $*" >&2
}

die() {
	say "$*"
	exit 1
}

# Names used by the scripts that source this file
# shellcheck disable=SC2034
ROWS="bullseye-5.10 trixie-5.10 bookworm-6.1 bookworm-6.1-cloud bookworm-6.1-rt
bookworm-6.12 trixie-6.12 forky-7.2 trixie-7.3 debug-6.1"

# Rows that run when they are named only: their processors are emulated at the
# root's making and its builds as well, by qemu-user
# shellcheck disable=SC2034
NAMED_ROWS="bookworm-6.1-arm64"

# What a row tests of the module whose kernel has a netkit of its own
BUILTIN_TESTS="module/boot.sh module/build.sh module/dkms.sh module/takeover.py"

# Sets, for row $1: SUITE (the distribution), KERNEL_FROM (where its kernel
# packages come from, a suite), TOOLS_FROM (where newer user space comes from),
# KERNEL_PACKAGES, DRIVER (ours: this project is installed; builtin: the
# kernel's own netkit is tested, as the oracle), TESTS (files and directories
# below tests/ that are run when none is named), CHECK_TESTS (those of them that
# make check runs, but for tests that say check=no; the rest take long, or differ
# little from row to row).
#
# MODULE_ROW is the row in whose root the kernel's own release builds the module
# with its own dkms and compiler. It is another row where the guest has a newer
# user space than its kernel; that guest has the same kernel, without headers,
# and gets what the build changed in the other root.
#
# OWN_KERNEL is set where the kernel is none of Debian's but built by
# tests/vm/kernel, in the configuration of that name. Such a kernel may need more:
# MEMORY (in MB) is what its guests have at least, SLOW how many times the usual
# time limits its tests may take.
#
# Any row may have one of Debian's other flavours of its kernel: -cloud or -rt
# behind its name. Any may be of another architecture, -arm64 behind it all:
# ARCH is that of the root's packages, SLOW what time limits are multiplied by.
#
# KERNEL_WORDS are arguments of its own. Running ACPI's programs takes a third of
# the time to the first test. Without them a kernel finds processors in the older
# table, one a socket, if it can read that: -cloud kernels cannot.
# shellcheck disable=SC2034
load_row() {
	local flavour='' arch=
	ARCH=amd64
	SLOW=1
	KERNEL_WORDS=acpi=off
	if [[ $1 == *-arm64 ]]; then
		arch=-arm64
		ARCH=arm64
		SLOW=4
	fi
	case ${1%"$arch"} in
	*-cloud | *-rt)
		flavour=${1%"$arch"}
		flavour=-${flavour##*-}
		;;
	esac
	MODULE_ROW=$1
	KERNEL_PACKAGES="linux-image-amd64 linux-headers-amd64"
	DRIVER=ours
	TESTS="conformance module"
	CHECK_TESTS=
	OWN_KERNEL=
	MEMORY=1024
	case ${1%"$flavour$arch"} in
	bullseye-5.10)
		SUITE=bullseye
		KERNEL_FROM=bullseye
		# Its security updates are listed, but not all of them are held
		TOOLS_FROM=bullseye
		# The others want newer tools
		TESTS="conformance/own_tools.sh module/build.sh module/dkms.sh module/install.sh module/ipmodify.sh"
		;;
	trixie-5.10)
		SUITE=trixie
		KERNEL_FROM=bullseye-security
		TOOLS_FROM=trixie-backports
		KERNEL_PACKAGES=
		CHECK_TESTS="conformance module/boot.sh module/indirect.sh module/load.sh"
		CHECK_TESTS+=" module/refusals.py"
		MODULE_ROW=bullseye-5.10$flavour$arch
		;;
	bookworm-6.1)
		SUITE=bookworm
		KERNEL_FROM=bookworm
		TOOLS_FROM=bookworm-backports
		;;
	bookworm-6.12)
		SUITE=bookworm
		KERNEL_FROM=bookworm-security
		TOOLS_FROM=bookworm-backports
		KERNEL_PACKAGES="linux-image-6.12-amd64 linux-headers-6.12-amd64"
		DRIVER=builtin
		# The kernel of trixie-6.12, built by the compiler of Debian 12
		TESTS="conformance/attach_abi.c conformance/link.py conformance/link_tools.sh"
		TESTS+=" conformance/own_tools.sh conformance/traffic.py $BUILTIN_TESTS"
		;;
	trixie-6.12)
		SUITE=trixie
		KERNEL_FROM=trixie
		TOOLS_FROM=trixie-backports
		DRIVER=builtin
		TESTS="conformance $BUILTIN_TESTS"
		CHECK_TESTS="module/takeover.py"
		;;
	forky-7.2)
		SUITE=forky
		KERNEL_FROM=forky
		TOOLS_FROM=forky
		DRIVER=builtin
		TESTS="conformance $BUILTIN_TESTS"
		;;
	trixie-7.3)
		SUITE=trixie
		KERNEL_FROM=trixie-backports
		TOOLS_FROM=trixie-backports
		DRIVER=builtin
		TESTS="conformance $BUILTIN_TESTS module/fuzz.py"
		# The comparison of fuzz.py, and what it leaves out most of
		CHECK_TESTS="conformance/attach_abi.c conformance/attach_link.c"
		CHECK_TESTS+=" conformance/attach_query.c conformance/link.py"
		CHECK_TESTS+=" conformance/traffic_l2.py module/boot.sh module/fuzz.py"
		CHECK_TESTS+=" module/takeover.py"
		;;
	debug-6.1)
		SUITE=bookworm
		KERNEL_FROM=bookworm
		TOOLS_FROM=bookworm-backports
		KERNEL_PACKAGES=
		OWN_KERNEL=$1
		MEMORY=2048
		SLOW=4
		;;
	# In no list: tests/vm/compile compiles for it, and it may be run by its name
	clang-6.1)
		SUITE=bookworm
		KERNEL_FROM=bookworm
		TOOLS_FROM=bookworm-backports
		KERNEL_PACKAGES="clang lld llvm"
		OWN_KERNEL=$1
		;;
	*)
		say "unknown row '$1'; there are: ${ROWS//$'\n'/ } $NAMED_ROWS"
		exit 2
		;;
	esac
	# A flavour differs in its options, not in its source
	[[ -z $flavour ]] ||
		TESTS="conformance module/boot.sh module/build.sh module/load.sh module/refusals.py"
	CHECK_TESTS=${CHECK_TESTS:-$TESTS}
	[[ $flavour != -cloud ]] || KERNEL_WORDS=
	KERNEL_PACKAGES=${KERNEL_PACKAGES//amd64/${flavour#-}${flavour:+-}amd64}
	KERNEL_PACKAGES=${KERNEL_PACKAGES//amd64/$ARCH}
}

# differences PROBES RULES: what only one of two lists of answers says
differences() {
	LC_ALL=C comm -3 <(LC_ALL=C sort "$1") <(LC_ALL=C sort "$2") |
		sed -e 's/^\t\(.*\)/\1 (by the rules)/; t' -e 's/$/ (by the probes)/'
}

need_root() {
	((EUID == 0)) || die "this needs root; try sudo"
}

need_commands() {
	local c missing=()
	for c in "$@"; do
		command -v "$c" >/dev/null || missing+=("$c")
	done
	((${#missing[@]} == 0)) ||
		die "missing here: ${missing[*]}; scripts/deps installs what is needed"
}

# Let this machine run programs of another architecture, $1: roots of that are
# made, and things built in them, with qemu-user. The kernel opens the emulator
# when it is told (flag F), so that no root needs a copy of it.
need_emulator() {
	local dir=/proc/sys/fs/binfmt_misc conf
	[[ $1 != "$(dpkg --print-architecture)" ]] || return 0
	case $1 in
	arm64) conf=qemu-aarch64 ;;
	*) die "no emulator is known for $1" ;;
	esac
	need_commands "$conf-static" arch-test
	[[ -e $dir/register ]] || mount -t binfmt_misc binfmt_misc "$dir" ||
		die "this machine's kernel has no binfmt_misc, by which it runs programs of $1"
	[[ ! -e $dir/$conf ]] || return 0
	say "registering $conf with this machine's kernel"
	cat "/usr/lib/binfmt.d/$conf.conf" >"$dir/register"
}

SCRATCH=

# Work in namespaces of our own: however this script ends, what it started ends with
# it, what it mounted is gone, and so are its temporary files. Call with "$@" before
# anything else happens.
own_namespaces() {
	local rc=0
	if [[ $$ == 1 && -n ${NETKIT_VM_TMP-} ]]; then
		SCRATCH=$NETKIT_VM_TMP
		unset NETKIT_VM_TMP
		return
	fi
	NETKIT_VM_TMP=$(command mktemp -d)
	trap 'rm -rf "$NETKIT_VM_TMP"' EXIT
	# The first process of the namespace heeds no signal but this one
	trap '{ kill -KILL $!; wait $!; } 2>/dev/null; exit 1' INT TERM HUP
	NETKIT_VM_TMP=$NETKIT_VM_TMP setpriv --pdeathsig KILL \
		unshare --mount --propagation private --mount-proc \
		--pid --fork --kill-child -- "$0" "$@" &
	wait $! || rc=$?
	exit $rc
}

# Temporary files, where own_namespaces has them
mktemp() {
	command mktemp ${SCRATCH:+-p "$SCRATCH"} "$@"
}
