# SPDX-License-Identifier: GPL-2.0-only
"""Network namespaces, traffic between them, and what of it arrives.

    a, b = net.Net(), net.Net()
    net.pair(a, "nk0", b, "nk1", nl.u32(nl.MODE, nl.L2))
    net.exchange(*net.connect(a, b, "10.0.0.2"), 65536)

One process does it all: a socket stays in the namespace in which it was made.
Every wait has a limit.
"""

import collections
import errno
import fcntl
import functools
import os
import random
import select
import socket
import struct
import subprocess
import termios
import time

import nl

LIMIT = 30              # seconds, for whatever must happen

ETH_P_ALL, ETH_P_IP, ETH_P_IPV6 = 0x0003, 0x0800, 0x86dd
ETH_P_8021Q, ETH_P_8021AD = 0x8100, 0x88a8
ETH_P_TEST, ETH_P_PROBE = 0x88b5, 0x88b6        # for local experiments

SOL_PACKET, PACKET_AUXDATA = 263, 8
SO_RCVBUFFORCE = 33
HOST, BROADCAST, MULTICAST, OTHERHOST, OUTGOING = range(5)
TP_STATUS_LOSING, TP_STATUS_CSUMNOTREADY = 1 << 2, 1 << 3
TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID = 1 << 4, 1 << 6

BROADCAST_MAC = "ff:ff:ff:ff:ff:ff"
ZERO_MAC = "00:00:00:00:00:00"


class Net(nl.Namespace):
    """A namespace; `with` enters it."""

    def __init__(self, ipv6=True):
        super().__init__()
        self.back = []
        for where in ("all", "default"):
            self.sysctl(f"net/ipv6/conf/{where}/accept_dad", 0)
            if not ipv6:
                self.sysctl(f"net/ipv6/conf/{where}/disable_ipv6", 1)
        self.ip("link set lo up")

    def __enter__(self):
        self.back.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY))
        nl.setns(self.fd)
        return self

    def __exit__(self, *_):
        here = self.back.pop()
        nl.setns(here)
        os.close(here)

    def sh(self, command):
        """What the command prints; it must succeed."""
        with self:
            done = subprocess.run(command, shell=True, text=True,
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
        if done.returncode:
            raise RuntimeError(f"{command}: status {done.returncode}\n"
                               f"{done.stdout}")
        return done.stdout

    def ip(self, *commands):
        self.batch("ip", commands)

    def tc(self, *commands):
        self.batch("tc", commands)

    def batch(self, tool, commands):
        """Several commands in one process; all must succeed."""
        with self:
            done = subprocess.run([tool, "-batch", "-"], text=True,
                                  input="\n".join(commands) + "\n",
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
        if done.returncode:
            raise RuntimeError(f"{tool} {commands}: {done.stdout}")

    def sysctl(self, name, value):
        with self, open(f"/proc/sys/{name}", "w", encoding="ascii") as f:
            f.write(str(value))

    def socket(self, *args):
        with self:
            return socket.socket(*args)

    def index(self, dev):
        return self.rt.link(dev).index

    def mac(self, dev):
        return self.rt.link(dev).address

    def stats(self, dev):
        return self.rt.link(dev).stats()

    def flag_up(self, dev, up=True):
        self.rt.change(self.index(dev), flags=nl.IFF_UP if up else 0,
                       change=nl.IFF_UP)


def until(condition, limit=LIMIT):
    """Poll; the last answer, which is false if time ran out."""
    end = time.monotonic() + limit
    while True:
        answer = condition()
        if answer or time.monotonic() > end:
            return answer
        time.sleep(0.01)


def pair(one, dev, two, peer, *data):
    """A pair that carries packets both ways."""
    one.rt.newlink(nl.s(nl.IFNAME, dev), nl.netkit(
        nl.peer_info(nl.s(nl.IFNAME, peer), nl.u32(nl.NET_NS_FD, two.fd)),
        *data))
    up((one, dev), (two, peer))


def up(one, two):
    """Both ends up, and packets pass both ways."""
    for where, dev in (one, two):
        where.flag_up(dev)
    passing(one, two)
    passing(two, one)


def passing(source, target):
    """
    Wait until packets pass. An end that was up before its peer has no queue
    until a kernel worker sees its carrier, and loses what is sent until then.
    """
    sender = Sender(*source)
    with Capture(*target, ETH_P_PROBE) as capture:
        def arrived():
            sender.send(frame(proto=ETH_P_PROBE))
            return capture.take()
        if not until(arrived):
            raise RuntimeError(f"nothing gets from {source[1]} to {target[1]}")
    sender.close()


# ---- the guest's network cards, eth0 and eth1, on one cable ----

def cards():
    """They exist from now on, in the first namespace."""
    subprocess.run(["modprobe", "virtio_net"], check=True)
    rt = nl.Rtnl()
    if not until(lambda: rt.link("eth0") and rt.link("eth1")):
        raise RuntimeError("the guest has no two network cards")


def take_card(dev, where):
    rt = nl.Rtnl()
    rt.change(rt.link(dev).index, nl.u32(nl.NET_NS_FD, where.fd))


def return_card(dev, where):
    with open("/proc/1/ns/net", "rb") as first:
        where.rt.change(where.index(dev),
                        nl.u32(nl.NET_NS_FD, first.fileno()))


# ---- frames ----

def frame(payload=b"", target=BROADCAST_MAC, proto=ETH_P_TEST, size=0,
          source="02:00:00:00:00:01"):
    """An Ethernet frame, filled up with zeroes to this size."""
    head = bytes.fromhex((target + source).replace(":", ""))
    return (head + struct.pack("!H", proto) + payload).ljust(size, b"\0")


class Sender:
    """Sends frames from a device."""

    def __init__(self, where, dev):
        self.dev = dev
        self.sock = where.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sock.bind((dev, 0))

    def send(self, data, anc=()):
        """Whether the device took it; netkit tells when it drops."""
        # 5.10 does not read the protocol from a frame that a VLAN device sends
        proto = int.from_bytes(data[12:14], "big") if len(data) >= 14 else 0
        try:
            self.sock.sendmsg([data], anc, 0, (self.dev, proto))
        except OSError as e:
            if e.errno != errno.ENOBUFS:
                raise
            return False
        return True

    def unfreed(self):
        """Bytes of packets sent here that still exist anywhere."""
        value = fcntl.ioctl(self.sock, termios.TIOCOUTQ, bytes(4))
        return struct.unpack("i", value)[0]

    def close(self):
        self.sock.close()


class Frame(collections.namedtuple("Frame", "data kind partial vlan")):
    """kind: as the receiving device sees it; partial: its checksum is still to
    be computed; vlan: None or (protocol, tag)."""

    @property
    def proto(self):
        return struct.unpack_from("!H", self.data, 12)[0]


class Capture:
    """What passes a device from now on, sent by it or received."""

    def __init__(self, where, dev, proto=ETH_P_ALL):
        self.sock = where.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
        self.sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.sock.setblocking(False)
        self.sock.bind((dev, proto))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.sock.close()

    def take(self):
        """The received ones of the frames that are there."""
        frames = []
        while True:
            try:
                data, anc, _, where = self.sock.recvmsg(1 << 17, 256)
            except BlockingIOError:
                return frames
            status, _, _, _, _, tag, proto = struct.unpack(
                "IIIHHHH", anc[0][2])
            if status & TP_STATUS_LOSING:
                raise RuntimeError("frames were lost in a capture")
            vlan = None
            if status & TP_STATUS_VLAN_VALID:
                vlan = (proto if status & TP_STATUS_VLAN_TPID_VALID else None,
                        tag)
            if where[2] != OUTGOING:
                frames.append(Frame(data, where[2], bool(
                    status & TP_STATUS_CSUMNOTREADY), vlan))

    def wait(self, count, limit=LIMIT, more=0.05):
        """
        Frames, until there are as many, and those that come just after: one
        too many is to be seen.
        """
        frames = []
        end = time.monotonic() + limit
        while len(frames) < count and time.monotonic() < end:
            select.select([self.sock], [], [], 0.2)
            frames += self.take()
        select.select([self.sock], [], [], more)
        return frames + self.take()


def ones_sum(data):
    """The sum of the Internet checksum, folded to 16 bits."""
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def checksum_good(data):
    """
    Of a frame with an unfragmented TCP, UDP, ICMPv6 packet or with an IPv4
    header: is the checksum in it right? None for all others.
    """
    proto, ip = struct.unpack_from("!H", data, 12)[0], data[14:]
    if proto == ETH_P_IP:
        size, ident, kind = (ip[0] & 15) * 4, ip[6] & 0x3f, ip[9]
        if ones_sum(ip[:size]) != 0xffff:
            return False
        payload = ip[size:struct.unpack_from("!H", ip, 2)[0]]
        addresses, fragment = ip[12:20], ident or ip[7]
    elif proto == ETH_P_IPV6:
        kind, fragment = ip[6], False
        payload = ip[40:40 + struct.unpack_from("!H", ip, 4)[0]]
        addresses = ip[8:40]
    else:
        return None
    if fragment or kind not in (6, 17, 58):
        return None
    pseudo = addresses + struct.pack("!II", len(payload), kind)
    return ones_sum(pseudo + payload) == 0xffff


def checksum_errors(where):
    """How often a receiver of the namespace has met a bad checksum."""
    total = 0
    with where:
        with open("/proc/net/snmp", encoding="ascii") as f:
            lines = f.read().splitlines()
        for names, values in zip(lines[::2], lines[1::2]):
            total += sum(int(v) for n, v in zip(names.split(), values.split())
                         if n in ("InCsumErrors", "InHdrErrors"))
        with open("/proc/net/snmp6", encoding="ascii") as f:
            total += sum(int(line.split()[1]) for line in f
                         if "InCsumErrors" in line or "InHdrErrors" in line)
    return total


# ---- streams and datagrams ----

def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def connect(client, server, address):
    """A TCP connection: (client's socket, server's socket)."""
    listener = server.socket(family(address), socket.SOCK_STREAM)
    listener.bind((address, 0))
    listener.listen()
    listener.settimeout(LIMIT)
    one = client.socket(family(address), socket.SOCK_STREAM)
    one.settimeout(LIMIT)
    one.connect(listener.getsockname())
    two, _ = listener.accept()
    listener.close()
    return one, two


@functools.lru_cache(maxsize=4)
def random_bytes(size):
    """Always the same ones."""
    return random.Random(size).randbytes(size)


def exchange(one, two, size, limit=2 * LIMIT):
    """
    Each end of a connection sends so many bytes to the other, both at once;
    "intact", or what is wrong.
    """
    data = memoryview(random_bytes(2 * size))
    todo = {one: data[:size], two: data[size:]}
    want = {one: data[size:], two: data[:size]}
    got = {one: bytearray(), two: bytearray()}
    reading = {one, two}
    for s in todo:
        s.setblocking(False)
    end = time.monotonic() + limit
    while reading and time.monotonic() < end:
        readable, writable, _ = select.select(
            reading, [s for s in todo if todo[s] is not None], [], 0.5)
        for s in readable:
            piece = s.recv(1 << 20)
            got[s] += piece
            if not piece:
                reading.discard(s)
        for s in writable:
            todo[s] = todo[s][s.send(todo[s][:1 << 20]):]
            if not todo[s]:
                s.shutdown(socket.SHUT_WR)
                todo[s] = None
    wrong = [f"{len(got[s])} of {size} bytes, first wrong one " + str(next(
        (i for i, (x, y) in enumerate(zip(got[s], want[s])) if x != y), None))
             for s in got if got[s] != want[s] or s in reading]
    for s in todo:
        s.close()
    return "; ".join(wrong) or "intact"


def stream(client, server, address, size):
    try:
        return exchange(*connect(client, server, address), size)
    except OSError as e:
        return f"no connection: {e}"


class Udp:
    """Datagrams from one namespace to an address in another."""

    def __init__(self, source, target, address):
        self.receiver = target.socket(family(address), socket.SOCK_DGRAM)
        self.receiver.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
        self.receiver.settimeout(LIMIT)
        self.receiver.bind((address, 0))
        self.sender = source.socket(family(address), socket.SOCK_DGRAM)
        self.sender.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.sender.connect(self.receiver.getsockname())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sender.close()
        self.receiver.close()

    def pass_on(self, size):
        """Does a datagram of this size arrive as it was sent?"""
        data = random_bytes(size)
        try:
            self.sender.send(data)
            got = self.receiver.recv(1 << 17)
        except OSError as e:
            return f"{size} bytes: {e or 'did not arrive'}"
        return "intact" if got == data else f"{len(got)} of {size} bytes"
