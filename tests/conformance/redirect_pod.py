#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A pod's IP traffic as Cilium arranges it: both ways past the node's stack.

    pod                      node                                  far
    nk1 10.0.0.2  <------->  nk0 10.0.0.1     v0 or eth0 <------> v1 or eth1
        fd00::2                  fd00::1         10.1.0.1            10.1.0.2
                                                 fd01::1             fd01::2

    what nk1 sends:  netkit program, bpf_redirect_neigh() to the uplink
    what the uplink receives:  tc ingress, bpf_redirect_peer() to nk0

The node forwards nothing by itself. The uplinks are a veth, with offloads and
without, and the guest's own cards.
"""

import os
import socket
import struct
import sys

sys.path.insert(0, "../lib")
import bpf                                                      # noqa: E402
import net                                                      # noqa: E402
import nl                                                       # noqa: E402
import tap                                                      # noqa: E402

SMALL, LARGE = 64 << 10, 2 << 20
UPLINK, POD = 3, 4
SOL_UDP, UDP_SEGMENT = 17, 103
TO_POD, TO_FAR = ("10.0.0.2", "fd00::2"), ("10.1.0.2", "fd01::2")
# As in redirect.py
PEER_COUNTS = tuple(map(int, os.uname().release.split(".")[:2])) > (5, 10)

net.cards()
node, pod, far = net.Net(), net.Net(), net.Net()
progs = bpf.Object("redirect.bpf.o")


def make(mode, uplink, opposite, offloads):
    net.pair(node, "nk0", pod, "nk1", nl.u32(nl.MODE, mode))
    if uplink == "v0":
        node.ip("link add v0 type veth peer name v1")
        node.rt.change(node.index("v1"), nl.u32(nl.NET_NS_FD, far.fd))
    else:
        net.take_card(uplink, node)
        net.take_card(opposite, far)
    net.up((node, uplink), (far, opposite))
    for where, dev in ((node, uplink), (far, opposite)):
        where.sh(f"ethtool -K {dev} gro on {'' if offloads else 'tx off'}")
    for where, dev, four, six in (
            (node, "nk0", "10.0.0.1", "fd00::1"),
            (pod, "nk1", "10.0.0.2", "fd00::2"),
            (node, uplink, "10.1.0.1", "fd01::1"),
            (far, opposite, "10.1.0.2", "fd01::2")):
        where.ip(f"addr add {four}/24 dev {dev}",
                 f"addr add {six}/64 dev {dev} nodad")
    pod.ip("route add default via 10.0.0.1", "route add default via fd00::1")
    far.ip("route add 10.0.0.0/24 via 10.1.0.1",
           "route add fd00::/64 via fd01::1")
    for target, dev in ((UPLINK, uplink), (POD, "nk0")):
        progs.map("targets")[target] = struct.pack("II", node.index(dev), 0)
    progs.tc(node, "to_pod", uplink, "ingress")
    return progs.link(node, "from_pod", node.index("nk0"), bpf.PEER)


def unmake(uplink, opposite, link):
    os.close(link)
    node.ip("link del nk0")
    if uplink == "v0":
        node.ip("link del v0")
        return
    node.sh(f"tc qdisc del dev {uplink} clsact")
    net.return_card(uplink, node)
    net.return_card(opposite, far)


def redirected(target):
    return struct.unpack("Q", progs.map("redirected")[target])[0]


def pings(what):
    for where, address in ((pod, "10.1.0.2"), (pod, "fd01::2"),
                           (far, "10.0.0.2"), (far, "fd00::2")):
        try:
            said = where.sh(f"ping -q -c 3 -i 0.02 -W 5 {address}")
        except RuntimeError as e:
            said = str(e)
        tap.ok("3 received" in said and "duplicates" not in said,
               f"{what}: ping {address}", said)


def udp(what, source, target, address, segments):
    six = ":" in address
    with net.Udp(source, target, address) as one:
        for size in (0, 1, 1452 if six else 1472, 8192, 65000):
            tap.equal(one.pass_on(size), "intact",
                      f"{what}: {address}: a datagram of {size} bytes")
        if not segments:
            return
        one.sender.setsockopt(SOL_UDP, UDP_SEGMENT, 1000)
        data = net.random_bytes(50000)
        try:
            one.sender.send(data)
            got = b"".join(one.receiver.recv(2000) for _ in range(50))
        except OSError as e:
            got = e
        tap.ok(got == data, f"{what}: {address}: 50 datagrams sent as one",
               repr(got)[:80])


def snapshot():
    """
    Counters of nk1 and nk0, and how many were redirected out and in; taken
    while nothing moves, as a neighbour may be asked for at any time.
    """
    def read():
        return [where.stats(dev)
                for where, dev in ((pod, "nk1"), (node, "nk0"))] + [
                    {n: redirected(n) for n in (UPLINK, POD)}]

    last = read()
    for _ in range(1000):
        now = read()
        if now == last:
            break
        last = now
    return last


def counters(what, before):
    """What was redirected the ends have counted, and only so far."""
    end, other, count = ({k: now[k] - then[k] for k in now}
                         for now, then in zip(snapshot(), before))
    out, into = count[UPLINK], count[POD]
    tap.ok(out > 100 and into > 100, f"{what}: {out} packets were redirected "
           f"out of the pod, {into} into it")
    tap.equal(end["tx_packets"] - other["rx_packets"], out,
              f"{what}: packets out of the pod: nk1 has sent them, nk0 has not "
              "received them")
    if not PEER_COUNTS:
        tap.note("this kernel's core does not count what bpf_redirect_peer() "
                 "delivers")
    tap.equal(end["rx_packets"] - other["tx_packets"],
              into if PEER_COUNTS else 0,
              f"{what}: packets into the pod: nk1 has received "
              f"{'them' if PEER_COUNTS else 'none of them'}, nk0 has not sent "
              "them")
    tap.equal((end["tx_dropped"], other["tx_dropped"]), (0, 0),
              f"{what}: nothing was dropped")


def traffic(what, offloads):
    before = snapshot()
    errors = sum(map(net.checksum_errors, (node, pod, far)))
    pings(what)
    for source, target, addresses in ((pod, far, TO_FAR), (far, pod, TO_POD)):
        for address in addresses:
            for size in (SMALL, LARGE):
                tap.equal(net.stream(source, target, address, size), "intact",
                          f"{what}: TCP to {address}: {size >> 10} KiB each "
                          "way")
            # (before 6.11 a device that computes no checksums sends no
            # datagrams as one)
            udp(what, source, target, address, source is pod or offloads)
    tap.equal(sum(map(net.checksum_errors, (node, pod, far))) - errors, 0,
              f"{what}: no receiver met a bad checksum")
    counters(what, before)


def without_programs(what, link):
    """The programs are what does it: without them nothing gets through."""
    os.close(link)
    one = pod.socket(socket.AF_INET, socket.SOCK_DGRAM)
    before = redirected(UPLINK)
    with net.Capture(far, "v1", net.ETH_P_IP) as capture:
        one.sendto(b"x", ("10.1.0.2", 9))
        got = capture.wait(0, more=0.3)
    tap.equal((got, redirected(UPLINK) - before), ([], 0),
              f"{what}: without the program nothing leaves the pod")
    one.close()
    return progs.link(node, "from_pod", node.index("nk0"), bpf.PEER)


for value, name in ((nl.L3, "L3"), (nl.L2, "L2")):
    for ends, offload, label in (
            (("v0", "v1"), True, "veth"),
            (("v0", "v1"), False, "veth without offloads"),
            (("eth0", "eth1"), False, "network card")):
        attached = make(value, *ends, offload)
        try:
            traffic(f"{name}, {label}", offload)
            if label == "veth":
                attached = without_programs(f"{name}, {label}", attached)
        finally:
            unmake(*ends, attached)
tap.finish()
