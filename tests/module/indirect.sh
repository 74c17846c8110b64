#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The module that was built and installed here has no indirect call but
# through the kernel's own operation tables.
#
# arm64 does not patch static calls before 7.x, so there they all are.
# netkit-vm: rows=-bookworm-6.1-arm64
set -euo pipefail
# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

module=$(find "/lib/modules/$(uname -r)/updates/dkms" -name 'netkit_backport.ko*')
check_match "the module is there" 'netkit_backport\.ko$' "$module"
check "it has no indirect call of its own" \
	python3 ../lib/check-indirect-calls "$module"
finish
