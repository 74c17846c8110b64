# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the scripts of this directory share: messages, the cache, the table of
# rows. A row is a distribution with one of its kernels.

# Names used by the scripts that source this file
# shellcheck disable=SC2034
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/netkit-dkms
# shellcheck disable=SC2034
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() {
	echo "${0##*/}: $*" >&2
}

die() {
	say "$*"
	exit 1
}

# Names used by the scripts that source this file
# shellcheck disable=SC2034
ROWS="bookworm-6.1 trixie-7.3"

# Sets, for row $1: SUITE (the distribution), KERNEL_FROM (where its kernel
# packages come from, a suite), TOOLS_FROM (where newer user space comes from),
# KERNEL_PACKAGES, DRIVER (ours: this project is installed; builtin: the
# kernel's own netkit is tested, as the oracle)
# shellcheck disable=SC2034
load_row() {
	case $1 in
	bookworm-6.1)
		SUITE=bookworm
		KERNEL_FROM=bookworm
		TOOLS_FROM=bookworm-backports
		KERNEL_PACKAGES="linux-image-amd64 linux-headers-amd64"
		DRIVER=ours
		;;
	trixie-7.3)
		SUITE=trixie
		KERNEL_FROM=trixie-backports
		TOOLS_FROM=trixie-backports
		KERNEL_PACKAGES="linux-image-amd64 linux-headers-amd64"
		DRIVER=builtin
		;;
	*)
		die "unknown row '$1'; there are: $ROWS"
		;;
	esac
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

# Work in a mount namespace of our own, so that nothing stays mounted however
# this script ends. Call with "$@" before anything else happens.
own_mount_namespace() {
	if [[ ${NETKIT_VM_UNSHARED-} != "$$" ]]; then
		export NETKIT_VM_UNSHARED=$$
		exec unshare --mount --propagation private -- "$0" "$@"
	fi
}
