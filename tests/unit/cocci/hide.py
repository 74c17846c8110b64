#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Does scripts/gen-shim --drift miss a shim that is not there?

  hide.py OLD... NEW    build directories of kernels

From each OLD to NEW, nothing may be left uncovered. Then each shim that covers a
change is hidden, one at a time: the change must be found, from one OLD at least
(from another, a second shim may cover the same). In the end one is really
removed, rule, header and all, from a copy of this checkout.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.realpath(os.path.join(HERE, "../../.."))
sys.path[:0] = [os.path.join(TOP, "scripts"), os.path.join(TOP, "tests/lib")]

from genshim import drift, questions                    # noqa: E402
from genshim.tree import Tree                           # noqa: E402
import tap                                              # noqa: E402

# What is really removed: any shim will do whose header src/ has need of
REMOVED = ("netdev_lltx__present", "lltx.h", "netdev_set_lltx")


def check(what, good, why=None):
    tap.ok(good, what, why)


def hide_each(trees, found):
    """Hide one rule after the other; notes what comes to light for each."""
    rules = questions.load()
    asked = [questions.ask(tree, rules) for tree in trees]
    check("every question is decided", not any(a.undecided for a in asked),
          [a.undecided for a in asked])
    answers = [a.yes for a in asked]
    own = drift.Own()
    facts = drift.collect(trees, answers, own)
    reviewed = drift.read_reviewed()

    def uncovered(some):
        known = {r.macro for r in some}
        told = [{m: y for m, y in yes.items() if m in known}
                for yes in answers]
        return {c.what: c for c in
                drift.changes(facts, told, some, own, reviewed)
                if not c.covered}

    open_ = uncovered(rules)
    check("nothing is left uncovered", not open_,
          "\n".join(map(drift.line_of, open_.values())))
    turned = [r for r in rules if not answers[0][r.macro]
              and answers[1][r.macro]]
    check("there are shims to hide", bool(turned))
    for rule in turned:
        changes = uncovered([r for r in rules if r is not rule])
        found.setdefault(rule.name, set()).update(
            what for what, c in changes.items()
            if c.kind in ("new", "gone", "changed"))
    print(f"# {len(turned)} of {len(rules)} shims cover a change between "
          f"{trees[0].release} and {trees[1].release}")


def run(top, trees):
    done = subprocess.run([os.path.join(top, "scripts/gen-shim"), "--drift",
                           *(tree.build for tree in trees)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def remove_one(trees):
    """The program itself, and its exit status."""
    status, output = run(TOP, trees)
    check("gen-shim --drift: status 0", status == 0, output)
    rule, header, name = REMOVED
    with tempfile.TemporaryDirectory() as top:
        for part in ("scripts", "patches", "compat", "src"):
            shutil.copytree(os.path.join(TOP, part), os.path.join(top, part))
        os.unlink(os.path.join(top, "patches", rule + ".cocci"))
        os.unlink(os.path.join(top, "compat/shim", header))
        path = os.path.join(top, "compat/compat.h")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        with open(path, "w", encoding="utf-8") as f:
            f.write(text.replace(f'#include "shim/{header}"\n', ""))
        status, output = run(top, trees)
    check(f"gen-shim --drift without {header}: status 1, and {name} named",
          status == 1 and re.search(rf"\b{name}\b.*NOT COVERED", output),
          output)


def main():
    if len(sys.argv) < 3:
        print(__doc__)
        return 2
    *older, new = [Tree(d) for d in sys.argv[1:]]
    found = {}
    for old in older:
        hide_each((old, new), found)
    for name, changes in sorted(found.items()):
        check(f"without {name}: {', '.join(sorted(changes)) or 'nothing'}",
              bool(changes))
    remove_one((older[-1], new))
    tap.finish()


if __name__ == "__main__":
    main()
