# SPDX-License-Identifier: GPL-2.0-only
"""rtnetlink by hand, for requests that no tool would send.

    import nl
    rt = nl.Rtnl()
    rt.newlink(nl.s(nl.IFNAME, "nk0"), nl.netkit(nl.u32(nl.MODE, nl.L2)))
    rt.link("nk0").data[nl.MODE]

A refused request raises nl.Refused, which has the errno, the kernel's text
(empty if it sent none) and the type of the attribute it points at (None if it
points at none).
"""

import ctypes
import errno
import os
import socket
import struct

RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK = 16, 17, 18, 19
RTM_NEWLINKPROP = 108
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 1, 4, 0x300
NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE = 0x100, 0x200, 0x400

# IFLA_*
ADDRESS, BROADCAST, IFNAME, MTU, LINK, QDISC, STATS = 1, 2, 3, 4, 5, 6, 7
MASTER, TXQLEN, OPERSTATE, LINKINFO, NET_NS_PID = 10, 13, 16, 18, 19
STATS64, GROUP, NET_NS_FD, PROMISCUITY = 23, 27, 28, 30
NUM_TX_QUEUES, NUM_RX_QUEUES, CARRIER = 31, 32, 33
LINK_NETNSID, GSO_MAX_SEGS, GSO_MAX_SIZE = 37, 40, 41
NEW_IFINDEX, MIN_MTU, MAX_MTU, PROP_LIST, ALT_IFNAME = 49, 50, 51, 52, 53
GRO_MAX_SIZE, TSO_MAX_SIZE, TSO_MAX_SEGS = 58, 59, 60
INFO_KIND, INFO_DATA = 1, 2

# IFLA_NETKIT_*
PEER_INFO, PRIMARY, POLICY, PEER_POLICY, MODE, SCRUB, PEER_SCRUB = range(1, 8)
HEADROOM, TAILROOM, PAIRING = 8, 9, 10
L2, L3 = 0, 1
PASS, DROP = 0, 2
NONE, DEFAULT = 0, 1
WIDTH = {PRIMARY: "B", HEADROOM: "H", TAILROOM: "H"}

IFF_UP, IFF_BROADCAST, IFF_RUNNING, IFF_NOARP = 1, 2, 0x40, 0x80
IFF_PROMISC, IFF_ALLMULTI, IFF_MULTICAST = 0x100, 0x200, 0x1000
IFF_LOWER_UP = 0x10000

CLONE_NEWNET, CLONE_NEWUSER = 0x40000000, 0x10000000
libc = ctypes.CDLL(None, use_errno=True)


class Refused(OSError):
    def __init__(self, number, text, attr):
        super().__init__(number, f"{os.strerror(number)} ({text})")
        self.text = text
        self.attr = attr


def attr(kind, value):
    n = 4 + len(value)
    return struct.pack("HH", n, kind) + value + bytes(-n % 4)


def u8(kind, value):
    return attr(kind, struct.pack("B", value))


def u16(kind, value):
    return attr(kind, struct.pack("H", value))


def u32(kind, value):
    return attr(kind, struct.pack("I", value & 0xffffffff))


def s(kind, value):
    return attr(kind, value.encode() + b"\0")


def mac(value, kind=ADDRESS):
    return attr(kind, bytes.fromhex(value.replace(":", "")))


def nest(kind, *attrs):
    return attr(kind | 0x8000, b"".join(attrs))


def ifinfo(index=0, flags=0, change=0):
    return struct.pack("BxHiII", socket.AF_UNSPEC, 0, index, flags, change)


def peer_info(*attrs, index=0, flags=0, change=0):
    return nest(PEER_INFO, ifinfo(index, flags, change), *attrs)


def netkit(*attrs):
    """IFLA_LINKINFO of kind netkit; without attributes it has no data."""
    data = [nest(INFO_DATA, *attrs)] if attrs else []
    return nest(LINKINFO, s(INFO_KIND, "netkit"), *data)


def parse(blob):
    found = {}
    while len(blob) >= 4:
        n, kind = struct.unpack_from("HH", blob)
        if n < 4:
            break
        found[kind & 0x3fff] = blob[4:n]
        blob = blob[(n + 3) & ~3:]
    return found


class Link:
    """One device as RTM_GETLINK reports it."""

    def __init__(self, blob):
        self.index, self.flags = struct.unpack_from("iI", blob, 4)
        self.attrs = parse(blob[16:])
        info = parse(self.attrs.get(LINKINFO, b""))
        self.kind = info.get(INFO_KIND, b"").rstrip(b"\0").decode()
        self.data = {}
        if self.kind == "netkit":
            self.data = {k: struct.unpack(WIDTH.get(k, "I"), v)[0]
                         for k, v in parse(info.get(INFO_DATA, b"")).items()}

    def u32(self, kind):
        value = self.attrs.get(kind)
        return None if value is None else struct.unpack("I", value)[0]

    def i32(self, kind):
        value = self.attrs.get(kind)
        return None if value is None else struct.unpack("i", value)[0]

    def text(self, kind):
        return self.attrs.get(kind, b"").rstrip(b"\0").decode()

    @property
    def name(self):
        return self.text(IFNAME)

    @property
    def address(self):
        return self.attrs.get(ADDRESS, b"").hex(":")

    @property
    def up(self):
        return bool(self.flags & IFF_UP)

    @property
    def carrier(self):
        return bool(self.attrs[CARRIER][0])

    def stats(self):
        names = ("rx_packets", "tx_packets", "rx_bytes", "tx_bytes",
                 "rx_errors", "tx_errors", "rx_dropped", "tx_dropped")
        return dict(zip(names, struct.unpack_from("8Q", self.attrs[STATS64])))


class Rtnl:
    """A socket of the namespace in which it is made."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        self.sock.setsockopt(270, 11, 1)    # NETLINK_EXT_ACK
        self.sock.bind((0, 0))
        self.seq = 0

    def request(self, kind, flags, payload):
        self.seq += 1
        message = struct.pack("IHHII", 16 + len(payload), kind,
                              flags | NLM_F_REQUEST, self.seq, 0) + payload
        self.sock.send(message)
        replies = []
        while True:
            blob = self.sock.recv(1 << 18)
            while blob:
                n, got, nlflags, seq, _ = struct.unpack_from("IHHII", blob)
                body, blob = blob[16:n], blob[(n + 3) & ~3:]
                if seq != self.seq:
                    continue
                if got == 3:                # NLMSG_DONE
                    return replies
                if got != 2:                # not NLMSG_ERROR
                    replies.append(body)
                    continue
                number = -struct.unpack_from("i", body)[0]
                if number:
                    raise self.refusal(number, nlflags, body, message)
                return replies

    @staticmethod
    def refusal(number, nlflags, body, message):
        text, kind = "", None
        if nlflags & 0x200:                 # NLM_F_ACK_TLVS
            skip = 4 + (16 if nlflags & 0x100 else len(message))
            ack = parse(body[(skip + 3) & ~3:])
            text = ack.get(1, b"").rstrip(b"\0").decode()
            if 2 in ack:
                offset = struct.unpack("I", ack[2])[0]
                kind = struct.unpack_from("H", message, offset + 2)[0] & 0x3fff
        return Refused(number, text, kind)

    def newlink(self, *attrs, index=0, flags=0, change=0,
                nlflags=NLM_F_CREATE | NLM_F_EXCL):
        self.request(RTM_NEWLINK, nlflags | NLM_F_ACK,
                     ifinfo(index, flags, change) + b"".join(attrs))

    def change(self, index, *attrs, flags=0, change=0, kind=RTM_NEWLINK):
        self.request(kind, NLM_F_ACK,
                     ifinfo(index, flags, change) + b"".join(attrs))

    def delete(self, index):
        self.request(RTM_DELLINK, NLM_F_ACK, ifinfo(index))

    def link(self, which):
        """By number or name; None if there is none."""
        if isinstance(which, int):
            index, attrs = which, b""
        else:
            index, attrs = 0, s(IFNAME, which)
        try:
            return Link(self.request(RTM_GETLINK, NLM_F_ACK,
                                     ifinfo(index) + attrs)[0])
        except Refused as e:
            if e.errno != errno.ENODEV:
                raise
            return None

    def links(self):
        found = [Link(b) for b in
                 self.request(RTM_GETLINK, NLM_F_DUMP, ifinfo())]
        return {link.name: link for link in found}


class Namespace:
    """A network namespace of its own; lives until close()."""

    def __init__(self):
        here = os.open("/proc/self/ns/net", os.O_RDONLY)
        unshare(CLONE_NEWNET)
        self.fd = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.rt = Rtnl()
        setns(here)
        os.close(here)

    def close(self):
        self.rt.sock.close()
        os.close(self.fd)


def check(result):
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def unshare(flags):
    check(libc.unshare(flags))


def setns(fd, flags=CLONE_NEWNET):
    check(libc.setns(fd, flags))
