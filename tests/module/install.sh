#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# make install and make uninstall, on the machine that the module runs on: what
# they refuse and in which words, that uninstalling leaves no trace, and that
# installing again works. That the kernel to build for is dkms's and not the
# running one shows in load.sh: the guest's module was built on another kernel.
#
# The module is compiled here, which takes an emulated machine minutes.
# netkit-vm: timeout=2400 needs=headers append=own.boot=install load=no check=no
set -euo pipefail
# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

module=netkit_backport
kernel=$(uname -r)
package=/netkit-tests/package
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$package/dkms.conf")
headers=/lib/modules/$kernel/build
hidden=/lib/modules/$kernel/build.hidden

# Everything of ours on this machine, one path or line each
traces() {
	dkms status
	find /usr/src -maxdepth 1 -name 'netkit*'
	find /lib/modules/ -name 'netkit*' -o -path '*/updates/*'
	find /var/lib/dkms -mindepth 1 -maxdepth 1 -name 'netkit*'
	# The guest's own makers left a unit and an apt preference
	find /etc /run /usr/lib/modules-load.d -name '*netkit*' \
		-not -path '/etc/systemd/system/*' -not -path '/etc/apt/*'
	grep -h netkit "/lib/modules/$kernel"/modules.{dep,alias} || true
	# Without its address
	awk '$1 ~ /netkit/ { print $1, $2, $3 }' /proc/modules
}

# refused WHAT TEXT COMMAND...: fails with one line of ours, which has TEXT
refused() {
	local what=$1 text=$2 out rc=0
	shift 2
	out=$("$@" 2>&1) || rc=$?
	check_equal "$what: make fails" 2 "$rc"
	check_equal "$what: in one line" 1 "$(grep -c '^netkit: ' <<<"$out")"
	check_match "$what: which names it" "$text" "$(grep '^netkit: ' <<<"$out")"
}

check "it is installed" test -n "$(traces)"
check "modprobe $module" modprobe "$module"

# ---- what is refused ----

ip link add nka type netkit
refused "uninstall while a device exists" "in use; delete its devices" \
	make -C "$package" uninstall
check_match "it is still installed" "netkit(/|, )$version, $kernel, $(uname -m): installed" \
	"$(dkms status)"
check "and works" ip link del nka

was=$(traces)
mv "$headers" "$hidden"
refused "install without headers" "linux-headers-$kernel" \
	make -C "$package" install
refused "install for a kernel without headers" "linux-headers-$kernel" \
	make -C "$package" install KVER="$kernel"
mv "$hidden" "$headers"
refused "install for a kernel that is not there" "linux-headers-1.2.3-none" \
	make -C "$package" install KVER=1.2.3-none
check_equal "what was installed is as before" "$was" "$(traces)"

out=$(make -C "$package" KDIR=/nowhere 2>&1 || true)
check_match "make KDIR=/nowhere names the package" \
	'netkit: Install the headers of your kernel .*linux-headers-' "$out"
refused_as_user() {
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		make -C "$package" "$1"
}
refused "install without being root" "root" refused_as_user install
refused "uninstall without being root" "root" refused_as_user uninstall

# ---- away, and back ----

check "make uninstall" make -C "$package" uninstall
check_equal "nothing is left" "" "$(traces)"
check_fails "no netkit device can be made" \
	ip link add nka type netkit
check_fails "nothing to load" modprobe "$module"

SECONDS=0
check "make install" make -C "$package" install
note "took $SECONDS s"
check "it loads the module" test -d "/sys/module/$module"
check_match "dkms has it for this kernel" \
	"netkit(/|, )$version, $kernel, $(uname -m): installed" "$(dkms status)"
check_equal "and for no other" 1 "$(dkms status | wc -l)"
check_match "built for this kernel" "^$kernel " "$(modinfo -F vermagic "$module")"
check_equal "all is there that was there before" "$was" "$(traces)"
check "a pair can be made" ip link add nka type netkit
ip link del nka

finish
