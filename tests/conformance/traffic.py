#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""IP traffic through a pair: streams, datagrams, checksums, segmentation.

    a                      b                  a                    c
    nk0  10.0.0.1  <---->  nk1  10.0.0.2      v0 10.1.0.1 <------> v1 10.1.0.2
         fd00::1                fd00::2          fd01::1   veth       fd01::2

What a pair carries within one machine needs neither computed checksums nor
segments of wire size; both are made up for where a packet leaves by a device
that cannot do them, here the veth with its offloads off.
"""

import socket
import struct
import sys

sys.path.insert(0, "../lib")
import net                                                      # noqa: E402
import nl                                                       # noqa: E402
import tap                                                      # noqa: E402

SMALL, LARGE = 64 << 10, 2 << 20
ETH_HLEN, MTU = 14, 1500
UDP_SEGMENT, UDP_GRO = 103, 104
SOL_UDP = 17
SO_ZEROCOPY, MSG_ZEROCOPY = 60, 0x4000000

a, b, c = net.Net(), net.Net(), net.Net()
ENDS = ((a, "nk0", ("10.0.0.1", "fd00::1")),
        (b, "nk1", ("10.0.0.2", "fd00::2")))
PATHS = tuple((x, y, ENDS[1 - i][2], f"{ENDS[i][1]} to {ENDS[1 - i][1]}")
              for i, (x, y) in enumerate(((a, b), (b, a))))


def version(address):
    return "IPv6" if ":" in address else "IPv4"


def addresses(where, dev, four, six):
    where.ip(f"addr add {four}/24 dev {dev}",
             f"addr add {six}/64 dev {dev} nodad")


def make_pair(mode):
    net.pair(a, "nk0", b, "nk1", nl.u32(nl.MODE, mode))
    for where, dev, (four, six) in ENDS:
        addresses(where, dev, four, six)


def errors():
    return sum(map(net.checksum_errors, (a, b, c)))


def checksums_met(before, what):
    tap.equal(errors() - before, 0, f"{what}: no receiver met a bad checksum")


def tcp_frames(frames):
    """Those with payload, by version: {4: [...], 6: [...]}."""
    found = {4: [], 6: []}
    for f in frames:
        ip = f.data[ETH_HLEN:]
        if f.proto == net.ETH_P_IP and ip[9] == 6:
            head = (ip[0] & 15) * 4
            size = struct.unpack_from("!H", ip, 2)[0] - head
            found[4] += [f] * (size > (ip[head + 12] >> 4) * 4)
        elif f.proto == net.ETH_P_IPV6 and ip[6] == 6:
            size = struct.unpack_from("!H", ip, 4)[0]
            found[6] += [f] * (size > (ip[52] >> 4) * 4)
    return found


def unfinished(frames, what):
    """All of them left their checksum to the next device, some are long."""
    for ip, some in tcp_frames(frames).items():
        tap.ok(some and all(f.partial for f in some),
               f"{what}: IPv{ip} segments arrive without a computed checksum",
               f"{sum(f.partial for f in some)} of {len(some)}")
        tap.ok(any(len(f.data) > ETH_HLEN + MTU for f in some),
               f"{what}: and longer than the MTU",
               [len(f.data) for f in some])


def finished(frames, what):
    """As on a wire: checksums computed and right, none longer than the MTU."""
    for ip, some in tcp_frames(frames).items():
        bad = [f for f in some if f.partial or not net.checksum_good(f.data)
               or len(f.data) > ETH_HLEN + MTU]
        tap.ok(len(some) >= SMALL // MTU and not bad,
               f"{what}: IPv{ip} segments arrive as on a wire",
               f"{len(some)} segments, {len(bad)} bad: "
               + ", ".join(f"{len(f.data)}{' partial' * f.partial}"
                           for f in bad[:5]))


# ---- streams ----

def streams(mode):
    before = errors()
    with net.Capture(a, "nk0") as at_a, net.Capture(b, "nk1") as at_b:
        for client, server, to, what in PATHS:
            for address in to:
                tap.equal(net.stream(client, server, address, SMALL), "intact",
                          f"{mode}: {version(address)}, {what}: 64 KiB each way")
        unfinished(at_b.take(), f"{mode}: nk0 to nk1")
        unfinished(at_a.take(), f"{mode}: nk1 to nk0")
    for client, server, to, what in PATHS:
        for address in to:
            tap.equal(net.stream(client, server, address, LARGE), "intact",
                      f"{mode}: {version(address)}, {what}: 2 MiB each way")
    for address in ENDS[1][2]:
        zero_copy(mode, address)
    tunnel(mode)
    checksums_met(before, f"{mode}: streams")


def zero_copy(mode, address):
    """The sender's own pages are sent, and given back when they have been."""
    one, two = net.connect(a, b, address)
    one.setsockopt(socket.SOL_SOCKET, SO_ZEROCOPY, 1)
    data = net.random_bytes(SMALL)
    left, calls, got, done = memoryview(data), 0, b"", 0
    while left:
        left = left[one.send(left, MSG_ZEROCOPY):]
        calls += 1
        while len(got) < len(data) - len(left):
            got += two.recv(1 << 20)
    tap.ok(got == data, f"{mode}: {version(address)}: 64 KiB without a copy")

    def returned():
        """Numbers of the calls whose pages are free again"""
        nonlocal done
        try:
            _, anc, _, _ = one.recvmsg(0, 512, socket.MSG_ERRQUEUE)
        except BlockingIOError:
            return False
        first, last = struct.unpack_from("8xII", anc[0][2])
        done += last - first + 1
        return done == calls

    one.setblocking(False)
    tap.ok(net.until(returned), f"{mode}: {version(address)}: the pages come "
           "back", f"{done} of {calls}")
    one.close()
    two.close()


def tunnel(mode):
    """Packets in packets, segmented by neither the tunnel nor the pair."""
    for where, dev, other, n in ((a, "nk0", "10.0.0.2", 1),
                                 (b, "nk1", "10.0.0.1", 2)):
        where.ip(f"link add vx0 type vxlan id 7 remote {other} dev {dev} "
                 "dstport 4789 udpcsum", "link set vx0 up")
        addresses(where, "vx0", f"10.2.0.{n}", f"fd02::{n}")
    for address in ("10.2.0.2", "fd02::2"):
        with net.Capture(b, "nk1", net.ETH_P_IP) as capture:
            tap.equal(net.stream(a, b, address, SMALL), "intact",
                      f"{mode}: {version(address)} in vxlan: 64 KiB each way")
            frames = [f for f in capture.take() if len(f.data) > 200]
        tap.ok(any(len(f.data) > ETH_HLEN + MTU for f in frames),
               f"{mode}: {version(address)} in vxlan: some are longer than "
               "the MTU", [len(f.data) for f in frames])
    for where in (a, b):
        where.ip("link del vx0")


def without_offloads(mode):
    """An end without offloads sends as on a wire, the other one as before."""
    for off, plain in (("tx off", True), ("tso off gso off", False),
                       ("sg off", False), ("rx off gro off", None)):
        before = errors()
        a.sh(f"ethtool -K nk0 {off}")
        with net.Capture(a, "nk0") as at_a, net.Capture(b, "nk1") as at_b:
            for address in ENDS[1][2]:
                tap.equal(net.stream(a, b, address, SMALL), "intact",
                          f"{mode}: {version(address)}, nk0 with {off}: "
                          "64 KiB each way")
            if plain:
                finished(at_b.take(), f"{mode}: nk0 with {off}")
            elif plain is False:
                for ip, some in tcp_frames(at_b.take()).items():
                    tap.ok(some and all(len(f.data) <= ETH_HLEN + MTU
                                        for f in some),
                           f"{mode}: IPv{ip}, nk0 with {off}: no segment is "
                           "longer than the MTU")
            else:
                unfinished(at_b.take(), f"{mode}: nk0 with {off}")
            unfinished(at_a.take(), f"{mode}: nk1, nk0 with {off}")
        checksums_met(before, f"{mode}: nk0 with {off}")
        a.sh("ethtool -K nk0 " + off.replace("off", "on"))
    a.sh("ethtool -K nk0 tso on gso on")


# ---- datagrams ----

def datagrams(mode):
    before = errors()
    for source, target, to, what in PATHS:
        for address in to:
            six = version(address) == "IPv6"
            room = MTU - (48 if six else 28)
            with net.Udp(source, target, address) as udp:
                for size in (0, 1, room, room + 1, 8192,
                             65527 if six else 65507):
                    tap.equal(udp.pass_on(size), "intact",
                              f"{mode}: {version(address)}, {what}: "
                              f"a datagram of {size} bytes")
            segmented(mode, source, target, address, what)
    checksums_met(before, f"{mode}: datagrams")


def segmented(mode, source, target, address, what):
    """60 datagrams of 1000 bytes sent as one, received as 60 and as one."""
    data = net.random_bytes(60000)
    for gro in (0, 1):
        with net.Udp(source, target, address) as udp:
            udp.sender.setsockopt(SOL_UDP, UDP_SEGMENT, 1000)
            udp.receiver.setsockopt(SOL_UDP, UDP_GRO, gro)
            udp.sender.send(data)
            got, sizes = b"", []
            try:
                while len(got) < len(data):
                    piece, anc, _, _ = udp.receiver.recvmsg(1 << 17, 64)
                    got += piece
                    sizes += [(len(piece), struct.unpack("i", anc[0][2])[0]
                               if anc else None)]
            except OSError:
                pass
            want = [(60000, 1000)] if gro else [(1000, None)] * 60
            tap.ok(got == data and sizes == want,
                   f"{mode}: {version(address)}, {what}: 60 datagrams sent as "
                   f"one, received as {len(want)}",
                   f"{len(got)} bytes, same: {got == data}, {sizes[:5]}")


# ---- fragments and large packets ----

def set_mtu(first, second):
    a.ip(f"link set nk0 mtu {first}")
    b.ip(f"link set nk1 mtu {second}")
    for where, dev, (_, six) in ENDS:
        where.ip(f"addr replace {six}/64 dev {dev} nodad")


def fragments(mode):
    size, mtu = 20000, 1280
    before = errors()
    set_mtu(mtu, mtu)
    for source, target, to, what in PATHS:
        dev = "nk1" if target is b else "nk0"
        for address in to:
            head = 48 if version(address) == "IPv6" else 20
            room = (mtu - head) // 8 * 8
            want = -(-(size + 8) // room)
            proto = (net.ETH_P_IPV6 if head == 48 else net.ETH_P_IP)
            with net.Capture(target, dev, proto) as capture, \
                    net.Udp(source, target, address) as udp:
                tap.equal(udp.pass_on(size), "intact",
                          f"{mode}: {version(address)}, {what}: a datagram in "
                          "fragments")
                frames = [f for f in capture.take()
                          if len(f.data) > 200]
            tap.ok(len(frames) == want and
                   all(len(f.data) <= ETH_HLEN + mtu for f in frames),
                   f"{mode}: {version(address)}, {what}: they were {want}",
                   [len(f.data) for f in frames])
    checksums_met(before, f"{mode}: fragments")


def large(mode):
    """65535 is the largest MTU and the largest packet."""
    before = errors()
    for sizes in ((65535, 65535), (65535, MTU)):
        set_mtu(*sizes)
        for source, target, to, what in PATHS[:1 if sizes[1] == MTU else 2]:
            dev = "nk1" if target is b else "nk0"
            for address in to:
                head = 48 if version(address) == "IPv6" else 28
                with net.Capture(target, dev) as capture, \
                        net.Udp(source, target, address) as udp:
                    tap.equal(udp.pass_on(65535 - head), "intact",
                              f"{mode}: MTU {sizes[0]} to {sizes[1]}: "
                              f"{version(address)}, {what}: a packet of 65535 "
                              "bytes")
                    got = [len(f.data) for f in capture.take()]
                tap.ok(65535 + ETH_HLEN in got, f"{mode}: in one piece", got)
        for address in ENDS[1][2]:
            tap.equal(net.stream(a, b, address, LARGE), "intact",
                      f"{mode}: MTU {sizes[0]} to {sizes[1]}: "
                      f"{version(address)}: 2 MiB each way")
    for where, dev, _ in ENDS:
        tap.fails_with(22, f"{mode}: {dev}: MTU 65536", where.rt.change,
                       where.index(dev), nl.u32(nl.MTU, 65536))
    checksums_met(before, f"{mode}: large packets")
    set_mtu(MTU, MTU)


# ---- out by a device that computes no checksum and makes no segments ----

def uplink(mode):
    a.ip("link add v0 type veth peer name v1")
    a.rt.change(a.index("v1"), nl.u32(nl.NET_NS_FD, c.fd))
    net.up((a, "v0"), (c, "v1"))
    a.sh("ethtool -K v0 tx off")
    c.sh("ethtool -K v1 tx off")
    addresses(a, "v0", "10.1.0.1", "fd01::1")
    addresses(c, "v1", "10.1.0.2", "fd01::2")
    a.sysctl("net/ipv4/ip_forward", 1)
    a.sysctl("net/ipv6/conf/all/forwarding", 1)
    b.ip("route add 10.1.0.0/24 via 10.0.0.1", "route add fd01::/64 via fd00::1")
    c.ip("route add 10.0.0.0/24 via 10.1.0.1", "route add fd00::/64 via fd01::1")

    before = errors()
    with net.Capture(c, "v1") as at_c, net.Capture(b, "nk1") as at_b:
        for address in ("10.1.0.2", "fd01::2"):
            tap.equal(net.stream(b, c, address, SMALL), "intact",
                      f"{mode}: {version(address)}, nk1 to the uplink: 64 KiB "
                      "each way")
        finished(at_c.take(), f"{mode}: nk1 to the uplink")
        finished(at_b.take(), f"{mode}: the uplink to nk1")
    for address in ("10.1.0.2", "fd01::2"):
        tap.equal(net.stream(b, c, address, LARGE), "intact",
                  f"{mode}: {version(address)}, nk1 to the uplink: 2 MiB each "
                  "way")
        data = net.random_bytes(30000)
        with net.Capture(c, "v1") as at_c, net.Udp(b, c, address) as udp:
            udp.sender.setsockopt(SOL_UDP, UDP_SEGMENT, 1000)
            udp.sender.send(data)
            try:
                got = b"".join(udp.receiver.recv(1 << 17) for _ in range(30))
            except OSError as e:
                got = e
            tap.ok(got == data, f"{mode}: {version(address)}, nk1 to the "
                   "uplink: 30 datagrams sent as one", repr(got)[:80])
            frames = [f for f in at_c.take() if len(f.data) > 1000]
            tap.ok(len(frames) == 30 and all(
                net.checksum_good(f.data) and not f.partial for f in frames),
                f"{mode}: {version(address)}: each arrives as on a wire",
                [(len(f.data), f.partial) for f in frames[:5]])
    checksums_met(before, f"{mode}: uplink")
    sctp(mode)
    a.ip("link del v0")


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def sctp(mode):
    """Its checksum is another one, which netkit leaves undone as well."""
    c.sh("modprobe sctp")
    for address in ("10.1.0.2", "fd01::2"):
        family = net.family(address)
        listener = c.socket(family, socket.SOCK_STREAM, socket.IPPROTO_SCTP)
        listener.bind((address, 0))
        listener.listen()
        one = b.socket(family, socket.SOCK_STREAM, socket.IPPROTO_SCTP)
        for s in (listener, one):
            s.settimeout(net.LIMIT)
        data = net.random_bytes(1000)
        with net.Capture(c, "v1") as at_c:
            one.connect(listener.getsockname())
            two, _ = listener.accept()
            one.send(data)
            two.settimeout(net.LIMIT)
            tap.ok(two.recv(2000) == data,
                   f"{mode}: {version(address)}: SCTP to the uplink")
            head = ETH_HLEN + (40 if family == socket.AF_INET6 else 20)
            good = 0
            frames = at_c.take()
            for f in frames:
                packet = f.data[head:]
                good += (not f.partial and len(packet) > 12 and
                         crc32c(packet[:8] + bytes(4) + packet[12:]) ==
                         struct.unpack_from("<I", packet, 8)[0])
            tap.ok(good == len(frames) >= 3,
                   f"{mode}: {version(address)}: its checksums are right",
                   f"{good} of {len(frames)}")
        for s in (one, two, listener):
            s.close()


for value, name in ((nl.L3, "L3"), (nl.L2, "L2")):
    make_pair(value)
    streams(name)
    without_offloads(name)
    datagrams(name)
    fragments(name)
    large(name)
    uplink(name)
    a.ip("link del nk0")
tap.finish()
