#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Loading and unloading under fire, on a kernel that preempts everywhere, where
# a task may be stopped at any instruction of ours; see cycles_helper.c. Kernels
# before 5.12 cannot be told to, nor can that of arm64 in 6.1.
#
# netkit-vm: timeout=1500 stress=10 check=no thread=single append=preempt=full
# netkit-vm: rows=-trixie-5.10,-bookworm-6.1-arm64
set -euo pipefail
exec ./cycles_helper
