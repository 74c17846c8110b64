// SPDX-License-Identifier: GPL-2.0-only
/* Compiles nowhere: if it does, nothing that the probes say counts. */
#include <linux/netdevice.h>

static inline int probe(struct net_device *dev)
{
	return nk_no_kernel_has_this_function(dev);
}
