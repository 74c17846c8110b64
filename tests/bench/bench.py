#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# netkit-vm: timeout=7200 mem=6144
"""What netkit costs, in guest instructions; run by scripts/bench.

    pod                     node                                far
    p1 10.0.0.2  <------->  p0 10.0.0.1     v0 10.1.0.1 <-----> v1 10.1.0.2

p0 and p1 are the pair that is measured: the kernel's own netkit, the module's
or a veth, one after the other in this boot, in the reverse order if
NK_BENCH_REVERSE is set. v0 and v1 are the uplink, always a veth.

Prints lines of

    record,KERNEL,DRIVER,SCENARIO,UNIT,SMALLEST,MEDIAN,LARGEST,ELAPSED

where a unit of "instructions" does not count idle time and ELAPSED does.
NK_BENCH_PAIRS has the numbers of pairs to make, NK_BENCH_SCALE multiplies the
numbers of packets and calls.
"""

import os
import struct
import subprocess
import sys
import time

sys.path.insert(0, "../lib")
import bpf                                                      # noqa: E402
import net                                                      # noqa: E402
import nl                                                       # noqa: E402

MODULE = "netkit_backport"
TCX_INGRESS = 46
PROGRAMS = (1, 4, 16)
UPLINK, POD = 0, 1
SCALE = float(os.environ.get("NK_BENCH_SCALE") or 1)
PAIRS = [int(n) for n in (os.environ.get("NK_BENCH_PAIRS")
                          or "10 1000 10000").split()]
PACKETS, STREAMS, CALLS, LINKS = (max(1, int(n * SCALE))
                                  for n in (2000, 200, 5000, 5))
BUILTIN = os.environ["NK_DRIVER"] == "builtin"
DRIVERS = (["builtin"] if BUILTIN else []) + ["ours", "veth"]
KERNEL = os.uname().release

progs = [bpf.Object("bench.bpf.o") for _ in range(max(PROGRAMS))]


def run(*command):
    subprocess.run(command, check=True)


def load(wanted):
    """The module in charge, in place of the kernel's own netkit; or not."""
    if wanted == os.path.exists(f"/sys/module/{MODULE}"):
        return
    if wanted:
        run("modprobe", MODULE, f"takeover={int(BUILTIN)}")
        return
    # Releasing devices takes the kernel a moment
    for _ in range(100):
        if not subprocess.run(["rmmod", MODULE],
                              stderr=subprocess.DEVNULL).returncode:
            return
        time.sleep(0.1)
    raise RuntimeError(f"{MODULE} is in use")


def record(driver, scenario, unit, *values):
    print("record", KERNEL, driver, scenario, unit, *values, sep=",",
          flush=True)


def cost(*args):
    """What cost prints: [(name, numbers)]."""
    done = subprocess.run(["./cost", *map(str, args)], text=True,
                          stdout=subprocess.PIPE)
    if done.returncode:
        raise RuntimeError(f"cost {args}: {done.returncode} {done.stdout}")
    return [(line.split()[0], line.split()[1:])
            for line in done.stdout.splitlines()]


def path(where):
    return f"/proc/{os.getpid()}/fd/{where.fd}"


class Scene:
    """Namespaces, the pair that is measured and the uplink."""

    def __init__(self, driver):
        self.driver = driver
        self.node, self.pod, self.far = (net.Net(ipv6=False)
                                         for _ in range(3))
        if driver == "veth":
            self.veth("p0", self.pod, "p1")
        else:
            net.pair(self.node, "p0", self.pod, "p1", nl.u32(nl.MODE, nl.L3))
        self.veth("v0", self.far, "v1")
        for where, dev, address in (
                (self.node, "p0", "10.0.0.1"), (self.pod, "p1", "10.0.0.2"),
                (self.node, "v0", "10.1.0.1"), (self.far, "v1", "10.1.0.2")):
            where.ip(f"addr add {address}/24 dev {dev}")
        self.pod.ip("route add default via 10.0.0.1")
        self.far.ip("route add 10.0.0.0/24 via 10.1.0.1")
        for target, dev in ((UPLINK, "v0"), (POD, "p0")):
            progs[0].map("targets")[target] = struct.pack(
                "I", self.node.index(dev))
        self.links = []
        self.clsact = False

    def veth(self, dev, there, peer):
        self.node.ip(f"link add {dev} type veth peer name {peer}")
        self.node.rt.change(self.node.index(peer),
                            nl.u32(nl.NET_NS_FD, there.fd))
        net.up((self.node, dev), (there, peer))

    def close(self):
        self.detach()
        self.node.ip("link del p0", "link del v0")
        for where in (self.node, self.pod, self.far):
            where.close()

    def attach(self, name, count=1):
        """Programs on what the pod sends."""
        index = self.node.index("p0")
        kind = TCX_INGRESS if self.driver == "veth" else bpf.PEER
        for i in range(count):
            try:
                self.links.append(progs[i].link(self.node, name, index, kind))
                continue
            except OSError:
                if self.driver != "veth":
                    raise
            # No tcx before 6.6
            pin = f"{bpf.FS}/bench"
            bpf.good(bpf.lib.bpf_obj_pin(progs[i].fd(name), pin.encode()),
                     "pin")
            self.clsact = True
            self.node.tc("qdisc replace dev p0 clsact",
                         f"filter add dev p0 ingress prio {i + 1} handle 1 "
                         f"bpf da pinned {pin}")
            os.unlink(pin)

    def detach(self):
        if self.clsact:
            self.node.tc("qdisc del dev p0 clsact")
            self.clsact = False
        for fd in self.links:
            os.close(fd)
        self.links = []

    def udp(self, scenario, source, target, address):
        (_, values), = cost("udp", path(source), path(target), address,
                            PACKETS)
        record(self.driver, f"{scenario} UDP", "instructions/packet", *values)

    def tcp(self, scenario, source, target, address):
        (_, values), = cost("tcp", path(source), path(target), address,
                            STREAMS)
        record(self.driver, f"{scenario} TCP", "instructions/64 KiB", *values)

    def both(self, scenario, *way):
        self.udp(scenario, *way)
        self.tcp(scenario, *way)

    def packets(self):
        to_node = self.pod, self.node, "10.0.0.1"
        self.both("policy pass", *to_node)
        for count in PROGRAMS:
            self.attach("pass_on", count)
            self.both(f"{count} program{'s' * (count > 1)}", *to_node)
            self.detach()

        self.attach("from_pod")
        progs[0].tc(self.node, "to_pod", "v0", "ingress")
        sent = self.node.stats("p0"), self.pod.stats("p1")
        self.both("pod to uplink", self.pod, self.far, "10.1.0.2")
        self.both("uplink to pod", self.far, self.pod, "10.0.0.2")
        now = self.node.stats("p0"), self.pod.stats("p1")
        # By the node's stack they would have been sent by p0
        if now[0]["tx_packets"] - sent[0]["tx_packets"] > 100:
            raise RuntimeError("what is for the pod is not redirected")
        if now[1]["tx_packets"] - sent[1]["tx_packets"] < PACKETS:
            raise RuntimeError("the pod has not sent")
        self.detach()

    def attaching(self):
        kind = TCX_INGRESS if self.driver == "veth" else bpf.PEER
        # No tcx before 6.6
        if self.driver == "veth" and not BUILTIN:
            return
        for name, values in cost("links", path(self.node), "p0", kind, LINKS):
            record(self.driver, f"link {name}", "instructions", *values)


def pairs(driver, number):
    kind = "veth" if driver == "veth" else "netkit"
    memory = []
    for name, values in cost("pairs", kind, number):
        unit = "instructions/pair"
        if name in ("slab", "percpu"):
            unit = "bytes/pair"
            memory.append([float(v) for v in values])
        record(driver, f"{name} {number} pairs", unit, *values)
    if memory:
        record(driver, f"memory {number} pairs", "bytes/pair",
               *map(sum, zip(*memory)))


def untouched(driver):
    """bpf(2) commands that are not netkit's."""
    for name, what in (("bpf", "map lookup"), ("bpf-query", "other query")):
        (_, values), = cost(name, CALLS)
        record(driver, f"bpf(2) {what}", "instructions", *values)


order = DRIVERS[::-1] if os.environ.get("NK_BENCH_REVERSE") else DRIVERS
for driver in order:
    if driver != "veth":
        load(driver == "ours")
    scene = Scene(driver)
    scene.packets()
    scene.attaching()
    scene.close()
for driver in order:
    if driver != "veth":
        load(driver == "ours")
        untouched(driver)
if not BUILTIN:
    load(False)
    untouched("none")
    load(True)
for number in PAIRS:
    for driver in order:
        if driver != "veth":
            load(driver == "ours")
        pairs(driver, number)
print("record,end", flush=True)
