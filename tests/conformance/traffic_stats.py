#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What is counted, everything that drops, and the room packets are given.

    a                      b
    nk0 (primary) <----->  nk1 (peer)

An end whose peer is gone drops too, but no user meets one: both ends go in
one step, and neither can be opened or found in between.
"""

import errno
import fcntl
import os
import struct
import sys

sys.path.insert(0, "../lib")
import bpf                                                      # noqa: E402
import net                                                      # noqa: E402
import nl                                                       # noqa: E402
import tap                                                      # noqa: E402
from net import frame                                           # noqa: E402

SOL_UDP, UDP_SEGMENT = 17, 103
BURST = 10
HEAD = 14 + 20 + 8              # Ethernet, IPv4, UDP

a, b = net.Net(ipv6=False), net.Net(ipv6=False)
ENDS = ((a, "nk0", bpf.PRIMARY), (b, "nk1", bpf.PEER))
progs = bpf.Object("traffic.bpf.o")


def directions():
    for i in (0, 1):
        yield ENDS[i], ENDS[1 - i], f"{ENDS[i][1]} to {ENDS[1 - i][1]}"


def read(path):
    with open(path, encoding="ascii") as f:
        return f.read().strip()


def write(path, text):
    with open(path, "w", encoding="ascii") as f:
        f.write(str(text))


class Counts:
    """By how much the counters of both ends moved."""

    def __init__(self, source, target):
        self.ends = (source[:2], target[:2])
        self.before = self.read()

    def read(self):
        return [where.stats(dev) for where, dev in self.ends]

    def moved(self):
        return tuple({k: now[k] - then[k] for k in now if now[k] != then[k]}
                     for now, then in zip(self.read(), self.before))

    def equal(self, sent, length, dropped, what, refused=0):
        """
        So many packets and bytes were sent here and received there, so many
        dropped here, so many refused by the stack there; nothing else.
        """
        want = ({"tx_packets": sent, "tx_bytes": length,
                 "tx_dropped": dropped},
                {"rx_packets": sent, "rx_bytes": length,
                 "rx_dropped": refused})
        return tap.equal(self.moved(), tuple(
            {k: v for k, v in end.items() if v} for end in want), what)


# ---- passed ----

def passed(mode):
    for source, target, what in directions():
        what = f"{mode}: {what}"
        sender = net.Sender(*source[:2])
        for size in (14, 15, 60, 1514):
            counts = Counts(source, target)
            with net.Capture(*target[:2], net.ETH_P_TEST) as capture:
                sent = sum(sender.send(frame(size=size))
                           for _ in range(BURST))
                got = capture.wait(BURST)
            tap.equal((sent, [len(f.data) for f in got]),
                      (BURST, [size] * BURST),
                      f"{what}: {BURST} frames of {size} bytes pass")
            counts.equal(BURST, BURST * size, 0, f"{what}: are counted")
        counts = Counts(source, target)
        processors = sorted(os.sched_getaffinity(0))
        number = BURST * len(processors)
        with net.Capture(*target[:2], net.ETH_P_TEST) as capture:
            for cpu in processors:
                os.sched_setaffinity(0, {cpu})
                for _ in range(BURST):
                    sender.send(frame(size=100))
            os.sched_setaffinity(0, processors)
            capture.wait(number)
        counts.equal(number, 100 * number, 0, f"{what}: those of "
                     f"{len(processors)} processors are counted together")
        sender.close()


def passed_as_one():
    """A packet that stands for many segments counts as the one that it is."""
    for source, target, what in directions():
        address = "10.0.0.2" if target[0] is b else "10.0.0.1"
        counts = Counts(source, target)
        with net.Udp(source[0], target[0], address) as udp:
            udp.sender.setsockopt(SOL_UDP, UDP_SEGMENT, 1000)
            udp.sender.send(bytes(20000))
            for _ in range(20):
                udp.receiver.recv(2000)
        counts.equal(1, HEAD + 20000, 0,
                     f"{what}: 20 datagrams sent as one are one packet")


# ---- dropped ----

def dropped(mode, source, target, what, drops=True):
    """A burst of frames is dropped, or passes; and nothing else happens."""
    sender = net.Sender(*source[:2])
    counts = Counts(source, target)
    with net.Capture(*target[:2], net.ETH_P_TEST) as capture:
        taken = sum(sender.send(frame(size=100)) for _ in range(BURST))
        got = capture.wait(0 if drops else BURST)
    sender.close()
    want = (0, 0) if drops else (BURST, BURST)
    tap.equal((taken, len(got)), want,
              f"{mode}: {what}: {'drops' if drops else 'passes'}")
    if drops:
        counts.equal(0, 0, BURST, f"{mode}: {what}: counted as dropped by the "
                     "sender alone")
    else:
        counts.equal(BURST, 100 * BURST, 0, f"{mode}: {what}: counted as "
                     "passed")


def drops(mode):
    index = a.index("nk0")
    for source, target, way in directions():
        attribute = nl.POLICY if source[2] == bpf.PRIMARY else nl.PEER_POLICY
        for policy, name in ((nl.DROP, "blackhole"), (nl.PASS, "forward")):
            a.rt.change(index, nl.netkit(nl.u32(attribute, policy)))
            dropped(mode, source, target, f"{way}: policy {name}",
                    policy == nl.DROP)
        for program in ("drop", "no_verdict"):
            link = progs.link(a, program, index, source[2])
            dropped(mode, source, target, f"{way}: program {program}")
            os.close(link)
        dropped(mode, source, target, f"{way}: none of these", False)


def peer_down(mode):
    """
    An end without carrier loses its queue, and the stack drops what is sent,
    but a moment later, in a worker. Until then it is the driver that drops.
    The worker is bound to this processor, and comes after this process, which
    has a real-time priority just then.
    """
    mask = "/sys/devices/virtual/workqueue/cpumask"
    processors = sorted(os.sched_getaffinity(0))
    old = read(mask)
    for source, target, what in directions():
        what = f"{mode}: {what}: peer down"
        sender = net.Sender(*source[:2])
        number = target[0].index(target[1])
        moved, at_all = None, 0
        os.sched_setaffinity(0, {0})
        write(mask, 1)
        for attempt in range(100):
            counts = Counts(source, target)
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
            target[0].rt.change(number, flags=0, change=nl.IFF_UP)
            taken = sender.send(frame(size=100))
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
            if not taken:
                at_all = attempt + 1
                moved = counts.moved()
            net.up(source[:2], target[:2])
            if at_all:
                break
        write(mask, old)
        os.sched_setaffinity(0, processors)
        sender.close()
        tap.equal(moved, ({"tx_dropped": 1}, {}),
                  f"{what}: a frame is dropped and counted")
        tap.note(f"in attempt {at_all}")


def too_short(mode):
    """
    Frames without room for an Ethernet header: packet sockets refuse them,
    so they come from a device that has no such header.
    """
    a.sh("modprobe tun; test -e /dev/net/tun || { mkdir -p /dev/net; "
         "mknod /dev/net/tun c 10 200; }")
    with a:
        tun = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(tun, 0x400454ca, struct.pack("16sH22x", b"t0", 0x1001))
    a.ip("link set t0 up")
    a.sh("tc qdisc add dev t0 clsact; tc filter add dev t0 ingress matchall "
         "action mirred egress redirect dev nk0")
    source, target = ENDS
    for size in (1, 10, 13, 14, 20):
        short = size < 14
        counts = Counts(source, target)
        for _ in range(BURST):
            os.write(tun, b"\x45".ljust(size, b"\0"))
        net.until(lambda: sum(counts.moved()[0].values()) >= BURST)
        counts.equal(*((0, 0, BURST) if short else (BURST, BURST * size, 0)),
                     f"{mode}: {size} bytes: "
                     f"{'dropped and counted' if short else 'passed'}")
    os.close(tun)


def backlog_full(mode):
    """
    The segments of one large packet come faster than they are received: what
    the peer's queue has no room for is a drop of the sender.
    """
    setting = "/proc/sys/net/core/netdev_max_backlog"
    old = read(setting)
    for source, target, what in directions():
        what = f"{mode}: {what}: queue full"
        address = "10.0.0.2" if target[0] is b else "10.0.0.1"
        source[0].sh(f"ethtool -K {source[1]} tx-udp-segmentation off")
        with net.Udp(source[0], target[0], address) as udp:
            udp.sender.setsockopt(SOL_UDP, UDP_SEGMENT, 1000)
            udp.pass_on(10)
            counts = Counts(source, target)
            try:
                write(setting, 8)
                udp.sender.send(bytes(50000))
                net.until(lambda: sum(counts.moved()[0].get(k, 0) for k in (
                    "tx_packets", "tx_dropped")) == 50)
            finally:
                write(setting, old)
            sent, _ = counts.moved()
        lost = sent.get("tx_dropped", 0)
        tap.ok(0 < lost < 50, f"{what}: some are dropped", sent)
        counts.equal(50 - lost, (50 - lost) * (HEAD + 1000), lost,
                     f"{what}: {lost} dropped, {50 - lost} passed, no other",
                     refused=lost)
        source[0].sh(f"ethtool -K {source[1]} tx-udp-segmentation on")


def clones():
    """pktgen may not send one packet many times over: each is changed."""
    a.sh("modprobe pktgen")
    with a:
        with open("/proc/net/pktgen/kpktgend_0", "w", encoding="ascii") as f:
            f.write("add_device nk0")
        device = os.open("/proc/net/pktgen/nk0", os.O_WRONLY)
    try:
        os.write(device, b"clone_skb 10")
        number = 0
    except OSError as e:
        number = e.errno
    # (ENOTSUPP, until the kernel took to what user space can name)
    tap.ok(number in (errno.EOPNOTSUPP, 524),
           "pktgen with clones of a packet is refused", number)
    os.close(device)
    with a, open("/proc/net/pktgen/kpktgend_0", "w", encoding="ascii") as f:
        f.write("rem_device_all")


# ---- room ----

def rooms():
    """The head- and tailroom that a device asks for is there."""
    room = bpf.Object("room.bpf.o", kind=None)
    tracepoint = room.raw_tracepoint("handed_over", "net_dev_start_xmit")
    seen = {}
    for head, tail in ((0, 0), (1000, 0), (0, 3000), (700, 2500)):
        net.pair(a, "nk0", b, "nk1", nl.u16(nl.HEADROOM, head),
                 nl.u16(nl.TAILROOM, tail))
        for source, _, way in directions():
            room.map("device")[0] = struct.pack("I",
                                                source[0].index(source[1]))
            room.map("room")[0] = b""
            sender = net.Sender(*source[:2])
            sender.send(frame(size=100))
            sender.close()
            packets, *got = struct.unpack("3I", room.map("room")[0])
            seen[head, tail, way] = got
            tap.ok(packets == 1 and got[0] >= head and got[1] >= tail,
                   f"{way}: headroom {head}, tailroom {tail}: a packet has "
                   "them", f"{packets} packets, {got}")
        a.ip("link del nk0")
    tap.ok(all(seen[0, 0, way][0] < 700 and seen[0, 0, way][1] < 2500
               for *_, way in directions()),
           "and has them not by itself", seen)
    os.close(tracepoint)


for value, name in ((nl.L3, "L3"), (nl.L2, "L2")):
    net.pair(a, "nk0", b, "nk1", nl.u32(nl.MODE, value))
    passed(name)
    drops(name)
    if value == nl.L2:
        a.ip("link del nk0")
        continue
    # All else that is counted here is of the driver's own, not of a mode, and
    # in L3 nobody else, such as ARP, sends
    a.ip("addr add 10.0.0.1/24 dev nk0")
    b.ip("addr add 10.0.0.2/24 dev nk1")
    passed_as_one()
    too_short(name)
    backlog_full(name)
    clones()
    peer_down(name)
    a.ip("link del nk0")
rooms()
tap.finish()
