#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The driver that answers is the one under test.
# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

# A device of the module's raises the module's use count
in_charge() {
	local uses
	uses=$(cat /sys/module/netkit_backport/refcnt 2>/dev/null || echo 0)
	if ((uses)); then
		echo ours
	else
		echo builtin
	fi
}

own=0
[[ $NK_DRIVER == ours && $NK_TAKEOVER == 0 ]] || own=1
check_equal "the kernel has a netkit of its own where the row says so" "$own" \
	"$(grep -c '/netkit\.ko$' "/lib/modules/$(uname -r)/modules.builtin")"
check_equal "no device yet" builtin "$(in_charge)"
check "a pair is made" ip link add nk0 type netkit peer name nk1
check_equal "by the driver under test" "$NK_DRIVER" "$(in_charge)"
check_equal "its driver says netkit" netkit \
	"$(ethtool -i nk0 | sed -n 's/^driver: //p')"
check "the pair is deleted" ip link delete nk0
finish
