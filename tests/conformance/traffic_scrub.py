#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What a packet loses on its way to the other end: mark, priority, time stamp.

    a                                                b, or a too
    tc egress (1) nk0 program (2)  <---->  nk1 tc ingress (3)
    tc ingress (6) nk0             <---->  nk1 program (5)  tc egress (4)

The numbers are places at which a program notes what it sees of a frame.
"""

import collections
import os
import socket
import struct
import sys
import time

sys.path.insert(0, "../lib")
import bpf                                                      # noqa: E402
import net                                                      # noqa: E402
import nl                                                       # noqa: E402
import tap                                                      # noqa: E402

SO_TXTIME = SCM_TXTIME = 61
SO_TIMESTAMPNS = SCM_TIMESTAMPNS = 35
MARK, PRIORITY = 0xabcd, 3
SECOND = 1000000000
NO_CSUM = -524                  # ENOTSUPP: not CHECKSUM_COMPLETE

Seen = collections.namedtuple(
    "Seen", "place ifindex mark priority len protocol vlan_present vlan_tci "
    "vlan_proto pkt_type tstamp csum")

progs = bpf.Object("traffic.bpf.o")


def forget():
    progs.map("count")[0] = b""


def seen():
    n, = struct.unpack("I", progs.map("count")[0])
    return [Seen(*struct.unpack("10IQq", progs.map("seen")[i]))
            for i in range(n)]


def attach(a, b):
    """Programs at all six places; returns the links."""
    progs.tc(a, "place_1", "nk0", "egress")
    progs.tc(b, "place_3", "nk1", "ingress")
    progs.tc(b, "place_4", "nk1", "egress")
    progs.tc(a, "place_6", "nk0", "ingress")
    index = a.index("nk0")
    return [progs.link(a, "place_2", index, bpf.PRIMARY),
            progs.link(a, "place_5", index, bpf.PEER)]


def later():
    """A departure time far off, as the fq qdisc and TCP use it."""
    return time.monotonic_ns() + 1000 * SECOND


def marked(sender, at):
    sender.sock.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, MARK)
    sender.sock.setsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY, PRIORITY)
    sender.sock.setsockopt(socket.SOL_SOCKET, SO_TXTIME,
                           struct.pack("iI", time.CLOCK_MONOTONIC, 0))
    return sender.send(net.frame(size=200), [
        (socket.SOL_SOCKET, SCM_TXTIME, struct.pack("Q", at))])


def one_pair(a, b, scrub, peer_scrub):
    apart = a is not b
    names = {nl.NONE: "none", nl.DEFAULT: "default"}
    tag = (f"scrub {names[scrub]}, peer scrub {names[peer_scrub]}, "
           f"{'two namespaces' if apart else 'one namespace'}")
    net.pair(a, "nk0", b, "nk1", nl.u32(nl.SCRUB, scrub),
             nl.u32(nl.PEER_SCRUB, peer_scrub))
    links = attach(a, b)
    for source, dev, target, peer, setting, places in (
            (a, "nk0", b, "nk1", scrub, (1, 2, 3)),
            (b, "nk1", a, "nk0", peer_scrub, (4, 5, 6))):
        what = f"{tag}: {dev} to {peer}"
        at = later()
        forget()
        sender = net.Sender(source, dev)
        tap.ok(marked(sender, at), f"{what}: a marked frame is sent")
        net.until(lambda: len(seen()) >= 3)
        sender.close()
        got = seen()
        if not tap.equal([s.place for s in got], list(places),
                         f"{what}: egress filter, netkit program, ingress "
                         "filter, in this order"):
            continue
        tap.equal([s.ifindex for s in got],
                  [source.index(dev)] + 2 * [target.index(peer)],
                  f"{what}: on which device they see it")
        tap.equal([s.len for s in got], [200] * 3, f"{what}: its length")
        tap.equal((got[0].mark, got[0].priority, got[0].tstamp),
                  (MARK, PRIORITY, at), f"{what}: sent with mark, priority "
                  "and departure time")
        kept = not apart or setting == nl.NONE
        want = (MARK, PRIORITY) if kept else (0, 0)
        verb = "kept" if kept else "cleared"
        tap.equal((got[1].mark, got[1].priority), want,
                  f"{what}: mark and priority are {verb} before the program")
        tap.equal((got[2].mark, got[2].priority), want,
                  f"{what}: and {verb} for the receiver")
        if not apart:
            tap.equal(got[1].tstamp, at, f"{what}: the departure time is kept")
    for link in links:
        os.close(link)
    a.ip("link del nk0")


def set_by_program(a, b):
    """Whatever the scrubbing, a program's mark reaches the receiver."""
    net.pair(a, "nk0", b, "nk1")
    progs.tc(b, "place_3", "nk1", "ingress")
    link = progs.link(a, "set_mark", a.index("nk0"), bpf.PRIMARY)
    forget()
    sender = net.Sender(a, "nk0")
    sender.send(net.frame(size=200))
    net.until(seen)
    tap.equal([(s.mark, s.priority) for s in seen()], [(0x1234, 5)],
              "mark and priority that a program sets reach the receiver")
    sender.close()
    os.close(link)
    a.ip("link del nk0")


def tracked_anew(a, b):
    """What connection tracking knows of a packet does not go with it."""
    net.pair(a, "nk0", b, "nk1", nl.u32(nl.SCRUB, nl.NONE),
             nl.u32(nl.PEER_SCRUB, nl.NONE))
    for where, dev, address in ((a, "nk0", "10.0.0.1"), (b, "nk1", "10.0.0.2")):
        where.ip(f"addr add {address}/24 dev {dev}")
        where.sh("""nft -f - <<'END'
            table ip t {
                chain o {
                    type filter hook output priority raw
                    notrack
                }
                chain sent {
                    type filter hook postrouting priority 0
                    ct state untracked counter comment "sent"
                }
                chain i {
                    type filter hook input priority 0
                    ct state new counter comment "new"
                    ct state untracked counter comment "untracked"
                }
            }
END""")

    def counted(where, rule):
        line, = (text for text in where.sh("nft list table ip t").splitlines()
                 if f'comment "{rule}"' in text)
        return int(line.split("packets ")[1].split()[0])

    for source, target, address in ((a, b, "10.0.0.2"), (b, a, "10.0.0.1")):
        with net.Udp(source, target, address) as udp:
            tap.equal(udp.pass_on(100), "intact",
                      f"to {address}: a datagram that is not tracked")
        tap.equal((counted(source, "sent"), counted(target, "new"),
                   counted(target, "untracked")), (1, 1, 0),
                  f"to {address}: the receiver tracks it as a new one")
    for where in (a, b):
        where.sh("nft delete table ip t")
    a.ip("link del nk0")


# ---- time stamps ----

def departure_times(a, b):
    """
    Across namespaces a time stamp goes, as it could be one of reception, but
    not a departure time that the kernel has marked as one: from 5.18 on that
    of TCP, from 6.10 on those of all sockets.
    """
    departs = "departs"
    try:
        times = bpf.Object("tstamp.bpf.o")
    except OSError:
        tap.note("this kernel does not tell departure times from others")
        departs = "departs_plain"
        times = bpf.Object("tstamp.bpf.o", without=("departs",))
    net.pair(a, "nk0", b, "nk1", nl.u32(nl.SCRUB, nl.NONE))
    a.ip("addr add 10.0.0.1/24 dev nk0")
    b.ip("addr add 10.0.0.2/24 dev nk1")
    times.tc(a, departs, "nk0", "egress")
    link = times.link(a, "passes", a.index("nk0"), bpf.PRIMARY)
    sender = net.Sender(a, "nk0")
    for what, send in (
            ("packet socket", lambda: marked(sender, later())),
            ("TCP", lambda: net.stream(a, b, "10.0.0.2", 100000) == "intact")):
        for i in (0, 1):
            times.map("times")[i] = b""
        tap.ok(send(), f"{what}: packets with a departure time are sent")
        (packets, stamped, told), (passed, left, _) = (
            struct.unpack("3Q", times.map("times")[i]) for i in (0, 1))
        tap.ok(passed == packets >= 1 and stamped,
               f"{what}: a netkit program sees them all",
               f"{packets} sent, {stamped} with a time, {passed} seen")
        tap.equal(left, told, f"{what}: {told} of {stamped} times are marked "
                  "as departure times, just these are kept")
    sender.close()
    os.close(link)
    a.ip("link del nk0")


def receive_time(a, b):
    """A receiver's time stamp says when a packet arrived."""
    net.pair(a, "nk0", b, "nk1")
    a.ip("addr add 10.0.0.1/24 dev nk0")
    b.ip("addr add 10.0.0.2/24 dev nk1")
    with net.Udp(a, b, "10.0.0.2") as udp:
        udp.sender.setsockopt(socket.SOL_SOCKET, SO_TXTIME,
                              struct.pack("iI", time.CLOCK_MONOTONIC, 0))
        udp.receiver.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)

        def stamped():
            """(before sending, receiver's stamp, after receiving)"""
            before = time.time()
            udp.sender.sendmsg([b"x"], [(socket.SOL_SOCKET, SCM_TXTIME,
                                         struct.pack("Q", later()))])
            _, anc, _, _ = udp.receiver.recvmsg(10, 64)
            return [(before, s + ns / SECOND, time.time())
                    for s, ns in (struct.unpack("qq", data)
                                  for _, kind, data in anc
                                  if kind == SCM_TIMESTAMPNS)]

        got = net.until(stamped)
        tap.ok(got and got[0][0] - 1 <= got[0][1] <= got[0][2] + 1,
               "the receiver's time stamp is of its arrival", got)
    a.ip("link del nk0")


# ---- a checksum that the receiving device has computed ----

def fold(csum):
    """As net.ones_sum() has it, from the kernel's sum of native words."""
    csum &= 0xffffffff
    while csum >> 16:
        csum = (csum & 0xffff) + (csum >> 16)
    return socket.ntohs(csum)


def checksum_complete(a, b, c):
    """
    A tunnel that verifies its checksum leaves the sum over the packet in it,
    as some network cards do. Passed on to nk0, the receiver finds a sum over
    what it is given: the Ethernet header no longer counts.

        c                         a                  b
        gt1 --- v1 ----- v0 --- gt0 ==> nk0 <-----> nk1
    """
    net.pair(a, "nk0", b, "nk1", nl.u32(nl.MODE, nl.L2))
    a.ip("link add v0 type veth peer name v1")
    a.rt.change(a.index("v1"), nl.u32(nl.NET_NS_FD, c.fd))
    for where, dev, gre, mine, other in ((a, "v0", "gt0", 1, 2),
                                         (c, "v1", "gt1", 2, 1)):
        where.ip(f"addr add 10.1.0.{mine}/24 dev {dev}", f"link set {dev} up",
                 f"link add {gre} type gretap local 10.1.0.{mine} "
                 f"remote 10.1.0.{other} csum", f"link set {gre} up")
        where.sh(f"ethtool -K {dev} rx off tx off")
    net.passing((c, "gt1"), (a, "gt0"))
    a.sh("tc qdisc add dev gt0 clsact; tc filter add dev gt0 ingress "
         "matchall action mirred egress redirect dev nk0")
    progs.tc(b, "place_3", "nk1", "ingress")
    sender = net.Sender(c, "gt1")
    for size in (60, 61, 1000):
        data = net.frame(net.random_bytes(size - 14), size=size)
        forget()
        with net.Capture(b, "nk1", net.ETH_P_TEST) as capture:
            sender.send(data)
            got = capture.wait(1)
        net.until(seen)
        what = f"checksum of a frame of {size} bytes"
        tap.equal([f.data for f in got], [data], f"{what}: it arrives")
        sums = [s.csum for s in seen()]
        if tap.ok(len(sums) == 1 and sums[0] >= 0,
                  f"{what}: with a sum over it", sums):
            want = net.ones_sum(data[14:])
            tap.ok(fold(sums[0]) % 0xffff == want % 0xffff,
                   f"{what}: over all but the Ethernet header",
                   f"{fold(sums[0]):#x}, expected {want:#x}")
    sender.close()

    # The same frame from nk0 itself comes without one: the test can tell
    forget()
    sender = net.Sender(a, "nk0")
    sender.send(net.frame(size=100))
    net.until(seen)
    tap.equal([s.csum for s in seen()], [NO_CSUM], "from elsewhere: no sum")
    sender.close()
    a.ip("link del nk0", "link del v0", "link del gt0")


one, two, three = net.Net(), net.Net(), net.Net()
for first in (nl.NONE, nl.DEFAULT):
    for second in (nl.NONE, nl.DEFAULT):
        one_pair(one, two, first, second)
    one_pair(one, one, first, first)
set_by_program(one, two)
tracked_anew(one, two)
departure_times(one, two)
receive_time(one, two)
checksum_complete(one, two, three)
tap.finish()
