/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The link kind "netkit", which the kernel may have a driver for already.
 */
#ifndef _NK_BUILTIN_H
#define _NK_BUILTIN_H

#include <linux/types.h>

struct rtnl_link_ops;

/**
 * nk_link_kind_check - is it for this module to serve the kind?
 * @takeover: whether the user wants it to take over from the built-in netkit
 *
 * Context: any.
 * Return: 0, or -ENODEV after a line in the log if a built-in netkit stays in
 * charge. (Not EEXIST, which modprobe takes for a module that is loaded. ENODEV
 * is no failure to what loads modules at boot.)
 */
int nk_link_kind_check(bool takeover);

/**
 * nk_link_kind_register - rtnl_link_register(), if need be in another's place
 * @ops: the driver's operations; their kind is that of the built-in netkit
 *
 * Takes over from a netkit that is built into the kernel, unless it has
 * devices. While that is decided a request to make a device is refused with
 * EBUSY; at no time is the kind unknown.
 *
 * Context: process context, while loading, after nk_symbols_init(). Takes RTNL.
 * Return: 0, or an error after a line in the log that says what is in the way.
 */
int nk_link_kind_register(struct rtnl_link_ops *ops);

/**
 * nk_link_kind_taken - was the kind taken from a built-in netkit?
 *
 * Context: any, after nk_link_kind_register().
 */
bool nk_link_kind_taken(void);

/**
 * nk_link_kind_unregister - undo nk_link_kind_register()
 * @ops: registered operations, without devices
 *
 * Gives the kind back to the netkit that it was taken from, and says so in
 * the log.
 *
 * Context: process context, while unloading. Takes RTNL.
 */
void nk_link_kind_unregister(struct rtnl_link_ops *ops);

#endif /* _NK_BUILTIN_H */
