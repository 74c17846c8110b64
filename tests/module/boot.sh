#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Loading as a Debian machine does it: at boot, by systemd, and by itself when
# a netkit device is asked for.
#
# netkit-vm: boot=systemd load=no
set -euo pipefail
# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

loaded() {
	[[ -d /sys/module/netkit_backport ]]
}

started() {
	[[ $(systemctl is-system-running) != @(initializing|starting) ]]
}

check_equal "the first process is systemd" systemd "$(cat /proc/1/comm)"
if [[ $NK_DRIVER == ours ]]; then
	check "the module is loaded before anyone asks for a device" loaded
else
	check_fails "the kernel's own netkit stays in charge" loaded
fi
check_equal "by the service that reads modules-load.d" active \
	"$(systemctl show -P ActiveState systemd-modules-load)"
check_equal "which succeeded" success \
	"$(systemctl show -P Result systemd-modules-load)"
check "the system comes up" wait_for 180 started
check_equal "with no unit failed" "" \
	"$(systemctl list-units --failed --plain --no-legend)"
check_equal "and is not degraded" running "$(systemctl is-system-running)"

[[ $NK_DRIVER == ours ]] || finish

check "the module can be unloaded" modprobe -r netkit_backport
check_fails "it is gone" loaded
check "a netkit device loads it again" \
	ip link add nk0 type netkit peer name nk1
check "it is back" loaded
check_match "the device is a netkit" 'netkit mode l3 type primary' \
	"$(ip -d link show nk0)"
check "the device is deleted" ip link delete nk0
finish
