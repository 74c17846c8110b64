#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# netkit-vm: kmsg=recursion limit reached on datapath|Dead loop on virtual device
"""Frames that a netkit program or a filter sends elsewhere.

    source               here                                 far
    end <------------->  other end
                         nk2, v0, eth0 <-------------------> nk3, v1, eth1

A program on one end of a pair finds its targets in the namespace of the other
one. eth0 and eth1 are the guest's own cards, on one cable.
"""

import os
import struct
import sys

sys.path.insert(0, "../lib")
import bpf                                                      # noqa: E402
import net                                                      # noqa: E402
import nl                                                       # noqa: E402
import tap                                                      # noqa: E402
from net import ETH_P_TEST, frame                               # noqa: E402

BURST, MANY = 10, 1000
EGRESS, INGRESS = 0, 1
POD = 4
GONE = 0x7ffffff0

net.cards()
a, b, far = net.Net(ipv6=False), net.Net(ipv6=False), net.Net(ipv6=False)
progs = bpf.Object("redirect.bpf.o")
# From 5.15.140, 6.1.64, 6.6.3 and 6.7 on, the core counts what
# bpf_redirect_peer() delivers
PEER_COUNTS = tuple(map(int, os.uname().release.split(".")[:2])) > (5, 10)


def aim(number, ifindex, flags=EGRESS):
    progs.map("targets")[number] = struct.pack("II", ifindex, flags)


def payload(i):
    return struct.pack("!I", i) + net.random_bytes(100)


def burst(sender, number=BURST):
    """How many of so many different frames the device took."""
    return sum(sender.send(frame(payload(i))) for i in range(number))


def arrived(frames, number=BURST):
    """All of them, in order, each once and as it was sent."""
    return [f.data for f in frames] == [frame(payload(i))
                                        for i in range(number)]


def moved(before, now):
    return {k: now[k] - before[k] for k in now if now[k] != before[k]}


SIZE = len(frame(payload(0)))
SENT = {"tx_packets": BURST, "tx_bytes": BURST * SIZE}
RECEIVED = {"rx_packets": BURST, "rx_bytes": BURST * SIZE}


def plug(where):
    """A second pair, a veth and the cards: between here and far."""
    net.pair(where, "nk2", far, "nk3", nl.u32(nl.MODE, nl.L2))
    where.ip("link add v0 type veth peer name v1")
    where.rt.change(where.index("v1"), nl.u32(nl.NET_NS_FD, far.fd))
    net.up((where, "v0"), (far, "v1"))
    net.take_card("eth0", where)
    net.take_card("eth1", far)
    net.up((where, "eth0"), (far, "eth1"))


def unplug(where):
    where.ip("link del nk2", "link del v0")
    net.return_card("eth0", where)
    net.return_card("eth1", far)


# ---- to devices ----

def to_devices(mode, source, here, side):
    """The ends are (namespace, name); the program is on the source's."""
    sender = net.Sender(*source)
    link = progs.link(a, "to_device_0", a.index("nk0"), side)
    for dev, opposite in (("nk2", "nk3"), ("v0", "v1"), ("eth0", "eth1")):
        for flags, (where, at) in ((EGRESS, (far, opposite)),
                                   (INGRESS, (here[0], dev))):
            what = (f"{mode}: {source[1]}: redirected to {dev}, "
                    f"{'ingress' if flags else 'egress'}")
            aim(0, here[0].index(dev), flags)
            ends = (source, here, (here[0], dev), (far, opposite))
            before = [w.stats(d) for w, d in ends]
            with net.Capture(where, at, ETH_P_TEST) as capture, \
                    net.Capture(*here, ETH_P_TEST) as passed:
                tap.equal(burst(sender), BURST, f"{what}: {BURST} are taken")
                got = capture.wait(BURST)
                strays = passed.take()
            tap.ok(arrived(got), f"{what}: they arrive at {at}",
                   f"{len(got)} frames")
            tap.equal(strays, [], f"{what}: none at {here[1]}")
            now = [w.stats(d) for w, d in ends]
            change = [moved(x, y) for x, y in zip(before, now)]
            tap.equal(change[:2], [SENT, {}], f"{what}: counted as sent by "
                      f"{source[1]}, not as received by {here[1]}")
            # (a card counts on its own terms)
            if dev != "eth0":
                tap.equal(change[2:], [SENT, RECEIVED] if flags == EGRESS
                          else [{}, {}], f"{what}: counted by {dev} and "
                          f"{opposite}")
    os.close(link)
    sender.close()


# ---- to nowhere ----

def to_nowhere(mode, source, here, side):
    """Sent, and gone without a trace."""
    sender = net.Sender(*source)
    link = progs.link(a, "to_device_0", a.index("nk0"), side)
    here[0].ip("link add nowhere type dummy", "link set nk2 down",
               "link set v0 down", "link set eth0 down")
    gone = here[0].index("nowhere")
    here[0].ip("link del nowhere")
    for name, index in (("a netkit that is down", here[0].index("nk2")),
                        ("a veth that is down", here[0].index("v0")),
                        ("a card that is down", here[0].index("eth0")),
                        ("a device that is gone", gone),
                        ("a device that never was", GONE),
                        ("no device", 0)):
        for flags in (EGRESS, INGRESS):
            what = (f"{mode}: {source[1]}: redirected to {name}, "
                    f"{'ingress' if flags else 'egress'}")
            aim(0, index, flags)
            before = source[0].stats(source[1]), here[0].stats(here[1])
            with net.Capture(*here, ETH_P_TEST) as passed:
                taken = burst(sender, MANY)
                strays = passed.take()
            now = source[0].stats(source[1]), here[0].stats(here[1])
            tap.equal((taken, strays), (MANY, []), f"{what}: sent, and gone")
            tap.equal([moved(x, y) for x, y in zip(before, now)],
                      [{"tx_packets": MANY, "tx_bytes": MANY * SIZE}, {}],
                      f"{what}: counted as sent, by none as received")
            tap.ok(net.until(lambda: sender.unfreed() == 0),
                   f"{what}: and freed", sender.unfreed())
    for dev, opposite in (("nk2", "nk3"), ("v0", "v1"), ("eth0", "eth1")):
        net.up((here[0], dev), (far, opposite))

    # A packet that waits somewhere is not freed: the test can tell
    here[0].sh("tc qdisc add dev v0 root tbf rate 8kbit burst 1600 limit 9999")
    aim(0, here[0].index("v0"))
    for _ in range(3):
        sender.send(frame(size=1000))
    tap.ok(sender.unfreed(), f"{mode}: {source[1]}: a packet that waits is "
           "seen")
    tap.ok(net.until(lambda: sender.unfreed() == 0),
           f"{mode}: {source[1]}: until it has gone on")
    here[0].sh("tc qdisc del dev v0 root")
    os.close(link)
    sender.close()


# ---- from redirection to redirection ----

def chain():
    """nk1 to nk2 to nk4 to v0, each by a program; then in a circle."""
    net.pair(a, "nk2", a, "nk3", nl.u32(nl.MODE, nl.L2))
    net.pair(a, "nk4", a, "nk5", nl.u32(nl.MODE, nl.L2))
    a.ip("link add v0 type veth peer name v1")
    a.rt.change(a.index("v1"), nl.u32(nl.NET_NS_FD, far.fd))
    net.up((a, "v0"), (far, "v1"))
    devices = ("nk2", "nk4", "v0")
    for i, dev in enumerate(devices):
        aim(i, a.index(dev))
    links = [progs.link(a, "to_device_0", a.index("nk0"), bpf.PEER),
             progs.link(a, "to_device_1", a.index("nk2"), bpf.PRIMARY),
             progs.link(a, "to_device_2", a.index("nk4"), bpf.PRIMARY)]
    sender = net.Sender(b, "nk1")
    before = [a.stats(dev) for dev in devices]
    with net.Capture(far, "v1", ETH_P_TEST) as capture:
        burst(sender)
        got = capture.wait(BURST)
    tap.ok(arrived(got), "redirected three times: they arrive", len(got))
    tap.equal([moved(x, a.stats(dev)) for x, dev in zip(before, devices)],
              [SENT] * 3, "redirected three times: each has sent them")

    # What nk1 sends goes to nk2, and what nk2 sends there again
    aim(1, a.index("nk2"))
    before = b.stats("nk1")
    for _ in range(BURST):
        sender.send(frame(payload(0)))
    tap.equal(moved(before, b.stats("nk1")), SENT,
              "in a circle: counted as sent")
    tap.ok(net.until(lambda: sender.unfreed() == 0), "in a circle: all freed",
           sender.unfreed())
    aim(1, a.index("nk4"))
    with net.Capture(far, "v1", ETH_P_TEST) as capture:
        burst(sender)
        tap.ok(arrived(capture.wait(BURST)), "the circle broken: they arrive")
    for link in links:
        os.close(link)
    sender.close()
    a.ip("link del nk2", "link del nk4", "link del v0")


# ---- into a pod ----

def into_pod(mode):
    """From the uplink's ingress by bpf_redirect_peer()."""
    progs.tc(a, "frames_to_pod", "v0", "ingress")
    sender = net.Sender(far, "v1")
    aim(POD, a.index("nk0"))
    before = b.stats("nk1"), a.stats("nk0")
    with net.Capture(b, "nk1", ETH_P_TEST) as capture:
        burst(sender)
        got = capture.wait(BURST)
    tap.ok(arrived(got), f"{mode}: from the uplink into the pod: they arrive",
           len(got))
    now = b.stats("nk1"), a.stats("nk0")
    if not PEER_COUNTS:
        tap.note("this kernel's core does not count what bpf_redirect_peer() "
                 "delivers")
    tap.equal([moved(x, y) for x, y in zip(before, now)],
              [RECEIVED if PEER_COUNTS else {}, {}],
              f"{mode}: counted as {'received' if PEER_COUNTS else 'nothing'} "
              "by the pod's end, not as sent by the other")

    net.pair(a, "nk4", a, "nk5")
    for name, index in (("a pair within one namespace", a.index("nk4")),
                        ("a device that is no pair", a.index("lo")),
                        ("no device", 0), ("a device that never was", GONE)):
        aim(POD, index)
        with net.Capture(b, "nk1", ETH_P_TEST) as one, \
                net.Capture(a, "nk5", ETH_P_TEST) as two, \
                net.Capture(a, "nk4", ETH_P_TEST) as three:
            burst(sender)
            tap.equal(one.wait(0) + two.take() + three.take(), [],
                      f"{mode}: into {name}: they are gone")
    aim(POD, a.index("nk0"))
    b.flag_up("nk1", False)
    before = b.stats("nk1")
    burst(sender)
    tap.equal(moved(before, b.stats("nk1")), {},
              f"{mode}: into a pod whose end is down: they are gone")
    net.up((a, "nk0"), (b, "nk1"))
    with net.Capture(b, "nk1", ETH_P_TEST) as capture:
        burst(sender)
        tap.ok(arrived(capture.wait(BURST)), f"{mode}: up again: they arrive")
    sender.close()
    a.ip("link del nk4")
    a.sh("tc qdisc del dev v0 clsact")


# ---- netfilter ----

def egress_hook():
    """A redirected packet passes the target's netfilter egress unseen."""
    sender, direct = net.Sender(b, "nk1"), net.Sender(a, "v0")
    aim(0, a.index("v0"))
    link = progs.link(a, "to_device_0", a.index("nk0"), bpf.PEER)
    try:
        a.sh("nft 'add table netdev t; add chain netdev t c "
             "{ type filter hook egress device v0 priority 0; }; "
             "add rule netdev t c counter'")
    except RuntimeError as e:
        if tuple(map(int, os.uname().release.split(".")[:2])) >= (5, 16):
            raise
        tap.skip("netfilter egress", f"a kernel before 5.16 has none ({e})")
        os.close(link)
        return

    def counted():
        return int(a.sh("nft list chain netdev t c").split("packets ")[1]
                   .split()[0])

    with net.Capture(far, "v1", ETH_P_TEST) as capture:
        for name, which, want in (("redirected", sender, 0),
                                  ("sent by it", direct, BURST)):
            before = counted()
            burst(which)
            tap.ok(arrived(capture.wait(BURST)), f"netfilter egress of v0: "
                   f"packets {name} arrive")
            tap.equal(counted() - before, want, f"netfilter egress of v0 sees "
                      f"{want} of those {name}")
    a.sh("nft delete table netdev t")
    os.close(link)
    sender.close()
    direct.close()


ENDS = {bpf.PRIMARY: (a, "nk0"), bpf.PEER: (b, "nk1")}
for value, name in ((nl.L3, "L3"), (nl.L2, "L2")):
    for kind, other in ((bpf.PRIMARY, bpf.PEER), (bpf.PEER, bpf.PRIMARY)):
        net.pair(a, "nk0", b, "nk1", nl.u32(nl.MODE, value))
        plug(ENDS[other][0])
        try:
            to_devices(name, ENDS[kind], ENDS[other], kind)
            if (kind == bpf.PEER) == (value == nl.L2):
                to_nowhere(name, ENDS[kind], ENDS[other], kind)
            if kind == bpf.PEER:
                into_pod(name)
                if value == nl.L2:
                    egress_hook()
        finally:
            unplug(ENDS[other][0])
        if (value, kind) == (nl.L2, bpf.PEER):
            chain()
        a.ip("link del nk0")
tap.finish()
