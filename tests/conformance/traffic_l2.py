#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Frames: packet types, multicast and broadcast, neighbours, VLAN tags.

    a                                    b
    nk0      10.0.0.1, fd00::1  <---->   nk1      10.0.0.2, fd00::2
    vlanN    10.0.N.1, fd00:N::1         vlanN    10.0.N.2, fd00:N::2
"""

import socket
import struct
import sys

sys.path.insert(0, "../lib")
import bpf                                                      # noqa: E402
import net                                                      # noqa: E402
import nl                                                       # noqa: E402
import tap                                                      # noqa: E402
from net import (BROADCAST, ETH_P_8021AD, ETH_P_8021Q, HOST,    # noqa: E402
                 MULTICAST, OTHERHOST, frame)

STREAM = 64 << 10
CTAG, STAG, OUTER, INNER = 5, 6, 7, 8
VLAN_HEADER = 4

a, b = net.Net(), net.Net()
ENDS = ((a, "nk0", "1"), (b, "nk1", "2"))


def directions():
    for i in (0, 1):
        yield ENDS[i], ENDS[1 - i], f"{ENDS[i][1]} to {ENDS[1 - i][1]}"


# ---- what a packet is to the receiving end ----

def packet_types(mode):
    for (where, dev, _), (target, peer, _), what in directions():
        mac = target.mac(peer)
        sender = net.Sender(where, dev)
        with net.Capture(target, peer, net.ETH_P_TEST) as capture:
            for address, kind, name in (
                    (mac, HOST, "the receiver's address"),
                    (net.BROADCAST_MAC, BROADCAST, "broadcast"),
                    ("01:00:5e:00:00:05", MULTICAST, "multicast"),
                    ("33:33:00:00:00:05", MULTICAST, "IPv6 multicast"),
                    ("02:aa:bb:cc:dd:ee", OTHERHOST, "a foreign address")):
                tap.ok(sender.send(frame(name.encode(), address)),
                       f"{mode}: {what}: a frame to {name} is sent")
                got = capture.wait(1)
                tap.equal([(f.kind, f.data) for f in got],
                          [(kind, frame(name.encode(), address))],
                          f"{mode}: {what}: {name}: arrives as type {kind}")
        sender.close()


def groups(mode):
    """IP multicast and broadcast reach a socket."""
    for (where, dev, n), (target, peer, m), what in directions():
        for group in ("239.1.2.3", "10.0.0.255", "ff05::1:3"):
            family = net.family(group)
            got = target.socket(family, socket.SOCK_DGRAM)
            got.settimeout(net.LIMIT)
            got.bind(("::" if ":" in group else group, 7777))
            put = where.socket(family, socket.SOCK_DGRAM)
            put.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            put.setsockopt(socket.SOL_SOCKET, 25, dev.encode())  # BINDTODEVICE
            if family == socket.AF_INET6:
                got.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                               socket.inet_pton(family, group) +
                               struct.pack("I", target.index(peer)))
            elif group != "10.0.0.255":
                got.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                               socket.inet_aton(group) +
                               socket.inet_aton(f"10.0.0.{m}"))
            with net.Capture(target, peer) as capture:
                put.sendto(group.encode(), (group, 7777))
                try:
                    data = got.recv(100)
                except OSError as e:
                    data = e
                kinds = {f.kind for f in capture.take()
                         if f.data.endswith(group.encode())}
            tap.equal(data, group.encode(), f"{mode}: {what}: {group} arrives")
            want = {BROADCAST} if group == "10.0.0.255" else {MULTICAST}
            if mode == "L3" and group == "10.0.0.255":
                want = {HOST}       # the address that NOARP devices send to
            tap.equal(kinds, want, f"{mode}: {what}: {group}: as packet type")
            got.close()
            put.close()


def neighbours(mode):
    for (where, dev, _), (target, peer, m), what in directions():
        for address in (f"10.0.0.{m}", f"fd00::{m}"):
            with net.Capture(target, peer) as capture, \
                    net.Udp(where, target, address) as udp:
                tap.equal(udp.pass_on(100), "intact",
                          f"{mode}: {what}: a datagram to {address}")
                macs = {(f.data[:6].hex(":"), f.data[6:12].hex(":"), f.kind)
                        for f in capture.take() if len(f.data) >= 142}
            tap.equal(macs, {(target.mac(peer), where.mac(dev), HOST)},
                      f"{mode}: {what}: carries the addresses of the ends")
            shown = where.sh(f"ip neigh show {address} dev {dev} nud all")
            if mode == "L2":
                tap.ok(f"lladdr {target.mac(peer)}" in shown,
                       f"{mode}: {what}: {address} was resolved", shown)
            else:
                tap.ok("NOARP" in shown or not shown,
                       f"{mode}: {what}: {address} needed no resolving", shown)
    if mode == "L3":
        tap.equal({w.mac(d) for w, d, _ in ENDS}, {net.ZERO_MAC},
                  "L3: the ends have an all-zero address")


# ---- VLAN ----

def make_vlans():
    for where, dev, n in ENDS:
        where.ip(*(line for vid, proto, below in (
            (CTAG, "802.1Q", dev), (STAG, "802.1ad", dev),
            (OUTER, "802.1ad", dev), (INNER, "802.1Q", f"vlan{OUTER}"))
            for line in (
                f"link add link {below} name vlan{vid} type vlan "
                f"protocol {proto} id {vid}",
                f"link set vlan{vid} up",
                f"addr add 10.0.{vid}.{n}/24 dev vlan{vid}",
                f"addr add fd00:{vid}::{n}/64 dev vlan{vid} nodad")))


def inner_tag(f):
    return struct.unpack_from("!HH", f.data, 12)


def vlans(how, below):
    """below: the program of the sender sees the tag beside the packet."""
    for vid, tag in ((CTAG, (ETH_P_8021Q, CTAG)), (STAG, (ETH_P_8021AD, STAG)),
                     (INNER, (ETH_P_8021AD, OUTER))):
        name = {CTAG: "C-tag", STAG: "S-tag", INNER: "two tags"}[vid]
        for (where, dev, n), (target, peer, m), what in directions():
            what = f"{name}, {how}, {what}"
            for address in (f"10.0.{vid}.{m}", f"fd00:{vid}::{m}"):
                with net.Capture(target, peer) as capture:
                    with net.Udp(where, target, address) as udp:
                        tap.equal(udp.pass_on(1000), "intact",
                                  f"{what}: a datagram to {address}")
                    got = [f for f in capture.take() if len(f.data) > 1000]
                tap.ok(got and all(f.vlan == tag for f in got),
                       f"{what}: the tag arrives", [f.vlan for f in got])
                if vid == INNER:
                    tap.ok(got and all(inner_tag(f) == (ETH_P_8021Q, INNER)
                                       for f in got),
                           f"{what}: and the one in it",
                           [inner_tag(f) for f in got])
        with net.Capture(b, "nk1") as capture:
            for address in (f"10.0.{vid}.2", f"fd00:{vid}::2"):
                tap.equal(net.stream(a, b, address, STREAM), "intact",
                          f"{name}, {how}: {address}: 64 KiB each way")
            lengths = [len(f.data) for f in capture.take() if f.vlan == tag]
        tap.ok(lengths, f"{name}, {how}: the stream is tagged")
        if below:
            tap.ok(max(lengths) > 1514, f"{name}, {how}: in long segments",
                   lengths)

        # What the sender's program sees of a frame of ours
        progs.map("count")[0] = b""
        sender = net.Sender(a, f"vlan{vid}")
        with net.Capture(b, f"vlan{vid}", net.ETH_P_TEST) as capture:
            sender.send(frame(size=100))
            got = capture.wait(1)
        tap.equal([(f.data, f.vlan) for f in got], [(frame(size=100), None)],
                  f"{name}, {how}: a frame arrives without the tag at the "
                  "sub-interface")
        sender.close()
        size, = struct.unpack_from("16xI", progs.map("seen")[0])
        proto, present, tci, tpid = struct.unpack_from("20x4I",
                                                       progs.map("seen")[0])
        tap.equal(struct.unpack("I", progs.map("count")[0])[0], 1,
                  f"{name}, {how}: the sender's program saw it")
        extra = VLAN_HEADER * (vid == INNER)
        if below:
            tap.equal((size, present, tci & 0xfff, tpid),
                      (100 + extra, 1, tag[1], tag[0]),
                      f"{name}, {how}: the tag beside it")
        else:
            tap.equal((size, present, proto), (100 + VLAN_HEADER + extra, 0,
                                               tag[0]),
                      f"{name}, {how}: the tag in it")


progs = bpf.Object("traffic.bpf.o")

for value, mode_name in ((nl.L3, "L3"), (nl.L2, "L2")):
    net.pair(a, "nk0", b, "nk1", nl.u32(nl.MODE, value))
    for place, device, number in ENDS:
        place.ip(f"addr add 10.0.0.{number}/24 brd + dev {device}",
                 f"addr add fd00::{number}/64 dev {device} nodad")
    packet_types(mode_name)
    neighbours(mode_name)
    groups(mode_name)
    if value == nl.L3:
        a.ip("link del nk0")

make_vlans()
progs.link(a, "place_1", a.index("nk0"), bpf.PRIMARY)
vlans("beside the packet", True)
features = "tx-vlan-hw-insert off tx-vlan-stag-hw-insert off"
a.sh(f"ethtool -K nk0 {features}")
b.sh(f"ethtool -K nk1 {features}")
vlans("in the packet", False)
tap.finish()
