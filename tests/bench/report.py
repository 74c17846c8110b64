#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Of Debian, as matplotlib is: another one in the path would not find it
"""Run bench.py in guests and say what it measured; see scripts/bench --help.

Each row is booted twice, the second time with the drivers in the opposite
order. Ratios are made within one boot only, and the worse of the two counts.
"""

import argparse
import collections
import csv
import os
import subprocess
import sys

BENCH = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(BENCH)
OUT = os.path.join(os.path.dirname(TESTS), "build", "bench")
ROWS = "trixie-5.10 bookworm-6.1 trixie-6.12 trixie-7.3".split()
ORDERS = ("forward", "reverse")
DRIVERS = ("builtin", "ours", "veth", "none")

# Targets: a ratio to the built-in netkit, one to veth, and how many instructions
# more a bpf(2) call may take than without the module
LIMIT_BUILTIN, LIMIT_VETH, LIMIT_BPF = 1.01, 1.0, 300

# By bpf_redirect_peer the core puts packets into the pod, past whichever driver
LIMIT_PAST = 1.001

Record = collections.namedtuple(
    "Record", "row order kernel driver scenario unit smallest median largest "
    "elapsed")


def log_name(row, order):
    return os.path.join(OUT, f"{row}-{order}.log")


def boot(row, order, quick):
    """Whether bench.py ran to its end."""
    env = dict(os.environ)
    env.pop("NK_BENCH_REVERSE", None)
    if order == "reverse":
        env["NK_BENCH_REVERSE"] = "1"
        # 10,000 pairs take most of a run's time
        env.setdefault("NK_BENCH_PAIRS", "10 1000")
    if quick:
        env["NK_BENCH_SCALE"] = "0.1"
        env["NK_BENCH_PAIRS"] = "10"
    print(f"bench: {row}, {order} order", file=sys.stderr, flush=True)
    with open(log_name(row, order), "w", encoding="utf-8") as log:
        code = subprocess.run(
            [os.path.join(TESTS, "vm", "run"), "--row", row, "--icount",
             "--show", "bench/bench.py"], stdout=log,
            stderr=subprocess.STDOUT, env=env).returncode
    return not code


def read(row, order):
    """The records of one boot, and whether they are all."""
    records, complete = [], False
    try:
        with open(log_name(row, order), encoding="utf-8",
                  errors="replace") as f:
            for line in f:
                fields = line.strip().split(",")
                if fields == ["record", "end"]:
                    complete = True
                elif fields[0] == "record":
                    records.append(Record(row, order, *fields[1:5],
                                          *map(float, fields[5:])))
    except FileNotFoundError:
        pass
    return records, complete


def judge(row, scenario, values):
    """What misses its target in one boot."""
    ours, builtin, veth, none = (values.get(d) for d in (
        "ours", "builtin", "veth", "none"))
    if ours is None:
        return []
    bad = []
    # Either is a call, and comes through the door that the module has there
    if scenario.startswith(("bpf(2)", "link ")):
        other = builtin if builtin is not None else none
        if other is not None and ours - other >= LIMIT_BPF:
            bad.append(f"{ours - other:+.0f} instructions")
        return bad
    # What is per CPU comes in large pieces, so just the sum says something
    if scenario.startswith(("slab", "percpu")):
        return bad
    if builtin is not None and ours > builtin * LIMIT_BUILTIN:
        bad.append(f"{ours / builtin:.3f} of the built-in's")
    # Pairs are compared with the built-in's only
    past = scenario == "uplink to pod UDP"
    if (scenario.endswith((" UDP", " TCP")) and veth is not None
            and ours >= veth * (LIMIT_PAST if past else LIMIT_VETH)):
        bad.append(f"{ours / veth:.3f} of veth's")
    return bad


def ratio(a, b):
    return f"{a / b:.3f}" if a is not None and b else "-"


def number(value):
    return "-" if value is None else f"{value:,.0f}"


def table(rows):
    """Its lines, what misses its target, values for the plot, all records."""
    lines, missed, plotted, every = [], [], {}, []
    for row in rows:
        boots = {}
        for order in ORDERS:
            records, complete = read(row, order)
            every += records
            if not complete:
                missed.append(f"{row}, {order} order: not measured to the end")
            for r in records:
                boots.setdefault(r.scenario, {}).setdefault(
                    order, {})[r.driver] = r
        if not boots:
            continue
        kernel = every[-1].kernel
        lines += ["", f"{row}, kernel {kernel}", ""]
        head = ("scenario", "unit", "built-in", "ours", "veth", "without",
                "ours/built-in", "opposite", "ours/veth", "opposite", "spread")
        body = [head]
        for scenario, orders in boots.items():
            first = orders.get("forward") or orders["reverse"]
            v = {o: {d: r.smallest for d, r in drivers.items()}
                 for o, drivers in orders.items()}
            shown = v.get("forward") or v["reverse"]
            spread = max((r.median / r.smallest - 1 if r.smallest else 0
                          for r in first.values()))
            ratios = [ratio(v.get(o, {}).get("ours"), v.get(o, {}).get(d))
                      for d in ("builtin", "veth") for o in ORDERS]
            body.append((scenario, next(iter(first.values())).unit,
                         *(number(shown.get(d)) for d in DRIVERS), *ratios,
                         f"{100 * spread:.1f} %"))
            for order in v:
                missed += [f"{row}, {order} order: {scenario}: {text}"
                           for text in judge(row, scenario, v[order])]
            plotted.setdefault(row, []).append((scenario, shown))
        wide = [max(len(b[i]) for b in body) for i in range(len(head))]
        lines += ["  ".join(t.ljust(w) if i < 2 else t.rjust(w)
                            for i, (t, w) in enumerate(zip(b, wide))).rstrip()
                  for b in body]
    return lines, missed, plotted, every


def write_csv(every):
    with open(os.path.join(OUT, "bench.csv"), "w", newline="",
              encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(Record._fields)
        out.writerows(every)


def plot(plotted):
    """Ratios of the first order, a panel for each row."""
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot

    panels = [(row, [(s, v) for s, v in scenarios
                     if "ours" in v and (v.get("builtin") or v.get("veth"))])
              for row, scenarios in plotted.items()]
    panels = [p for p in panels if p[1]]
    if not panels:
        return
    figure, axes = pyplot.subplots(
        len(panels), 1, squeeze=False,
        figsize=(13, 4.5 * len(panels)))
    for axis, (row, scenarios) in zip(axes[:, 0], panels):
        for shift, driver, colour in ((-0.2, "builtin", "tab:blue"),
                                      (0.2, "veth", "tab:orange")):
            points = [(i + shift, v["ours"] / v[driver])
                      for i, (_, v) in enumerate(scenarios) if v.get(driver)]
            if points:
                axis.bar(*zip(*points), width=0.4, color=colour,
                         label="to the built-in" if driver == "builtin"
                         else "to veth")
        axis.axhline(1, color="black", linewidth=0.8)
        axis.set_title(row)
        axis.set_ylabel("ratio of the module's cost")
        axis.set_xticks(range(len(scenarios)), [s for s, _ in scenarios],
                        rotation=60, ha="right", fontsize=7)
        axis.legend(loc="lower right")
    figure.tight_layout()
    figure.savefig(os.path.join(OUT, "bench.png"), dpi=110)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--quick", action="store_true")
    p.add_argument("--report", action="store_true")
    p.add_argument("rows", nargs="*", metavar="ROW", default=ROWS)
    args = p.parse_args()
    os.makedirs(OUT, exist_ok=True)
    broken = []
    if not args.report:
        for row in args.rows:
            for order in ORDERS:
                if not boot(row, order, args.quick):
                    broken.append(f"{row}, {order} order: the guest or a "
                                  f"measurement failed, see "
                                  f"{log_name(row, order)}")
    lines, missed, plotted, every = table(args.rows)
    text = "\n".join(lines).strip() + "\n"
    print(text)
    with open(os.path.join(OUT, "bench.txt"), "w", encoding="utf-8") as f:
        f.write(text)
    write_csv(every)
    for text in broken + missed:
        print(f"not ok - {text}", flush=True)
    plot(plotted)
    if broken or missed:
        sys.exit(1)
    print("ok - all targets are met")


if __name__ == "__main__":
    main()
