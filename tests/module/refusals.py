#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What this driver does not do yet, it refuses as such, and says so.

A client that falls back to something else decides by EOPNOTSUPP, and its user
reads the text. Nothing may be left behind.
"""

import errno
import sys

sys.path.insert(0, "../lib")
import nl           # noqa: E402
import tap          # noqa: E402

nl.unshare(nl.CLONE_NEWNET)
rt = nl.Rtnl()
before = set(rt.links())
QUEUES = "More than one queue is not supported"
SINGLE = "Single device mode is not supported"


def refused(what, text, kind, *attrs):
    try:
        rt.newlink(*attrs)
        tap.ok(False, f"{what} is refused")
    except nl.Refused as e:
        tap.equal(e.errno, errno.EOPNOTSUPP, f"{what}: EOPNOTSUPP")
        tap.equal(e.text, text, f"{what}: the text")
        tap.equal(e.attr, kind, f"{what}: the attribute")
    tap.equal(set(rt.links()), before, f"{what}: nothing is left behind")


def single(*attrs):
    return nl.netkit(nl.u32(nl.PAIRING, 1), *attrs)


refused("single mode", SINGLE, nl.PAIRING, nl.s(nl.IFNAME, "nk0"), single())
refused("single mode without a name", SINGLE, nl.PAIRING, single())
refused("single mode in L2", SINGLE, nl.PAIRING,
        nl.s(nl.IFNAME, "nk0"), single(nl.u32(nl.MODE, nl.L2)))
refused("single mode with a peer", SINGLE, nl.PAIRING,
        nl.s(nl.IFNAME, "nk0"), single(nl.peer_info(nl.s(nl.IFNAME, "nk1"))))
for n in (2, 1024):
    refused(f"{n} rx queues", QUEUES, None, nl.s(nl.IFNAME, "nk0"),
            nl.u32(nl.NUM_RX_QUEUES, n), nl.netkit())
    refused(f"{n} rx queues of the peer", QUEUES, None,
            nl.s(nl.IFNAME, "nk0"),
            nl.netkit(nl.peer_info(nl.s(nl.IFNAME, "nk1"),
                                   nl.u32(nl.NUM_RX_QUEUES, n))))
    refused(f"{n} tx queues", QUEUES, None, nl.s(nl.IFNAME, "nk0"),
            nl.u32(nl.NUM_TX_QUEUES, n), nl.netkit())
    refused(f"{n} tx queues of the peer", QUEUES, None,
            nl.s(nl.IFNAME, "nk0"),
            nl.netkit(nl.peer_info(nl.s(nl.IFNAME, "nk1"),
                                   nl.u32(nl.NUM_TX_QUEUES, n))))

# What is asked for by its default is not refused.
rt.newlink(nl.s(nl.IFNAME, "nk0"), nl.u32(nl.NUM_RX_QUEUES, 1),
           nl.u32(nl.NUM_TX_QUEUES, 1),
           nl.netkit(nl.u32(nl.PAIRING, 0),
                     nl.peer_info(nl.s(nl.IFNAME, "nk1"))))
tap.equal(set(rt.links()), before | {"nk0", "nk1"},
          "a pair of one queue each, asked for in words, is made")
index = rt.link("nk0").index
try:
    rt.change(index, nl.netkit(nl.u32(nl.PAIRING, 1)))
    tap.ok(False, "single mode later is refused")
except nl.Refused as e:
    tap.equal((e.errno, e.text),
              (errno.EACCES, "netkit link pairing cannot be changed after"
               " device creation"), "single mode later: EACCES and a text")
# rtnetlink itself does not look at this in a change.
rt.change(index, nl.u32(nl.NUM_RX_QUEUES, 2), nl.netkit())
tap.equal(rt.link("nk0").u32(nl.NUM_RX_QUEUES), 1,
          "more queues later: still one")
rt.delete(index)
tap.equal(set(rt.links()), before, "the pair is deleted")
tap.finish()
