# SPDX-License-Identifier: GPL-2.0-only
"""What scripts/gen-shim is made of."""
