#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What scripts/gen-shim --drift makes of small headers and small sources."""

import os
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../../../scripts"),
                os.path.join(HERE, "../../lib")]

from genshim import drift, questions                    # noqa: E402
from genshim.tree import Tree                           # noqa: E402
import tap                                              # noqa: E402


RULE = """// SPDX-License-Identifier: GPL-2.0-only
// v1.0, 0123456789ab ("thing: a new one")
// In: include/linux/thing.h
// Covers: struct thing.seldom
@@
@@
*int new_thing(void);
"""


def check(what, good, why=None):
    tap.ok(good, what, why)


def write(top, files):
    for name, text in files.items():
        path = os.path.join(top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)


def make_tree(top, release, header, exported):
    write(top, {"include/generated/utsrelease.h":
                f'#define UTS_RELEASE "{release}"\n',
                "include/linux/thing.h": "#pragma once\n" + header,
                "Module.symvers": "".join(
                    f"0x0\t{name}\tvmlinux\tEXPORT_SYMBOL\t\n"
                    for name in exported)})
    return Tree(top)


def compare(old, new, source, shim="", exported=("use",), gone=(),
            reviewed=None, answers=(False, True)):
    """Changes between two headers for a source: {what: Change}."""
    with tempfile.TemporaryDirectory() as top:
        write(top, {"own/src/a.c": "#include <linux/thing.h>\n"
                    '#include "../compat/shim/thing.h"\n' + source,
                    "own/compat/shim/thing.h": shim,
                    "own/thing.cocci": RULE})
        trees = [make_tree(f"{top}/old", "1.0", old, exported),
                 make_tree(f"{top}/new", "2.0", new,
                           set(exported) - set(gone))]
        own = drift.Own(f"{top}/own")
        os.rename(f"{top}/own/thing.cocci",
                  f"{top}/own/new_thing__present.cocci")
        rule = questions.Rule(f"{top}/own/new_thing__present.cocci")
        yes = [{rule.macro: a} for a in answers]
        facts = drift.collect(trees, yes, own)
        return {c.what: c for c in drift.changes(
            facts, yes, [rule], own, reviewed or {})}


def expect(what, found, expected):
    """expected: {what: (kind, covered)}"""
    seen = {k: (c.kind, c.covered) for k, c in found.items()}
    check(what, seen == expected,
          "\n".join(map(drift.line_of, found.values())) or "no change")


SAME = "struct thing { int a; };\nint use(struct thing *t);\n"
CALL = "int f(struct thing *t);\nint f(struct thing *t) { return use(t); }\n"


def try_functions():
    expect("no difference", compare(SAME, SAME, CALL), {})
    expect("a prototype that changed",
           compare(SAME, SAME.replace("int use", "long use"), CALL),
           {"use": ("changed", False)})
    expect("one that the caller does not name",
           compare(SAME + "int other(void);\n", SAME + "int other(int a);\n",
                   CALL), {})
    expect("a const in a parameter is no difference for a caller",
           compare(SAME, SAME.replace("use(struct", "use(const struct"),
                   CALL), {})
    expect("but the compiler says if it takes one away",
           compare(SAME.replace("use(struct", "use(const struct"), SAME,
                   CALL.replace("(struct", "(const struct")),
           {"src/a.c:4": ("does not compile on 2.0", False)})
    expect("a function that is gone",
           compare(SAME, "struct thing { int a; };\n", CALL),
           {"use": ("gone", False),
            "src/a.c:4": ("does not compile on 2.0", False)})
    expect("a function that is not exported any more",
           compare(SAME, SAME, CALL, gone=["use"]),
           {"use": ("changed", False)})
    inline = "struct thing { int a; };\nstatic inline int use(struct thing" \
        " *t) { return 0; }\n"
    expect("an inline one needs no export",
           compare(inline, inline, CALL, exported=()), {})


def try_macros():
    macro = "struct thing { int a; };\n#define use(t) ((t)->a)\n"
    expect("a function that became a macro", compare(SAME, macro, CALL), {})
    expect("with another number of arguments",
           compare(SAME, macro.replace("(t) (", "(t, b) ("), CALL),
           {"use": ("changed", False),
            "src/a.c:4": ("does not compile on 2.0", False)})
    expect("or with any number of them",
           compare(SAME, macro.replace("use(t) ((t)->a)",
                                       "use(...) use_all(__VA_ARGS__)")
                   + "int use_all(struct thing *t);\n", CALL), {})
    expect("a macro that is another function's name",
           compare(SAME, SAME.replace("use", "use_it")
                   + "#define use use_it\n", CALL,
                   exported=("use", "use_it")), {})
    expect("a constant that became an enumerator",
           compare("#define ONE 1\n", "enum { ONE = 1 };\n",
                   "int f = ONE;\n"), {})


def try_members():
    use = "int f(struct thing *t);\nint f(struct thing *t) { return t->a; }\n"
    expect("a member of another type",
           compare(SAME, SAME.replace("int a", "long a"), use),
           {"struct thing.a": ("changed", False)})
    expect("a member that moved into a nameless union",
           compare(SAME, SAME.replace("int a;", "union { int a; long b; };"),
                   use), {})
    expect("another member", compare(
        SAME, SAME.replace("int a;", "int a; int b;"), use), {})
    expect("a member that is gone",
           compare(SAME, SAME.replace("int a;", "int b;"), use),
           {"struct thing.a": ("gone", False),
            "src/a.c:4": ("does not compile on 2.0", False)})
    expect("a member of a structure of our own is ours",
           compare(SAME, SAME.replace("int a", "long a"),
                   "struct own { int a; };\nint f(struct own *t);\n"
                   "int f(struct own *t) { return t->a; }\n"), {})


def try_covered():
    old = "struct thing { int seldom; int a; };\n"
    new = "int new_thing(void);\nint other_thing(void);\n" \
        "struct thing { long seldom; int a; };\n"
    shim = "#ifndef NK_HAVE_NEW_THING\n" \
        "static inline int new_thing(void)\n{\n\treturn 0;\n}\n" \
        "#define other_thing() 0\n#endif /* !NK_HAVE_NEW_THING */\n"
    call = "int f(struct thing *t);\nint f(struct thing *t)\n{\n" \
        "\treturn new_thing() + other_thing() + t->seldom;\n}\n"
    exported = ("new_thing", "other_thing")
    covered = {"new_thing": ("new", True), "other_thing": ("new", True),
               "struct thing.seldom": ("changed", True)}
    expect("what the rule, its shim and its record cover",
           compare(old, new, call, shim, exported), covered)
    found = compare(old, new, call, shim, exported)
    check("the shim is named",
          found["new_thing"].why == "covered by compat/shim/thing.h",
          found["new_thing"].why)
    expect("a rule that both answer alike covers nothing",
           compare(old, new, call, shim, exported, answers=(False, False)),
           {"other_thing": ("new", False),
            "struct thing.seldom": ("changed", False),
            "compat/shim/thing.h:2": ("does not compile on 2.0", False)})
    expect("an answer that turns to no is work",
           compare(SAME, SAME, CALL, answers=(True, False)),
           {"new_thing__present": ("was answered by yes, now by no", False)})
    switched = "#ifdef NK_HAVE_NEW_THING\n#define a_thing() other_thing()\n" \
        "#else\n#define a_thing() old_thing()\n#endif\n"
    expect("what is used where the answer decides alone",
           compare("int old_thing(void);\n", "int other_thing(void);\n",
                   "int f(void);\nint f(void) { return a_thing(); }\n",
                   switched, ("old_thing", "other_thing")),
           {"old_thing": ("gone", True), "other_thing": ("new", True)})
    expect("but not what is used elsewhere as well",
           compare("int old_thing(void);\n", "int other_thing(void);\n",
                   "int f(void);\nint f(void) { return a_thing() + "
                   "old_thing(); }\n", switched,
                   ("old_thing", "other_thing")),
           {"old_thing": ("gone", False), "other_thing": ("new", True),
            "src/a.c:4": ("does not compile on 2.0", False)})


def try_reviewed():
    long_ = SAME.replace("int use", "long use")
    text = "long (struct thing *)"
    expect("what was reviewed",
           compare(SAME, long_, CALL, reviewed={("use", text): "fits"}),
           {"use": ("changed", True)})
    expect("but not another change of the same",
           compare(SAME, SAME.replace("int use", "char use"), CALL,
                   reviewed={("use", text): "fits"}),
           {"use": ("changed", False)})


def main():
    try_functions()
    try_macros()
    try_members()
    try_covered()
    try_reviewed()
    tap.finish()


if __name__ == "__main__":
    main()
