/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ndo_set_rx_mode_async: rx filter update that may sleep and can fail.
 *
 * v7.1, 3554b4345d85 ("net: introduce ndo_set_rx_mode_async and
 * netdev_rx_mode_work")
 * v7.2, d11706b56a3f ("net: change ndo_set_rx_mode_async return type to int")
 *
 * NK_DEFINE_SET_RX_MODE_ASYNC(fn) follows the definition of fn,
 * NK_NDO_SET_RX_MODE_ASYNC(fn) stands in the net_device_ops.
 *
 * Stand-in: called under the address list lock, must not sleep; there is
 * nobody to hear of an error.
 */
#ifndef _NK_SHIM_SET_RX_MODE_ASYNC_H
#define _NK_SHIM_SET_RX_MODE_ASYNC_H

#include <linux/netdevice.h>

#ifdef NK_HAVE_NDO_SET_RX_MODE_ASYNC

#define NK_DEFINE_SET_RX_MODE_ASYNC(fn)	static_assert(true)
#define NK_NDO_SET_RX_MODE_ASYNC(fn)	.ndo_set_rx_mode_async = fn

#else /* !NK_HAVE_NDO_SET_RX_MODE_ASYNC */

#define NK_DEFINE_SET_RX_MODE_ASYNC(fn) \
	static void fn##_sync(struct net_device *dev) \
	{ \
		fn(dev, &dev->uc, &dev->mc); \
	} \
	static_assert(true)
#define NK_NDO_SET_RX_MODE_ASYNC(fn)	.ndo_set_rx_mode = fn##_sync

#endif /* !NK_HAVE_NDO_SET_RX_MODE_ASYNC */

#endif /* _NK_SHIM_SET_RX_MODE_ASYNC_H */
