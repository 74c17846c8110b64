#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Loading and unloading under fire, on a kernel that preempts everywhere, where
# a task may be stopped at any instruction of ours; see cycles_helper.c.
#
# netkit-vm: timeout=1500 stress=10 thread=single append=preempt=full
set -euo pipefail
exec ./cycles_helper
