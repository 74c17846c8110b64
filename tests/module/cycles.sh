#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Loading and unloading under fire; see cycles_helper.c.
#
# netkit-vm: timeout=1500 stress=10 thread=single
set -euo pipefail
exec ./cycles_helper
