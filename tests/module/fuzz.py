#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
r"""Random operations on two drivers, which must answer alike.

fuzz_helper does the same with the netkit that the kernel has built in and with
the module in its place, and writes a line for each operation. The first line
of a block that differs is shown, and the ones before it. NK_SEED=<seed of the
block> NK_ROUNDS=1 repeats one block alone; NK_ROUNDS is the number of blocks.
Without that, a few blocks run, the same each time.

Of each kind of operation 30 % must succeed, and 5 % of the packets must take
each verdict, or the rest says little. A block alone may be off that.

netkit-vm: load=no rows=trixie-7.3
netkit-vm: thread=single timeout=600
netkit-vm: kmsg=A link change request failed with some changes committed already
netkit-vm: kmsg=validate_nla: \d+ callbacks suppressed
netkit-vm: kmsg=netlink: 'fuzz_helper': attribute type \d+ has an invalid length
netkit-vm: kmsg=netlink: \d+ bytes leftover after parsing attributes in process `fuzz_helper'
"""

import itertools
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, "../lib")
import tap          # noqa: E402

MODULE = "netkit_backport"
OPS = 2000              # as in fuzz_helper.c
BLOCKS, SEED = 5, 7     # unless NK_ROUNDS says how many
SHOW = 12               # operations before one that differs
MOST = 5                # blocks that are shown
SUCCEED = 30            # % of each kind of operation
VERDICT = 5             # % of packets
VERDICTS = ("next", "pass", "drop", "redirect")

blocks = int(os.environ.get("NK_ROUNDS") or 0)
seed = int(os.environ.get("NK_SEED") or time.time()) if blocks else SEED
blocks = blocks or BLOCKS


def fuzz(name, log):
    """Run all blocks; the lines that fuzz_helper prints, split."""
    start = time.monotonic()
    done = subprocess.run(["./fuzz_helper", str(seed), str(blocks), log],
                          stdout=subprocess.PIPE, text=True)
    took = time.monotonic() - start
    tap.ok(done.returncode == 0, f"{name}: all operations are made")
    if done.returncode:
        print(f"# {name}: ends with {done.returncode}; {done.stdout}")
        with open(log, encoding="ascii", errors="replace") as f:
            for line in list(f)[-SHOW:]:
                print(f"#   {line.rstrip()}")
    print(f"# {name}: {blocks * OPS} operations in {took:.0f} s", flush=True)
    return [line.split(None, 2) for line in done.stdout.splitlines()]


def by_block(log):
    """Yield the lines of each block."""
    lines = []
    with open(log, encoding="ascii", errors="replace") as f:
        for line in f:
            if line.startswith("block ") and lines:
                yield lines
                lines = []
            lines.append(line.rstrip("\n"))
    yield lines


def show(a, b):
    """The first line that differs, and how it came to it."""
    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y),
              min(len(a), len(b)))
    first = max(1 + sum(x.startswith("#") for x in a), at - SHOW)
    print(f"# {a[0]}: first difference; repeat with "
          f"NK_SEED={a[0].split()[-1]} NK_ROUNDS=1")
    for line in a[first:at]:
        print(f"#   {line}")
    print(f"# built-in: {a[at] if at < len(a) else '(nothing)'}")
    print(f"# module:   {b[at] if at < len(b) else '(nothing)'}")
    sys.stdout.flush()


def compare(a, b):
    compared = differ = 0
    for x, y in itertools.zip_longest(by_block(a), by_block(b), fillvalue=[]):
        compared += 1
        if x == y:
            continue
        differ += 1
        if differ <= MOST and x and y:
            show(x, y)
    tap.ok(compared == blocks and not differ,
           f"{compared} blocks of {OPS} operations, the same results in all")
    if differ:
        print(f"# {differ} blocks differ")


def enough(share, least, text):
    if blocks >= BLOCKS:
        tap.ok(share >= least, text)
    else:
        print(f"# {text}")


def judge(name, said):
    for kind, tried, won in [line[1:2] + line[2].split() for line in said
                             if line[0] == "kind"]:
        share = 100 * int(won) / max(int(tried), 1)
        enough(share, SUCCEED, f"{name}: {kind}: {share:.0f} % of {tried} "
               "operations succeed")
    taken = {line[2]: int(line[1]) for line in said if line[0] == "verdict"}
    packets = sum(taken.values())
    for verdict, times in taken.items():
        share = 100 * times / max(packets, 1)
        text = f"{name}: {share:.1f} % of {packets} packets: {verdict}"
        if verdict in VERDICTS:
            enough(share, VERDICT, text)
        else:
            print(f"# {text}")
    tap.ok(all(v in taken for v in VERDICTS), f"{name}: verdicts are counted")


def main():
    print(f"# NK_SEED={seed} NK_ROUNDS={blocks}", flush=True)
    tap.ok(not os.path.exists(f"/sys/module/{MODULE}"),
           "the built-in netkit is in charge")
    with tempfile.TemporaryDirectory() as work:
        log = [os.path.join(work, name) for name in ("built-in", "module")]
        said = fuzz("built-in", log[0])
        subprocess.run(["modprobe", MODULE, "takeover=1"], check=True)
        with open(f"/sys/module/{MODULE}/parameters/takeover",
                  encoding="ascii") as f:
            tap.ok(f.read().strip() in ("1", "Y"),
                   "the module has taken over")
        judge("module", fuzz("module", log[1]))
        judge("built-in", said)
        compare(*log)
    for _ in range(100):
        if not subprocess.run(["rmmod", MODULE],
                              stderr=subprocess.DEVNULL).returncode:
            break
        time.sleep(0.1)
    tap.ok(not os.path.exists(f"/sys/module/{MODULE}"), "the module unloads")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
