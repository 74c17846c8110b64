#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The driver that answers is the one under test.
# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

if [[ $NK_DRIVER == ours ]]; then
	check "the module is loaded" test -d /sys/module/netkit_backport
	check_fails "the kernel has no netkit of its own" \
		grep -qw netkit "/lib/modules/$(uname -r)/modules.builtin"
else
	check_fails "the module is not loaded" test -d /sys/module/netkit_backport
	check "the kernel has a netkit of its own" \
		grep -qw netkit "/lib/modules/$(uname -r)/modules.builtin"
fi
check "a pair is made" ip link add nk0 type netkit peer name nk1
check_equal "its driver says netkit" netkit \
	"$(ethtool -i nk0 | sed -n 's/^driver: //p')"
check "the pair is deleted" ip link delete nk0
finish
