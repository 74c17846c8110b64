#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""rtnetlink: creating, reporting, changing and deleting pairs.

    this namespace                      another one (where a case needs it)
    ------------------------------      -----------------------------------
    primary  <------- peer, or -------> peer

Every request is made by hand, so that what is sent is what the case says. The
kernel complains of attributes that are too short:

netkit-vm: kmsg=netlink: 'python3': attribute type [0-9]+ has an invalid length
"""

import errno
import sys

sys.path.insert(0, "../lib")
import nl                                                       # noqa: E402
import tap                                                      # noqa: E402
from nl import (DEFAULT, DROP, HEADROOM, L2, L3, MODE, NONE,    # noqa: E402
                PAIRING, PASS, PEER_INFO, PEER_POLICY, PEER_SCRUB, POLICY,
                PRIMARY, SCRUB, TAILROOM, netkit, peer_info, u32)

MAC1, MAC2 = "02:00:00:00:00:01", "02:00:00:00:00:02"
ZERO = "00:00:00:00:00:00"

nl.unshare(nl.CLONE_NEWNET)
rt = nl.Rtnl()


def name(value):
    return nl.s(nl.IFNAME, value)


def pair(*data, top=(), peer=("nk1",)):
    """A pair nk0 and nk1; peer is the name, then its other attributes."""
    rt.newlink(name("nk0"), *top,
               netkit(*data, peer_info(name(peer[0]), *peer[1:])))
    return rt.link("nk0"), rt.link("nk1")


def netkits():
    return sorted(n for n, v in rt.links().items() if v.kind == "netkit")


def wipe():
    for link in rt.links().values():
        if link.kind == "netkit" and rt.link(link.index):
            rt.delete(link.index)


def refused(number, what, call, *args, text=None, attr=None, **kwargs):
    """The request must fail with this errno, text and attribute, and must
    leave the list of devices as it was."""
    before = set(rt.links())
    what += f": {errno.errorcode[number]}" + (f", '{text}'" if text else "")
    try:
        call(*args, **kwargs)
        tap.ok(False, what, "it succeeded")
        if set(rt.links()) != before:
            wipe()
        return
    except nl.Refused as e:
        got = e
    good = got.errno == number
    good = good and (text is None or got.text == text)
    good = good and (attr is None or got.attr == attr)
    left = set(rt.links())
    tap.ok(good and left == before, what,
           f"got {got}, attribute {got.attr} (expected {attr}), "
           f"devices {left ^ before}")


def has(link, what, **want):
    """Compare what a device reports in IFLA_INFO_DATA."""
    keys = {"mode": MODE, "policy": POLICY, "peer_policy": PEER_POLICY,
            "scrub": SCRUB, "peer_scrub": PEER_SCRUB, "primary": PRIMARY,
            "headroom": HEADROOM, "tailroom": TAILROOM, "pairing": PAIRING}
    got = {k: link.data.get(keys[k]) for k in want}
    tap.equal(got, want, what)


# ---- defaults ----

# What this kernel reports of any device
lo = rt.link("lo")
rt.newlink(netkit())
links = {n: v for n, v in rt.links().items() if v.kind == "netkit"}
tap.equal(sorted(links), ["nk0", "nk1"], "without names: nk0 and nk1")
if "nk0" in links and "nk1" in links:
    peer, primary = links["nk0"], links["nk1"]
    tap.equal((peer.data[PRIMARY], primary.data[PRIMARY]), (0, 1),
              "the peer comes first")
    tap.ok(peer.index < primary.index, "and has the lower number")
    for link, is_primary in ((primary, 1), (peer, 0)):
        end = "primary" if is_primary else "peer"
        has(link, f"{end}: defaults", mode=L3, policy=PASS, peer_policy=PASS,
            scrub=DEFAULT, peer_scrub=DEFAULT, headroom=0, tailroom=0,
            pairing=0, primary=is_primary)
        tap.equal(sorted(link.data), [2, 3, 4, 5, 6, 7, 8, 9, 10],
                  f"{end}: reports these attributes and no other")
        tap.equal(list(link.data), [a for a in (2, 3, 5, 6, 8, 9, 10, 4, 7)
                                    if a in link.data],
                  f"{end}: reports them in this order")
        tap.equal(link.address, ZERO, f"{end}: L3 has an all-zero address")
        tap.equal(link.flags & ~nl.IFF_NOARP,
                  nl.IFF_BROADCAST | nl.IFF_MULTICAST, f"{end}: flags")
        tap.ok(link.flags & nl.IFF_NOARP, f"{end}: L3 has NOARP")
        tap.equal(link.carrier, False, f"{end}: no carrier")
        tap.equal(link.u32(nl.MTU), 1500, f"{end}: MTU")
        tap.equal(link.u32(nl.MIN_MTU), 68, f"{end}: smallest MTU")
        tap.equal(link.u32(nl.MAX_MTU), 65535, f"{end}: largest MTU")
        tap.equal(link.u32(nl.TXQLEN), 1000, f"{end}: queue length")
        tap.equal((link.u32(nl.NUM_TX_QUEUES), link.u32(nl.NUM_RX_QUEUES)),
                  (1, 1), f"{end}: one queue each way")
        if lo.u32(nl.TSO_MAX_SIZE):
            tap.ok((link.u32(nl.TSO_MAX_SIZE) or 0) >= 65536,
                   f"{end}: TSO size is not limited",
                   link.u32(nl.TSO_MAX_SIZE))
        tap.equal(link.text(nl.QDISC), "noop", f"{end}: no qdisc yet")
        tap.ok(nl.LINK_NETNSID not in link.attrs,
               f"{end}: the other one is in this namespace")
    tap.equal((primary.u32(nl.LINK), peer.u32(nl.LINK)),
              (peer.index, primary.index), "each names the other")
    tap.equal(primary.u32(nl.TSO_MAX_SIZE), peer.u32(nl.TSO_MAX_SIZE),
              "the peer has the primary's TSO size")
wipe()
tap.equal(netkits(), [], "deleting one end deletes both")

rt.newlink(name("foo"), netkit())
tap.equal(netkits(), ["foo", "nk0"], "only the primary named")
wipe()
rt.newlink(netkit(peer_info(name("bar"))))
tap.equal(netkits(), ["bar", "nk0"], "only the peer named")
wipe()
rt.newlink(name("foo"), nl.nest(nl.LINKINFO, nl.s(nl.INFO_KIND, "netkit"),
                                nl.nest(nl.INFO_DATA)))
tap.equal(netkits(), ["foo", "nk0"], "empty data")
wipe()
rt.newlink(name("foo%d"), netkit(peer_info(name("bar%d"))))
tap.equal(netkits(), ["bar0", "foo0"], "patterns as names")
wipe()
rt.newlink(netkit(peer_info()))
tap.equal(netkits(), ["nk0", "nk1"],
          "PEER_INFO without attributes")
wipe()

# ---- as Cilium asks ----

for mode in (L3, L2):
    tag = "L2" if mode == L2 else "L3"
    own = [nl.mac(MAC1)] if mode == L2 else []
    theirs = [nl.mac(MAC2)] if mode == L2 else []
    data = [u32(MODE, mode), u32(POLICY, PASS), u32(PEER_POLICY, DROP)]
    scrubs = [u32(SCRUB, NONE), u32(PEER_SCRUB, DEFAULT)]
    room = [nl.u16(HEADROOM, 50), nl.u16(TAILROOM, 20)]

    a, b = pair(*data, *scrubs, *room, top=[u32(nl.TXQLEN, 777), *own],
                peer=("nk1", *theirs))
    has(a, f"{tag}: primary as asked", mode=mode, policy=PASS,
        peer_policy=DROP, scrub=NONE, peer_scrub=DEFAULT, primary=1,
        headroom=50, tailroom=20, pairing=0)
    has(b, f"{tag}: the peer mirrors it", mode=mode, policy=DROP,
        peer_policy=PASS, scrub=DEFAULT, peer_scrub=NONE, primary=0,
        headroom=50, tailroom=20, pairing=0)
    tap.equal(a.u32(nl.TXQLEN), 777, f"{tag}: queue length as asked")
    tap.equal((a.address, b.address),
              (MAC1, MAC2) if mode == L2 else (ZERO, ZERO),
              f"{tag}: addresses")
    tap.equal(bool(a.flags & nl.IFF_NOARP), mode == L3, f"{tag}: NOARP, primary")
    tap.equal(bool(b.flags & nl.IFF_NOARP), mode == L3, f"{tag}: NOARP, peer")
    wipe()

    a, b = pair(*data, top=own, peer=("nk1", *theirs))
    has(a, f"{tag}: without scrub: default", scrub=DEFAULT, peer_scrub=DEFAULT,
        policy=PASS, peer_policy=DROP)
    wipe()

    rt.newlink(name("foo"), u32(nl.TXQLEN, 777), u32(nl.MTU, 1400), *own,
               u32(nl.GSO_MAX_SIZE, 30000), netkit(*data))
    a, b = rt.link("foo"), rt.link("nk0")
    tap.equal((b.u32(nl.TXQLEN), b.u32(nl.MTU), b.u32(nl.GSO_MAX_SIZE)),
              (777, 1400, 30000),
              f"{tag}: without PEER_INFO the peer takes after the primary")
    tap.ok((b.address in (MAC1, ZERO)) == (mode == L3),
           f"{tag}: but it has an address of its own", b.address)
    wipe()

    a, b = pair(*data, top=[u32(nl.MTU, 1400), *own])
    tap.equal((a.u32(nl.MTU), b.u32(nl.MTU)), (1400, 1500),
              f"{tag}: with PEER_INFO it does not")
    if mode == L2:
        first = int(b.address[:2], 16)
        tap.ok(b.address != ZERO and first & 3 == 2,
               "L2: a random address, local and unicast", b.address)
    wipe()

a, b = pair(u32(MODE, L2))
tap.ok(ZERO not in (a.address, b.address) and a.address != b.address,
       "L2: two random addresses")
wipe()

# ---- every policy and scrub ----

for policy in (PASS, DROP):
    for peer_policy in (PASS, DROP):
        for scrub in (NONE, DEFAULT):
            for peer_scrub in (NONE, DEFAULT):
                a, b = pair(u32(POLICY, policy), u32(PEER_POLICY, peer_policy),
                            u32(SCRUB, scrub), u32(PEER_SCRUB, peer_scrub))
                label = f"{policy}/{peer_policy}/{scrub}/{peer_scrub}"
                has(a, f"policies and scrubs {label}, primary", policy=policy,
                    peer_policy=peer_policy, scrub=scrub,
                    peer_scrub=peer_scrub)
                has(b, f"policies and scrubs {label}, peer",
                    policy=peer_policy, peer_policy=policy, scrub=peer_scrub,
                    peer_scrub=scrub)
                wipe()

for room in (0, 1, 255, 256, 65535):
    a, b = pair(nl.u16(HEADROOM, room), nl.u16(TAILROOM, 65535 - room))
    for link in (a, b):
        has(link, f"{link.name}: headroom {room}", headroom=room,
            tailroom=65535 - room)
    wipe()

# ---- chosen numbers, flags, other attributes ----

rt.newlink(name("nk0"), netkit(peer_info(name("nk1"), index=300)), index=200)
tap.equal((rt.link("nk0").index, rt.link("nk1").index), (200, 300),
          "both numbers chosen")
wipe()
rt.newlink(name("nk0"), netkit(peer_info(name("nk1"))), index=200)
tap.equal(rt.link("nk0").index, 200, "only the primary's number chosen")
wipe()
rt.newlink(name("nk0"), netkit(peer_info(name("nk1"), index=300)))
tap.ok(rt.link("nk1").index != 300,
       "only the peer's number chosen: it is not used")
wipe()

rt.newlink(name("nk0"), netkit(peer_info(name("nk1"))), flags=nl.IFF_UP,
           change=nl.IFF_UP)
tap.equal((rt.link("nk0").up, rt.link("nk1").up), (True, False),
          "the primary created up")
tap.equal(rt.link("nk0").text(nl.QDISC), "noqueue", "without a queue")
wipe()
rt.newlink(name("nk0"), netkit(peer_info(name("nk1"))), flags=nl.IFF_UP)
tap.equal((rt.link("nk0").up, rt.link("nk1").up), (True, False),
          "the primary created up, without a mask")
wipe()
# The header of PEER_INFO is read for its number only
for flags in (nl.IFF_UP, nl.IFF_PROMISC):
    for mask in (flags, 0):
        try:
            rt.newlink(name("nk0"), netkit(peer_info(name("nk1"), flags=flags,
                                                     change=mask)))
            tap.equal(rt.link("nk1").flags & flags, 0,
                      f"flags {flags:#x}/{mask:#x} for the peer: not heeded")
        except nl.Refused as e:
            tap.ok(False, f"flags {flags:#x}/{mask:#x} for the peer", e)
        wipe()

a, b = pair(top=[u32(nl.MTU, 65535)],
            peer=("nk1", u32(nl.MTU, 68), u32(nl.NUM_RX_QUEUES, 1),
                  u32(nl.NUM_TX_QUEUES, 1), u32(nl.GSO_MAX_SIZE, 40000),
                  u32(nl.GSO_MAX_SEGS, 20), u32(nl.GRO_MAX_SIZE, 50000)))
tap.equal((a.u32(nl.MTU), b.u32(nl.MTU)), (65535, 68), "an MTU for each")
tap.equal((b.u32(nl.GSO_MAX_SIZE), b.u32(nl.GSO_MAX_SEGS),
           b.u32(nl.GRO_MAX_SIZE)),
          (40000, 20, 50000 if lo.u32(nl.GRO_MAX_SIZE) else None),
          "the peer's GSO and GRO sizes")
tap.equal(a.u32(nl.GSO_MAX_SIZE), 65536, "are not the primary's")
wipe()

# ---- what creation refuses ----

for where in ("own", "the peer's"):
    for mode in (L2, L3):
        for raw, number, what in (
                (bytes(6), errno.EADDRNOTAVAIL, "all-zero"),
                (bytes.fromhex("010000000001"), errno.EADDRNOTAVAIL,
                 "multicast"),
                (b"\xff" * 6, errno.EADDRNOTAVAIL, "broadcast"),
                (bytes(5), errno.EINVAL, "too short"),
                (bytes.fromhex("02000000000101"), errno.EINVAL, "too long")):
            address = nl.attr(nl.ADDRESS, raw)
            top = [address] if where == "own" else []
            sub = [address] if where != "own" else []
            refused(number, f"L{3 - (mode == L2)}: {where} address {what}",
                    rt.newlink, name("nk0"), *top,
                    netkit(u32(MODE, mode), peer_info(name("nk1"), *sub)),
                    text="")

refused(errno.EOPNOTSUPP, "L3: own address", rt.newlink, name("nk0"),
        nl.mac(MAC1), netkit(peer_info(name("nk1"))))
refused(errno.EOPNOTSUPP, "L3: the peer's address", rt.newlink, name("nk0"),
        netkit(peer_info(name("nk1"), nl.mac(MAC2))))
refused(errno.EOPNOTSUPP, "L3: own address, nothing else said", rt.newlink,
        nl.mac(MAC1), netkit())

TEXT = "Provided default xmit policy not supported"
for key in (POLICY, PEER_POLICY):
    for value in (1, 3, 7, -1, 256, 0x80000000):
        refused(errno.EINVAL, f"attribute {key}: policy {value}", rt.newlink,
                name("nk0"), netkit(u32(key, value), peer_info(name("nk1"))),
                text=TEXT, attr=key)
refused(errno.EADDRNOTAVAIL, "the address is looked at before the policy",
        rt.newlink, nl.attr(nl.ADDRESS, bytes(6)), netkit(u32(POLICY, 1)))
refused(errno.EINVAL, "the policy before an address in L3", rt.newlink,
        nl.mac(MAC1), netkit(u32(POLICY, 1)), text=TEXT, attr=POLICY)
refused(errno.EINVAL, "the peer's policy before an address in L3", rt.newlink,
        nl.mac(MAC1), netkit(u32(PEER_POLICY, 1)), text=TEXT,
        attr=PEER_POLICY)

for key, top in ((MODE, 1), (SCRUB, 1), (PEER_SCRUB, 1), (PAIRING, 1)):
    for value in (top + 1, 0xffffffff):
        refused(errno.ERANGE, f"attribute {key}: {value}", rt.newlink,
                name("nk0"), netkit(u32(key, value), peer_info(name("nk1"))),
                text="integer out of range", attr=key)
for key in (POLICY, PEER_POLICY, MODE, SCRUB, PEER_SCRUB, PAIRING):
    refused(errno.ERANGE, f"attribute {key}: two bytes", rt.newlink,
            netkit(nl.u16(key, 0)), attr=key)
for key in (HEADROOM, TAILROOM):
    refused(errno.ERANGE, f"attribute {key}: one byte", rt.newlink,
            netkit(nl.u8(key, 0)), attr=key)
refused(errno.EINVAL, "PRIMARY from a user", rt.newlink, name("nk0"),
        netkit(nl.u8(PRIMARY, 1)), text="Primary attribute is read-only",
        attr=PRIMARY)
refused(errno.ERANGE, "PEER_INFO too short", rt.newlink, name("nk0"),
        netkit(nl.attr(PEER_INFO, bytes(8))), attr=PEER_INFO)
rt.newlink(name("nk0"), netkit(u32(11, 1), u32(77, 1), peer_info(name("nk1"))))
tap.ok(rt.link("nk0"), "attributes of a later time are not minded")
wipe()

for where in ("own", "the peer's"):
    def queues(key, value):
        a = [u32(key, value)]
        rt.newlink(name("nk0"), *(a if where == "own" else []),
                   netkit(peer_info(name("nk1"),
                                    *(a if where != "own" else []))))
    refused(errno.EOPNOTSUPP, f"{where} two tx queues", queues,
            nl.NUM_TX_QUEUES, 2)
    for value in (0, 4097):
        refused(errno.EINVAL, f"{where} {value} rx queues", queues,
                nl.NUM_RX_QUEUES, value)
        refused(errno.EINVAL, f"{where} {value} tx queues", queues,
                nl.NUM_TX_QUEUES, value)
    refused(errno.EOPNOTSUPP, f"{where} 1025 rx queues", queues,
            nl.NUM_RX_QUEUES, 1025)
    refused(errno.EINVAL, f"{where} MTU 67", queues, nl.MTU, 67)
    refused(errno.EINVAL, f"{where} MTU 65536", queues, nl.MTU, 65536)

rt.newlink(name("dummy"), nl.nest(nl.LINKINFO, nl.s(nl.INFO_KIND, "dummy")))
dummy = rt.link("dummy").index
refused(errno.EEXIST, "the primary's name is taken", rt.newlink,
        name("dummy"), netkit(peer_info(name("nk1"))))
refused(errno.EEXIST, "the peer's name is taken", rt.newlink, name("nk0"),
        netkit(peer_info(name("dummy"))))
refused(errno.EEXIST, "one name for both", rt.newlink, name("nk0"),
        netkit(peer_info(name("nk0"))))
refused(errno.EEXIST, "nk0 as name, which a nameless peer has already",
        rt.newlink, name("nk0"), netkit())
refused(errno.EINVAL, "the primary's name has a slash", rt.newlink,
        name("a/b"), netkit(peer_info(name("nk1"))))
refused(errno.EINVAL, "the peer's name has a slash", rt.newlink, name("nk0"),
        netkit(peer_info(name("a/b"))))
refused(errno.EBUSY, "the peer's number is taken", rt.newlink, name("nk0"),
        netkit(peer_info(name("nk1"), index=dummy)), index=dummy + 100)
refused(errno.EBUSY, "one number for both", rt.newlink, name("nk0"),
        netkit(peer_info(name("nk1"), index=500)), index=500)
refused(errno.EBADF, "the peer into a descriptor that is none", rt.newlink,
        name("nk0"), netkit(peer_info(name("nk1"), u32(nl.NET_NS_FD, 987654))))
refused(errno.ESRCH, "the peer to a process that is none", rt.newlink,
        name("nk0"),
        netkit(peer_info(name("nk1"), u32(nl.NET_NS_PID, 0x3ffffff))))
wipe()

# ---- changing ----

FIXED = ((MODE, "operating mode", u32), (SCRUB, "scrubbing", u32),
         (PEER_SCRUB, "peer scrubbing", u32), (HEADROOM, "headroom", nl.u16),
         (TAILROOM, "tailroom", nl.u16), (PAIRING, "pairing", u32))
PRIMARY_ONLY = ("netkit link settings can be changed only through the "
                "primary device")

a, b = pair()
for policy, peer_policy in ((DROP, PASS), (DROP, DROP), (PASS, DROP),
                            (PASS, PASS)):
    rt.change(a.index, netkit(u32(POLICY, policy),
                              u32(PEER_POLICY, peer_policy)))
    has(rt.link("nk0"), f"change: policies {policy}/{peer_policy}",
        policy=policy, peer_policy=peer_policy)
    has(rt.link("nk1"), "change: the peer mirrors it",
        policy=peer_policy, peer_policy=policy)
rt.change(a.index, netkit(u32(POLICY, DROP)))
has(rt.link("nk0"), "change: only the policy", policy=DROP,
    peer_policy=PASS)
rt.change(a.index, netkit(u32(PEER_POLICY, DROP)))
has(rt.link("nk0"), "change: only the peer's policy", policy=DROP,
    peer_policy=DROP)
rt.change(a.index, netkit(u32(POLICY, PASS), u32(PEER_POLICY, PASS)))

for key, what, put in FIXED:
    for value in {a.data.get(key, 0), 0, 1}:
        refused(errno.EACCES, f"change: {what} to {value}", rt.change,
                a.index, netkit(put(key, value)), attr=key,
                text=f"netkit link {what} cannot be changed after device "
                     "creation")
refused(errno.EACCES, "change: peer info", rt.change, a.index,
        netkit(peer_info(name("other"))), attr=PEER_INFO,
        text="netkit link peer info cannot be changed after device "
             "creation")
refused(errno.ERANGE, "change: mode out of range", rt.change, a.index,
        netkit(u32(MODE, 2)), attr=MODE)
refused(errno.EINVAL, "change: primary", rt.change, a.index,
        netkit(nl.u8(PRIMARY, 1)),
        text="Primary attribute is read-only")
for key in (POLICY, PEER_POLICY):
    for value in (1, 7, -1):
        refused(errno.EINVAL, f"change: attribute {key} to {value}",
                rt.change, a.index, netkit(u32(key, value)),
                text=TEXT, attr=key)
refused(errno.EACCES, "change: a policy with a mode", rt.change, a.index,
        netkit(u32(POLICY, DROP), u32(MODE, L3)))
has(rt.link("nk0"), "change: nothing has changed", mode=L3, policy=PASS,
    peer_policy=PASS, scrub=DEFAULT, peer_scrub=DEFAULT, headroom=0)

# The peer's comes second, whatever their order in the request
for policy, step in ((DROP, 1), (PASS, -1)):
    data = [u32(POLICY, policy), u32(PEER_POLICY, 1)][::step]
    refused(errno.EINVAL, "change: a policy and a bad one of the peer",
            rt.change, a.index, netkit(*data), text=TEXT, attr=PEER_POLICY)
    has(rt.link("nk0"), "change: the policy before a bad one of the peer",
        policy=policy, peer_policy=PASS)
refused(errno.EINVAL, "change: a bad policy and one of the peer", rt.change,
        a.index, netkit(u32(POLICY, 1), u32(PEER_POLICY, DROP)), text=TEXT,
        attr=POLICY)
has(rt.link("nk0"), "change: nothing behind a bad policy", policy=PASS,
    peer_policy=PASS)

for data, what in ((u32(POLICY, PASS), "policy"),
                   (u32(PEER_POLICY, DROP), "peer policy"),
                   (u32(MODE, L3), "mode"), (u32(POLICY, 1), "bad policy"),
                   (u32(SCRUB, DEFAULT), "scrub")):
    refused(errno.EACCES, f"change: {what} through the peer", rt.change,
            b.index, netkit(data), text=PRIMARY_ONLY)
has(rt.link("nk0"), "change: nothing has changed by that", policy=PASS,
    peer_policy=PASS)

refused(errno.EEXIST, "creating it again", rt.newlink, name("nk0"), netkit())
# RTM_SETLINK is for what all devices have
rt.change(a.index, netkit(u32(POLICY, DROP), u32(MODE, L2)),
          kind=nl.RTM_SETLINK)
has(rt.link("nk0"), "RTM_SETLINK changes no netkit attribute", mode=L3,
    policy=PASS)
rt.change(a.index, netkit())
tap.ok(True, "a change without data")
refused(errno.EOPNOTSUPP, "replacing it", rt.newlink, name("nk0"), netkit(),
        index=a.index, nlflags=nl.NLM_F_REPLACE)
for link in (a, b):
    refused(errno.EOPNOTSUPP, f"{link.name}: address in L3", rt.change,
            link.index, nl.mac(MAC1))
    refused(errno.EOPNOTSUPP, f"{link.name}: carrier by hand", rt.change,
            link.index, nl.u8(nl.CARRIER, 1))
    refused(errno.EINVAL, f"{link.name}: MTU 67", rt.change, link.index,
            u32(nl.MTU, 67))
    refused(errno.EINVAL, f"{link.name}: MTU 65536", rt.change, link.index,
            u32(nl.MTU, 65536))
    for mtu in (68, 9000, 65535):
        rt.change(link.index, u32(nl.MTU, mtu))
        tap.equal(rt.link(link.index).u32(nl.MTU), mtu,
                  f"{link.name}: MTU {mtu}")
wipe()

a, b = pair(u32(MODE, L2))
for link in (a, b):
    rt.change(link.index, nl.mac(MAC1))
    tap.equal(rt.link(link.index).address, MAC1, f"{link.name}: address in L2")
    rt.change(link.index, flags=nl.IFF_UP, change=nl.IFF_UP)
    rt.change(link.index, nl.mac(MAC2))
    tap.equal(rt.link(link.index).address, MAC2,
              f"{link.name}: address while it is up")
    for raw, what in ((bytes(6), "all-zero"), (b"\xff" * 6, "broadcast")):
        refused(errno.EADDRNOTAVAIL, f"{link.name}: address {what}", rt.change,
                link.index, nl.attr(nl.ADDRESS, raw))
    for flag, what in ((nl.IFF_PROMISC, "promiscuous"),
                       (nl.IFF_ALLMULTI, "all multicast")):
        rt.change(link.index, flags=flag, change=flag)
        tap.ok(rt.link(link.index).flags & flag, f"{link.name}: {what}")
        rt.change(link.index, flags=0, change=flag)
wipe()

# ---- carrier ----

a, b = pair()


def carriers(what, want, **up):
    for dev, state in up.items():
        rt.change(rt.link(dev).index, flags=nl.IFF_UP if state else 0,
                  change=nl.IFF_UP)
    tap.equal((rt.link("nk0").carrier, rt.link("nk1").carrier), want, what)


carriers("no carrier at first", (False, False))
carriers("one end up: no carrier", (False, False), nk0=True)
carriers("both up: carrier", (True, True), nk1=True)
tap.ok(rt.link("nk0").flags & nl.IFF_LOWER_UP, "LOWER_UP with it")
carriers("the primary down: none", (False, False), nk0=False)
carriers("up again", (True, True), nk0=True)
carriers("the peer down: none", (False, False), nk1=False)
carriers("up again", (True, True), nk1=True)
tap.ok(not rt.change(a.index, netkit(u32(POLICY, DROP))),
       "policy changes while up")
wipe()

# ---- headroom is negotiated: a bridge tells its ports what it needs ----

rt.newlink(name("br0"), nl.nest(nl.LINKINFO, nl.s(nl.INFO_KIND, "bridge")))
# vxlan over IPv6 needs 84 bytes. Attributes: 1 number, 15 port, 17 address
rt.newlink(name("vx0"), nl.nest(nl.LINKINFO, nl.s(nl.INFO_KIND, "vxlan"),
                                nl.nest(nl.INFO_DATA, u32(1, 7),
                                        nl.attr(15, b"\x12\xb5"),
                                        nl.attr(17, bytes(15) + b"\1"))))
bridge, vxlan = rt.link("br0").index, rt.link("vx0").index
NEED, REST = 84, 64         # REST: NET_SKB_PAD, what the stack always leaves
for asked in (0, 8, 200):
    a, b = pair(u32(MODE, L2), nl.u16(HEADROOM, asked))

    def rooms(what, want):
        tap.equal((rt.link("nk0").data.get(HEADROOM),
                   rt.link("nk1").data.get(HEADROOM)), (want, want),
                  f"headroom {asked}: {what}")

    rooms("as asked", asked)
    rt.change(a.index, u32(nl.MASTER, bridge))
    rooms("the primary in a bridge without wishes", asked)
    rt.change(vxlan, u32(nl.MASTER, bridge))
    rooms("with a vxlan in it: the larger wish of the ends", max(NEED, asked))
    rt.change(b.index, u32(nl.MASTER, bridge))
    rooms("the peer in it too", NEED)
    rt.change(a.index, u32(nl.MASTER, 0))
    rooms("the primary left: the peer's wish", NEED)
    rt.change(b.index, u32(nl.MASTER, 0))
    rooms("both left: the stack's default", REST)
    rt.change(vxlan, u32(nl.MASTER, 0))
    rt.delete(a.index)
wipe()

tap.finish()
