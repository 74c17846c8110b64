#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Do the rules of patches/ find what they are to find, and nothing else?

Each rule has a directory here with before.h, where it must find nothing, and
after.h (and others named after*.h), where it must find something. Then what
scripts/gen-shim says where it cannot know, and whether rules, probes, shims and
committed answers belong together.
"""

import concurrent.futures
import glob
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../../../scripts"),
                os.path.join(HERE, "../../lib")]

from genshim import consistency, drift, questions       # noqa: E402
from genshim.tree import Tree                           # noqa: E402
import tap                                              # noqa: E402


def check(what, good, why=None):
    tap.ok(good, what, why)


def try_rule(rule):
    """Everything about one rule: (what, good, why) each."""
    result = []
    done = questions.spatch("--parse-cocci", rule.path)
    output = done.stdout + done.stderr
    result.append((f"{rule.name}: spatch can read it",
                   done.returncode == 0 and "error" not in output, output))
    directory = os.path.join(HERE, rule.name)
    done = questions.spatch("--very-quiet", "--sp-file", rule.path,
                            "--macro-file-builtins", questions.MACROS,
                            *sorted(glob.glob(directory + "/after*.h")))
    result.append((f"{rule.name}: marks something by itself",
                   "\n-" in done.stdout, done.stdout + done.stderr))
    files = sorted(os.listdir(directory)) if os.path.isdir(directory) else []
    for want, word in (("before", "nothing"), ("after", "something")):
        some = [f for f in files if f.startswith(want)]
        if not some:
            result.append((f"{rule.name}: has {want}.h", False, ""))
        for name in some:
            answer = questions.ask_header(os.path.join(directory, name),
                                          [rule])[rule.name]
            result.append((f"{rule.name}: finds {word} in {name}",
                           answer is (want == "after"), f"says {answer}"))
    return result


def make_tree(top, headers):
    """A build directory with these headers."""
    os.makedirs(os.path.join(top, "include/generated"))
    with open(os.path.join(top, "include/generated/utsrelease.h"), "w",
              encoding="utf-8") as f:
        f.write('#define UTS_RELEASE "6.1.0-test"\n')
    for name, text in headers.items():
        path = os.path.join(top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
    return Tree(top)


def try_tree(rules, headers, name):
    """Ask a tree of these headers one question: its answer, and why not."""
    with tempfile.TemporaryDirectory() as top:
        answers = questions.ask(make_tree(top, headers), [rules[name]])
    macro = questions.macro(name)
    return answers.yes.get(macro), answers.undecided.get(macro, "")


def try_doubts(rules):
    """What cannot be known must not be taken for a no."""
    lltx = "netdev_lltx__present"
    header = "include/linux/netdevice.h"
    with open(os.path.join(HERE, lltx, "after.h"), encoding="utf-8") as f:
        good = f.read()

    answer, why = try_tree(rules, {header: good}, lltx)
    check("a tree that has it: yes", answer is True, why)
    answer, why = try_tree(rules, {header: "struct net_device { int a; };\n"},
                           lltx)
    check("a tree that does not: no", answer is False, why)
    answer, why = try_tree(rules, {}, lltx)
    check("a tree without the header: undecided, by its name",
          answer is None and header in why, (answer, why))
    broken = good.replace("const struct net_device_ops *netdev_ops;",
                          "const struct = ) odd;")
    answer, why = try_tree(rules, {header: broken}, lltx)
    check("a header that cannot be parsed there: undecided, by its name",
          answer is None and header in why, (answer, why))
    hidden = good.replace("struct_group(", "some_new_group(")
    answer, why = try_tree(rules, {header: hidden}, lltx)
    check("a member inside a macro that nobody knows: undecided",
          answer is None and header in why, (answer, why))
    answer, why = try_tree(
        rules, {header: "struct net_device { int a; };\nint ) odd;\n"}, lltx)
    check("a header that cannot be parsed elsewhere: no", answer is False, why)


def try_consistency(rules):
    """What belongs together does, and what does not is noticed."""
    problems = list(consistency.problems(list(rules.values())))
    check("rules, probes, fixtures, shims and answers belong together",
          not problems, "\n".join(problems))

    lltx = "netdev_lltx__present"
    macro = rules[lltx].macro
    less = [r for r in rules.values() if r.name != lltx]
    problems = list(consistency.problems(less))
    for what, text in (("in the shim", f"{macro}: no rule in patches/"),
                       ("in the answers", f"generated/6.1.h: {macro}"),
                       ("of the probe", f"probes/{lltx}.c"),
                       ("of the fixtures", f"cocci/{lltx}")):
        check(f"a rule that is missing is noticed: {what}",
              any(text in p for p in problems), "\n".join(problems))

    other = questions.Rule(rules[lltx].path)
    other.record = 'v1.0, 0123456789ab ("another change")'
    other.covers = ["struct net_device.nobody_uses_this"]
    problems = list(consistency.rule_problems(other, drift.Own()))
    for what, text in (("in the probe", f"probes/{lltx}.c: line 2"),
                       ("in the shim", "shim/lltx.h: does not have"),
                       ("in what it covers", "nobody_uses_this")):
        check(f"a rule that was changed is noticed: {what}",
              any(text in p for p in problems), "\n".join(problems))

    other.name = "nobody__asks"
    other.macro = "NK_HAVE_NOBODY_ASKS"
    problems = list(consistency.rule_problems(other, drift.Own()))
    for what, text in (("a probe", "probes/nobody__asks.c: there is none"),
                       ("fixtures", "nobody__asks/before.h: there is none"),
                       ("a shim", "no header asks for NK_HAVE_NOBODY_ASKS")):
        check(f"a rule without {what} is noticed",
              any(text in p for p in problems), "\n".join(problems))


def try_form():
    """A rule of the wrong form, in a copy of the tree, as a user sees it."""
    with tempfile.TemporaryDirectory() as top:
        for part in ("scripts", "patches", "compat", "src"):
            shutil.copytree(os.path.join(questions.TOP, part),
                            os.path.join(top, part))
        name = "patches/netdev_lltx__present.cocci"
        with open(os.path.join(top, name), "a", encoding="utf-8") as f:
            f.write("@@\n@@\n int x;\n")
        for option, status in (("--check", 1), ("--print", 2)):
            done = subprocess.run(["scripts/gen-shim", option, "/nowhere"],
                                  cwd=top, stderr=subprocess.PIPE, text=True)
            check(f"a rule of the wrong form is named: {option}",
                  done.returncode == status
                  and f"{name}: a rule marks nothing" in done.stderr,
                  f"{done.returncode}, {done.stderr}")


def main():
    rules = {r.name: r for r in questions.load()}
    for rule in rules.values():
        problems = list(rule.problems())
        check(f"{rule.name}: form of the file", not problems,
              "\n".join(problems))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for results in pool.map(try_rule, rules.values()):
            for result in results:
                check(*result)
    try_doubts(rules)
    try_consistency(rules)
    try_form()
    tap.finish()


if __name__ == "__main__":
    main()
