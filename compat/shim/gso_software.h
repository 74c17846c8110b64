/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * NETIF_F_GSO_SOFTWARE: all segmentation that software can do, and so what a
 * device may leave to whoever gets the packet next.
 *
 * v5.11, 2e4ef10f5850 ("net: add GSO UDP L4 and GSO fraglists to the list of
 * software-backed types")
 *
 * NETKIT_GSO_SOFTWARE has these two where the kernel's macro has not; the
 * kernel segments them all the same where they have to be.
 */
#ifndef _NK_SHIM_GSO_SOFTWARE_H
#define _NK_SHIM_GSO_SOFTWARE_H

#include <linux/netdev_features.h>

#define NETKIT_GSO_SOFTWARE	(NETIF_F_GSO_SOFTWARE | NETIF_F_GSO_UDP_L4 | \
				 NETIF_F_GSO_FRAGLIST)

#endif /* _NK_SHIM_GSO_SOFTWARE_H */
