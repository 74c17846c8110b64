/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rtnl_configure_link(): bring a new device to where a request wants it, and
 * announce it, as caused by that request.
 *
 * v6.2, 1d997f101307 ("rtnetlink: pass netlink message header and portid to
 * rtnl_configure_link()")
 *
 * Stand-in: announces it without a cause, which is what netkit does anyway.
 */
#ifndef _NK_SHIM_RTNL_CONFIGURE_LINK_H
#define _NK_SHIM_RTNL_CONFIGURE_LINK_H

#include <net/rtnetlink.h>

#ifndef NK_HAVE_RTNL_CONFIGURE_LINK_PORTID
#define rtnl_configure_link(dev, ifm, portid, nlh) rtnl_configure_link(dev, ifm)
#endif /* !NK_HAVE_RTNL_CONFIGURE_LINK_PORTID */

#endif /* _NK_SHIM_RTNL_CONFIGURE_LINK_H */
