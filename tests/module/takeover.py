#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Taking over from a netkit that the kernel has built in, and giving back.

    home                  other
    -----------------     -----------------
    nk0  <--------------> nk1

Who made a device shows in the module's use count, which each device of the
module's raises by one. In the last part one process makes and deletes pairs
without pause while the module comes and goes NK_ROUNDS times 20.

netkit-vm: load=no rows=bookworm-6.12,trixie-6.12,forky-7.2,trixie-7.3
netkit-vm: thread=single timeout=900 stress=10
netkit-vm: kmsg=netkit: cannot take over while
"""

import errno
import os
import random
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, "../lib")
import nl           # noqa: E402
import tap          # noqa: E402
from nl import netkit, peer_info, s, u32        # noqa: E402

MODULE = "netkit_backport"
REFCNT = f"/sys/module/{MODULE}/refcnt"
ROUNDS = 20 * int(os.environ.get("NK_ROUNDS") or 1)
# What a request may be answered while the driver changes
BUSY = (errno.EBUSY,)
# What rmmod says of a module in use, and of one that somebody began to use just
# when rmmod had looked
IN_USE = "in use|Resource temporarily unavailable"

rt = nl.Rtnl()


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout.strip()


def load(*options):
    return run("modprobe", MODULE, *options)


def loaded():
    return os.path.exists(REFCNT)


def uses():
    with open(REFCNT, encoding="ascii") as f:
        return int(f.read())


def make(name="nk0", peer="nk1", *peer_attrs):
    rt.newlink(s(nl.IFNAME, name),
               netkit(peer_info(s(nl.IFNAME, peer), *peer_attrs)))


def delete(name="nk0"):
    rt.delete(rt.link(name).index)


def unload(limit=10):
    """Releasing a device takes the kernel a moment."""
    end = time.monotonic() + limit
    while True:
        code, text = run("rmmod", MODULE)
        if not code or time.monotonic() > end:
            return code, text
        time.sleep(0.1)


def log_mark():
    mark = f"netkit-mark: {os.getpid()} {time.monotonic_ns()}"
    with open("/dev/kmsg", "w", encoding="ascii") as f:
        f.write(f"<14>{mark}\n")
    return mark


def log_since(mark):
    """What the module has said."""
    _, text = run("dmesg", "-t")
    return [line for line in text.partition(mark)[2].splitlines()
            if line.startswith("netkit:")]


def works(what):
    """Make a pair, attach, send, detach, delete."""
    make()
    for name in ("nk0", "nk1"):
        rt.change(rt.link(name).index, flags=nl.IFF_UP, change=nl.IFF_UP)
    code, text = run("./link_helper", "use", "nk0")
    tap.equal(code, 0, f"{what}: programs and links attach") or tap.note(text)
    _, info = run("ethtool", "-i", "nk0")
    tap.ok("driver: netkit\n" in info, f"{what}: ethtool says netkit", info)
    tap.equal(rt.link("nk0").kind, "netkit", f"{what}: the kind is netkit")
    tap.equal(run("./link_helper", "probe")[1], "-ENODEV",
              f"{what}: the clients' probe finds it")


tap.ok(not loaded(), "the module is not loaded")
works("built-in")
delete()

# ---- nobody asked for it ----

mark = log_mark()
code, text = run("insmod", run("modinfo", "-n", MODULE)[1])
tap.ok(code and "No such device" in text,
       "without takeover=1 it does not load", text)
code, text = load()
tap.ok(code and "No such device" in text, "nor by modprobe", text)
said = log_since(mark)
tap.ok(len(said) == 2 and "stays in charge" in said[0] and said[0] == said[1],
       "one line each says that the built-in stays", said)
tap.ok(not loaded(), "nothing is loaded")
works("built-in, after that")
delete()

# ---- refused while the built-in has devices ----

other = nl.Namespace()
make("nk0", "nk1", u32(nl.NET_NS_FD, other.fd))
mark = log_mark()
code, text = load("takeover=1")
tap.ok(code and "busy" in text, "with devices of the built-in: busy", text)
said = log_since(mark)
tap.ok(len(said) == 1 and re.search(r"nk0 in net:\[\d+\]", said[0])
       and re.search(r"nk1 in net:\[\d+\]", said[0]),
       "one line names them both", said)
inodes = {os.fstat(other.fd).st_ino, os.stat("/proc/self/ns/net").st_ino}
tap.equal({int(n) for n in re.findall(r"net:\[(\d+)\]", " ".join(said))},
          inodes, "and their namespaces")
tap.ok(not loaded(), "nothing is loaded")
make("nkx", "nky")
tap.ok(rt.link("nkx"), "more devices can be made")
delete("nkx")
delete()
other.close()

# ---- taking over ----

for name in (MODULE, "netkit", "rtnl-link-netkit"):
    mark = log_mark()
    code, text = run("modprobe", name, "takeover=1")
    tap.equal(code, 0, f"modprobe {name} takeover=1") or tap.note(text)
    said = log_since(mark)
    tap.ok(len(said) == 1
           and said[0].endswith(" ready, in place of the kernel's own netkit"),
           "one line says so", said)
    before = uses()
    works("module")
    tap.equal(uses(), before + 2, "the pair is the module's")
    code, text = run("rmmod", MODULE)
    tap.ok(code and re.search(IN_USE, text), "rmmod is refused", text)
    delete()
    mark = log_mark()
    code, text = unload()
    tap.equal(code, 0, "rmmod without devices") or tap.note(text)
    tap.equal(log_since(mark), ["netkit: the kernel's own netkit is in charge "
                                "again"], "one line says that it went")
    works("built-in again")
    delete()

code, text = load("takeover=1")
for kind in ("netkit: built-in", "netkit: module"):
    try:
        rt.newlink(s(nl.IFNAME, "nk0"),
                   nl.nest(nl.LINKINFO, s(nl.INFO_KIND, kind)))
        tap.ok(False, f"nothing is to be had of kind '{kind}'")
        delete()
    except nl.Refused as e:
        tap.ok(e.errno in (errno.EBUSY, errno.EOPNOTSUPP),
               f"nothing is to be had of kind '{kind}'", e)
unload()

# ---- with devices being made meanwhile ----


def maker(report):
    """Until killed: make a pair, see it, delete it. Sends a letter for each."""
    mine = nl.Rtnl()
    stop = False

    def ask(*_):
        nonlocal stop
        stop = True
    signal.signal(signal.SIGTERM, ask)
    counts = {"made": 0, "busy": 0}
    wrong = ""
    while not stop and not wrong:
        try:
            mine.newlink(s(nl.IFNAME, "nkr0"),
                         netkit(peer_info(s(nl.IFNAME, "nkr1"))))
        except nl.Refused as e:
            if e.errno in BUSY and e.text.endswith(", try again"):
                counts["busy"] += 1
                time.sleep(0.002)
            else:
                wrong = f"making: {e}"
            continue
        counts["made"] += 1
        if not mine.link("nkr0") or not mine.link("nkr1"):
            wrong = "a pair that was made is not there"
            break
        try:
            mine.delete(mine.link("nkr0").index)
        except nl.Refused as e:
            wrong = f"deleting: {e}"
        # Most of the time there is no device
        time.sleep(random.uniform(0, 0.1))
    os.write(report, f"{counts['made']} {counts['busy']} {wrong}".encode())
    os._exit(0)


reader, writer = os.pipe()
pid = os.fork()
if not pid:
    maker(writer)
os.close(writer)
taken = refused = given = kept = odd = 0
for n in range(ROUNDS):
    code, text = load("takeover=1")
    if code:
        refused += 1
        if "busy" not in text:
            odd += 1
            tap.note(f"round {n}: modprobe: {text}")
        continue
    taken += 1
    end = time.monotonic() + 20
    while True:
        code, text = run("rmmod", MODULE)
        if not code:
            given += 1
            break
        kept += 1
        if not re.search(IN_USE, text) or time.monotonic() > end:
            odd += 1
            tap.note(f"round {n}: rmmod: {text}")
            break
os.kill(pid, signal.SIGTERM)
made, busy, wrong = os.read(reader, 4096).decode().split(" ", 2)
os.waitpid(pid, 0)
tap.note(f"{ROUNDS} rounds: {taken} taken over, {refused} refused for a device;"
         f" {given} given back, {kept} times in use;"
         f" {made} pairs made, {busy} requests refused as busy")
tap.equal(wrong, "", "no pair is lost, no request fails but as busy")
tap.equal(odd, 0, "each round ends as it should")
tap.ok(taken >= ROUNDS // 4, "a quarter of the rounds takes over", taken)
tap.equal(given, taken, "what was taken was given back")
tap.ok(int(made) >= ROUNDS, "pairs were made all the time", made)
works("built-in in the end")
delete()
tap.finish()
