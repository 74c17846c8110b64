# SPDX-License-Identifier: GPL-2.0-only
"""Do rules, probes, fixtures, shims and committed answers belong together?

Everything here is found out from the checkout alone.
"""

import glob
import os
import re

from . import drift, questions

FIXTURES = os.path.join(questions.TOP, "tests", "unit", "cocci")


def prose(path):
    """Text of a file's first comments, in one line."""
    with open(path, encoding="utf-8") as f:
        text = f.read()
    comments = re.findall(r"/\*.*?\*/|^//.*$", text, re.S | re.M)
    return re.sub(r"[\s*]+", " ", " ".join(comments))


def second_line(path):
    with open(path, encoding="utf-8") as f:
        return (f.read().splitlines() + ["", ""])[1].removeprefix("// ")


def rule_problems(rule, own):
    """What a question lacks."""
    probe = os.path.join(questions.PROBES, rule.name + ".c")
    if not os.path.exists(probe):
        yield f"compat/probes/{rule.name}.c: there is none for that rule"
    elif second_line(probe) != rule.record:
        yield (f"compat/probes/{rule.name}.c: line 2 is not the rule's "
               f"record, {rule.record}")

    for kind in ("before", "after"):
        if not glob.glob(os.path.join(FIXTURES, rule.name, kind + "*.h")):
            yield f"tests/unit/cocci/{rule.name}/{kind}.h: there is none"

    shims = {p for p, _ in own.uses.get(rule.macro, ())
             if "/compat/shim/" in p}
    if not shims:
        yield f"compat/shim/: no header asks for {rule.macro}"
    elif not any(rule.record in prose(p) for p in shims):
        names = ", ".join(sorted(own.name(p) for p in shims))
        yield f"{names}: does not have the rule's record, {rule.record}"

    for key in filter(None, rule.covers):
        if drift.word_of(key) not in own.uses:
            yield (f"patches/{rule.name}.cocci: covers {key}, which nothing "
                   "uses")


def problems(rules):
    """What does not belong together, a text each."""
    own = drift.Own()
    known = {rule.macro for rule in rules}
    names = {rule.name for rule in rules}
    for rule in rules:
        yield from rule_problems(rule, own)

    for macro in sorted(own.macros - known):
        path, line = own.uses[macro][0]
        yield f"{own.name(path)}:{line}: {macro}: no rule in patches/ asks it"

    for path in sorted(glob.glob(os.path.join(questions.PROBES, "*__*.c"))):
        name = os.path.basename(path).removesuffix(".c")
        if name not in names:
            yield f"compat/probes/{name}.c: there is no rule of that name"
    for entry in sorted(os.listdir(FIXTURES)):
        if (os.path.isdir(os.path.join(FIXTURES, entry)) and "__" in entry
                and not entry.startswith("__py") and entry not in names):
            yield f"tests/unit/cocci/{entry}: there is no rule of that name"

    for series, yes in questions.known_sets().items():
        for macro in sorted(yes.keys() - known):
            yield f"compat/generated/{series}.h: {macro}: nobody asks that"
        for macro in sorted(known - yes.keys()):
            yield f"compat/generated/{series}.h: {macro}: not answered"

    included = "".join("\n".join(own.raw[p]) for p in own.files)
    for path in own.files:
        name = own.name(path)
        if (name.startswith("compat/shim/") and
                f'shim/{os.path.basename(path)}"' not in included):
            yield f"{name}: nothing includes it"

    for what, _ in drift.read_reviewed():
        if drift.word_of(what) not in own.uses:
            yield f"scripts/genshim/reviewed: {what}: nothing uses it"
