#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Pairs across namespaces: made there, moved, renamed, deleted.

    home                 a                    b
    -------------        -------------        -------------
    primary  <---------> peer                 either, moved
    sends the requests

A namespace dies in a worker, so its end is waited for.
"""

import errno
import os
import struct
import sys
import time

sys.path.insert(0, "../lib")
import nl                                                       # noqa: E402
import tap                                                      # noqa: E402
from nl import (L2, MODE, PEER_POLICY, POLICY, PRIMARY,         # noqa: E402
                netkit, peer_info, u32)

MAC1 = "02:00:00:00:00:01"

nl.unshare(nl.CLONE_NEWNET)
rt = nl.Rtnl()


def name(value):
    return nl.s(nl.IFNAME, value)


def fd(ns):
    return u32(nl.NET_NS_FD, ns.fd)


def wait(what, condition):
    end = time.monotonic() + 20
    while not condition():
        if time.monotonic() > end:
            return tap.ok(False, what, "not within 20 seconds")
        time.sleep(0.01)
    return tap.ok(True, what)


def only_lo(*namespaces):
    return all(set(ns.links()) == {"lo"} for ns in namespaces)


def child(target):
    """Run in a new process; returns its number and a pipe to end it by."""
    ready, end = os.pipe(), os.pipe()
    pid = os.fork()
    if not pid:
        os.close(end[1])
        os.close(ready[0])
        target()
        os.write(ready[1], b"x")
        os.read(end[0], 1)
        os._exit(0)
    os.close(ready[1])
    os.close(end[0])
    os.read(ready[0], 1)
    os.close(ready[0])
    return pid, end[1]


def reap(pid, pipe):
    os.close(pipe)
    os.waitpid(pid, 0)


a, b = nl.Namespace(), nl.Namespace()

# ---- made in another namespace ----

rt.newlink(name("nk0"), netkit(peer_info(name("nk1"), fd(a))))
home, away = rt.link("nk0"), a.rt.link("nk1")
tap.ok(home and away, "the peer in another namespace, by descriptor")
tap.equal((home.data[PRIMARY], away.data[PRIMARY]), (1, 0),
          "which is primary does not change")
tap.equal((home.u32(nl.LINK), away.u32(nl.LINK)), (away.index, home.index),
          "each has the other's number")
tap.ok(home.i32(nl.LINK_NETNSID) is not None and
       home.i32(nl.LINK_NETNSID) >= 0 and nl.LINK_NETNSID in away.attrs,
       "and an id of its namespace")
rt.delete(home.index)
tap.ok(only_lo(rt, a.rt), "deleted from home: both are gone")

rt.newlink(name("nk0"), netkit(peer_info(name("nk1"), fd(a))))
a.rt.delete(a.rt.link("nk1").index)
tap.ok(only_lo(rt, a.rt), "deleted from there: both are gone")

pid, pipe = child(lambda: nl.setns(a.fd))
rt.newlink(name("nk0"),
           netkit(peer_info(name("nk1"), u32(nl.NET_NS_PID, pid))))
tap.ok(rt.link("nk0") and a.rt.link("nk1"), "the peer there, by process")
rt.delete(rt.link("nk0").index)
rt.newlink(name("nk0"), u32(nl.NET_NS_PID, pid), netkit(peer_info(name("nk1"))))
tap.ok(a.rt.link("nk0"), "the primary there, by process")
reap(pid, pipe)
tap.ok(rt.link("nk1"), "and the peer at home")
rt.delete(rt.link("nk1").index)
tap.ok(only_lo(rt, a.rt), "deleting the peer deletes it")

rt.newlink(name("nk0"), fd(a), netkit(peer_info(name("nk1"))))
tap.ok(a.rt.link("nk0") and not rt.link("nk0"),
       "the primary there, by descriptor")
tap.ok(rt.link("nk1") and not a.rt.link("nk1"), "the peer stays at home")
tap.equal(a.rt.link("nk0").u32(nl.LINK), rt.link("nk1").index,
          "it names the peer")
rt.delete(rt.link("nk1").index)
rt.newlink(name("nk0"), fd(a), netkit(peer_info(name("nk1"), fd(b))))
tap.ok(a.rt.link("nk0") and b.rt.link("nk1") and only_lo(rt),
       "each in a namespace of its own, neither at home")
b.rt.delete(b.rt.link("nk1").index)
tap.ok(only_lo(rt, a.rt, b.rt), "nothing is left")

rt.newlink(name("same"), fd(a), netkit(peer_info(name("same"))))
tap.ok(rt.link("same") and a.rt.link("same"), "one name, in two namespaces")
rt.delete(rt.link("same").index)
rt.newlink(name("nk0"), netkit(peer_info(name("eth0"), fd(a), index=77)),
           index=77)
tap.equal((rt.link("nk0").index, a.rt.link("eth0").index), (77, 77),
          "one number, in two namespaces")
rt.delete(77)
rt.newlink(netkit(peer_info(fd(a))))
tap.equal((sorted(rt.links()), sorted(a.rt.links())),
          (["lo", "nk0"], ["lo", "nk0"]), "default names in two namespaces")
rt.delete(rt.link("nk0").index)

a.rt.newlink(name("taken"), nl.nest(nl.LINKINFO, nl.s(nl.INFO_KIND, "dummy")))
try:
    rt.newlink(name("nk0"), netkit(peer_info(name("taken"), fd(a))))
    tap.ok(False, "a name that is taken there")
except nl.Refused as e:
    tap.equal(e.errno, errno.EEXIST, "a name that is taken there: EEXIST")
tap.ok(only_lo(rt), "nothing is left of that at home")
a.rt.delete(a.rt.link("taken").index)

# ---- moved and renamed ----

rt.newlink(name("nk0"), nl.mac(MAC1),
           netkit(u32(MODE, L2), peer_info(name("nk1"))))
away = rt.link("nk1")
rt.change(away.index, fd(a), name("eth0"))
tap.equal(a.rt.link("eth0").address, away.address,
          "the peer moved and renamed, with its address")
a.rt.request(nl.RTM_NEWLINKPROP,
             nl.NLM_F_ACK | nl.NLM_F_CREATE | nl.NLM_F_EXCL,
             nl.ifinfo(a.rt.link("eth0").index) +
             nl.nest(nl.PROP_LIST, nl.s(nl.ALT_IFNAME, "pod-uplink")))
props = a.rt.link("eth0").attrs.get(nl.PROP_LIST, b"")
tap.ok(b"pod-uplink\0" in props, "an alternative name")
rt.change(rt.link("nk0").index, netkit(u32(PEER_POLICY, 2)))
tap.equal(a.rt.link("eth0").data[POLICY], 2,
          "its policy is still set from the primary's side")
try:
    a.rt.change(a.rt.link("eth0").index, netkit(u32(POLICY, 0)))
    tap.ok(False, "but not from its own")
except nl.Refused as e:
    tap.equal(e.errno, errno.EACCES, "but not from its own: EACCES")
rt.change(rt.link("nk0").index, fd(b))
b.rt.change(b.rt.link("nk0").index, name("lxc0"))
tap.equal(b.rt.link("lxc0").u32(nl.LINK), a.rt.link("eth0").index,
          "the primary moved too")
b.rt.change(b.rt.link("lxc0").index, netkit(u32(PEER_POLICY, 0)))
tap.equal(a.rt.link("eth0").data[POLICY], 0, "and changes policy from there")
for flag, want in ((0, False), (nl.IFF_UP, True)):
    b.rt.change(b.rt.link("lxc0").index, flags=nl.IFF_UP, change=nl.IFF_UP)
    a.rt.change(a.rt.link("eth0").index, flags=flag, change=nl.IFF_UP)
    tap.equal((b.rt.link("lxc0").carrier, a.rt.link("eth0").carrier),
              (want, want), f"carrier across namespaces: {want}")
a.rt.change(a.rt.link("eth0").index, fd(b))
tap.ok(b.rt.link("eth0") and b.rt.link("lxc0"), "both in one again")
tap.ok(nl.LINK_NETNSID not in b.rt.link("eth0").attrs,
       "without an id of another")
b.rt.delete(b.rt.link("eth0").index)
tap.ok(only_lo(rt, a.rt, b.rt), "and deleted")

# ---- namespaces that die ----

for end in ("peer", "primary", "both ends", "each end in one"):
    gone, gone2 = nl.Namespace(), nl.Namespace()
    at = {"peer": ([], [fd(gone)]), "primary": ([fd(gone)], []),
          "both ends": ([fd(gone)], [fd(gone)]),
          "each end in one": ([fd(gone)], [fd(gone2)])}[end]
    for i in range(20):
        rt.newlink(name(f"nk{i}"), *at[0],
                   netkit(peer_info(name(f"np{i}"), *at[1])))
    tap.equal(len(rt.links()) - 1, {"peer": 20, "primary": 20}.get(end, 0),
              f"20 pairs, {end} in a namespace of its own")
    gone.close()
    wait(f"{end}: its namespace dies: nothing is left at home",
         lambda: only_lo(rt))
    if end == "each end in one":
        wait(f"{end}: nor in the other one", lambda: only_lo(gone2.rt))
    gone2.close()

# ---- whose namespace is it? ----

host = a            # a namespace of the machine's own user namespace


def inside(result):
    """As root of a user namespace that holds a descriptor of the host's"""
    nl.unshare(nl.CLONE_NEWUSER | nl.CLONE_NEWNET)
    mine = nl.Rtnl()

    def attempt(call):
        try:
            call()
            return 0
        except OSError as e:
            return e.errno
    answers = [
        attempt(lambda: mine.newlink(name("nk0"),
                                     netkit(peer_info(name("nk1"))))),
        attempt(lambda: mine.newlink(name("nk2"),
                                     netkit(peer_info(name("stolen"),
                                                      fd(host))))),
        attempt(lambda: mine.newlink(name("stolen"), fd(host),
                                     netkit(peer_info(name("nk3"))))),
        attempt(lambda: mine.newlink(name("nk2"),
                                     netkit(peer_info(name("stolen"),
                                                      u32(nl.NET_NS_PID,
                                                          parent))))),
        attempt(lambda: mine.change(mine.link("nk1").index, fd(host))),
        attempt(lambda: mine.newlink(name("nk4"), fd(b),
                                     netkit(peer_info(name("stolen"), fd(host))))),
        len(mine.links()),
    ]
    os.write(result, struct.pack("7i", *answers))


parent = os.getpid()
read, write = os.pipe()
other = child(lambda: inside(write))
# While its namespace is there: that takes what belongs to it along
clean = only_lo(rt, a.rt, b.rt)
reap(*other)
answers = struct.unpack("7i", os.read(read, 28))
for got, want, what in zip(
        answers,
        (0, errno.EPERM, errno.EPERM, errno.EPERM, errno.EPERM, errno.EPERM),
        ("root of a user namespace makes a pair in its own",
         "but no peer in the host's, by descriptor", "nor a primary",
         "nor a peer by process", "nor moves one there",
         "nor a pair in two of the host's")):
    tap.equal(errno.errorcode.get(got, got), errno.errorcode.get(want, want),
              what)
tap.equal(answers[6], 3, "and nothing else is left in its namespace")
tap.ok(clean, "nor in the host's")

a.close()
b.close()
tap.finish()
