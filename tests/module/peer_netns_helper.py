#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""As root of a user namespace, make a pair with an end in somebody's network
namespace. Prints the error's name, or "made".

    peer_netns_helper.py own|pid|fd peer|primary

own: in the network namespace of the user namespace itself; pid, fd: in the
first one, named by process 1 or by a descriptor opened before privileges went.
"""

import errno
import os
import sys

sys.path.insert(0, "../lib")
import nl           # noqa: E402

where, end = sys.argv[1:]
fd = os.open("/proc/1/ns/net", os.O_RDONLY)
os.setgroups([])
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
# PR_SET_DUMPABLE: else /proc/self is root's
nl.libc.prctl(4, 1, 0, 0, 0)
nl.unshare(nl.CLONE_NEWUSER | nl.CLONE_NEWNET)
for name, text in (("setgroups", "deny"), ("uid_map", "0 65534 1"),
                   ("gid_map", "0 65534 1")):
    with open(f"/proc/self/{name}", "w", encoding="ascii") as f:
        f.write(text)

there = {"own": [], "pid": [nl.u32(nl.NET_NS_PID, 1)],
         "fd": [nl.u32(nl.NET_NS_FD, fd)]}[where]
of_peer, of_primary = (there, []) if end == "peer" else ([], there)
try:
    nl.Rtnl().newlink(
        nl.s(nl.IFNAME, "nk0"), *of_primary,
        nl.netkit(nl.peer_info(nl.s(nl.IFNAME, "nk1"), *of_peer)))
    print("made")
except nl.Refused as e:
    print(errno.errorcode[e.errno])
