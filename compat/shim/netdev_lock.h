/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * <net/netdev_lock.h>: netdev_lockdep_set_classes() and what else has to do with
 * the lock of a device.
 *
 * v6.15, 8ef890df4031 ("net: move misc netdev_lock flavors to a separate
 * header")
 *
 * Stand-in: netdev_lockdep_set_classes() is in <linux/netdevice.h>. There is
 * none for the lock itself, which netkit does not take so far.
 */
#ifndef _NK_SHIM_NETDEV_LOCK_H
#define _NK_SHIM_NETDEV_LOCK_H

#include <linux/netdevice.h>

#ifdef NK_HAVE_NET_NETDEV_LOCK_H
#include <net/netdev_lock.h>
#endif /* NK_HAVE_NET_NETDEV_LOCK_H */

#endif /* _NK_SHIM_NETDEV_LOCK_H */
