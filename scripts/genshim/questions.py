# SPDX-License-Identifier: GPL-2.0-only
"""Questions about a kernel, the rules that answer them, and sets of answers.

A question is a file patches/<symbol>__<condition>.cocci. Its answer is the
macro NK_HAVE_<SYMBOL>_<CONDITION>, or NK_HAVE_<SYMBOL> where the condition is
"present". The rule marks (with a star, as for spatch's context mode) what it
recognises; marking anything is a yes.

A no is only believed if spatch understood what it read. Where a piece of a
header that it could not parse mentions all that a rule looks for, or where
there is no header to look at, the question is undecided.
"""

import concurrent.futures
import glob
import os
import re
import subprocess
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
RULES = os.path.join(TOP, "patches")
MACROS = os.path.join(RULES, "macros.h")
SETS = os.path.join(TOP, "compat", "generated")
PROBES = os.path.join(TOP, "compat", "probes")

KEYWORDS = frozenset(
    "auto bool break case char const continue default define do double else "
    "enum extern float for goto if inline int long register restrict return "
    "short signed sizeof static struct switch typedef undef union unsigned "
    "void volatile while".split())

LICENSE = "SPDX-License-Identifier: GPL-2.0-only"


def macro(name):
    """NK_HAVE_ macro of a question."""
    symbol, _, condition = name.rpartition("__")
    if condition != "present":
        symbol += "_" + condition
    return "NK_HAVE_" + symbol.upper()


class Rule:
    """One file of patches/."""

    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path).removesuffix(".cocci")
        self.macro = macro(self.name)
        with open(path, encoding="utf-8") as f:
            self.text = f.read()
        lines = self.text.splitlines() + ["", "", ""]
        self.record = lines[1].removeprefix("// ")
        found = re.match(r"// In: (\S.*)$", lines[2])
        self.headers = found[1].split() if found else []
        # Of what else a no decides, than what the rule looks for
        self.covers = " ".join(re.findall(r"^// Covers: (.*)$", self.text,
                                          re.M)).replace(", ", "\n").split(
                                              "\n")
        code = re.sub(r"^\s*//.*\n", "", self.text, flags=re.M)
        self.rules = re.findall(r"^@@\n(.*?)^@@\n(.*?)(?=^@@\n|\Z)", code,
                                re.M | re.S)
        self.tokens = [self._tokens(*rule) for rule in self.rules]

    @staticmethod
    def _tokens(meta, body):
        """Words that a match must have.

        Returns all of them, and those that are no struct's, union's or enum's
        tag.
        """
        declared = set(re.findall(r"\w+", meta))
        # A typedef's name is a word to be found, not a placeholder
        for names in re.findall(r"^typedef ([^;]*);", meta, re.M):
            declared -= set(re.findall(r"\w+", names))
        words = set(re.findall(r"[A-Za-z_]\w*", body)) - declared - KEYWORDS
        tags = re.findall(r"\b(?:struct|union|enum)\s+(\w+)", body)
        return words, words - set(tags) or words

    def names(self):
        """Words that it looks for, but those of types and tags that are just
        part of how it does."""
        return set().union(*(names for _, names in self.tokens)) - set(
            re.findall(r"\w+", " ".join(
                n for meta, _ in self.rules
                for n in re.findall(r"^typedef ([^;]*);", meta, re.M))))

    def problems(self):
        """What is wrong with the form of the file."""
        lines = self.text.splitlines()
        if not re.fullmatch(r"\w+__[a-z0-9_]*[a-z0-9]\.cocci",
                            os.path.basename(self.path)):
            yield "the name is not <symbol>__<condition>.cocci"
        if not lines or lines[0] != "// " + LICENSE:
            yield "line 1 is not the license"
        if not re.fullmatch(r'v\d+\.\d+, [0-9a-f]{12} \(".+"\)', self.record):
            yield ('line 2 is not a record: '
                   '// v<version>, <commit> ("<title>")')
        if not self.headers:
            yield "line 3 does not name headers: // In: <header>..."
        if not self.tokens or not all(words for words, _ in self.tokens):
            yield "there is a rule without a word to look for, or no rule"
        if not all(re.search(r"^\*", body, re.M) for _, body in self.rules):
            yield "a rule marks nothing"


def load(directory=RULES):
    """All rules, by name."""
    return [Rule(p) for p in sorted(glob.glob(
        os.path.join(directory, "*.cocci")))]


def spatch(*args):
    """Run spatch; returns what it printed."""
    done = subprocess.run(["spatch", *args], text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done


class Parsed:
    """What spatch could not read of a header, found out once."""

    def __init__(self, path):
        self.path = path
        self._blocks = None

    def blocks(self):
        """Words of each piece that was not understood or skipped."""
        if self._blocks is None:
            done = spatch("--macro-file-builtins", MACROS, "--parse-c",
                          self.path)
            self._blocks = []
            last = None
            for line in (done.stdout + done.stderr).splitlines():
                # Newer versions say where before they say what
                found = re.match(r"(?:\S+:\d+: )?(bad|BAD|passed):(.*)", line)
                if not found:
                    last = None
                    continue
                kind = found[1].lower()
                if kind != last:
                    self._blocks.append((kind, set()))
                self._blocks[-1][1].update(re.findall(r"\w+", found[2]))
                last = kind
        return self._blocks

    def hides(self, words, names):
        """May a piece that was not understood be what a rule looks for?

        What could not be parsed is a whole definition or more, what was
        passed over may be as little as a member.
        """
        return any(words <= block if kind == "bad" else names & block
                   for kind, block in self.blocks())


class Answers:
    """A tree's answers to all questions."""

    def __init__(self):
        self.yes = {}           # macro: True or False
        self.undecided = {}     # macro: why


def matched(path, rules):
    """Which of these rules match in this header, all by one run of spatch.

    Reading a header takes spatch longer than any rule does. So it gets them
    all at once, and a copy of the header that ends with a line for each; what
    it is to mark is the line of each rule that matched.
    """
    parts = []
    lines = []
    for rule in rules:
        names = []
        for i, (meta, body) in enumerate(rule.rules):
            names.append(f"r_{rule.name}_{i}")
            body = re.sub(r"^\*", " ", body, flags=re.M)
            parts.append(f"@{names[-1]}@\n{meta}@@\n{body}\n")
        parts.append(f"@depends on {' || '.join(names)}@\n@@\n"
                     f"*int nk_matched_{rule.name};\n\n")
        lines.append(f"int nk_matched_{rule.name};\n")
    parts.append("@@\n@@\n*int nk_read_all;\n")
    lines.append("int nk_read_all;\n")

    with tempfile.TemporaryDirectory() as work:
        header = os.path.join(work, os.path.basename(path))
        script = os.path.join(work, "rules.cocci")
        with open(path, encoding="utf-8", errors="replace") as f:
            text = f.read()
        with open(header, "w", encoding="utf-8") as f:
            f.write(text + "\n" + "".join(lines))
        with open(script, "w", encoding="utf-8") as f:
            f.write("".join(parts))
        done = spatch("--very-quiet", "--macro-file-builtins", MACROS,
                      "--sp-file", script, header)
    if done.returncode or "\n-int nk_read_all;" not in done.stdout:
        raise RuntimeError((done.stdout + done.stderr).strip()[-300:])
    return {r.name for r in rules
            if f"\n-int nk_matched_{r.name};" in done.stdout}


def ask_header(path, rules):
    """Ask one header several questions.

    Returns for each rule's name True, False, or a text that says why it is
    not known.
    """
    with open(path, encoding="utf-8", errors="replace") as f:
        words = set(re.findall(r"\w+", f.read()))
    result = {}
    possible = []
    for rule in rules:
        result[rule.name] = False
        if any(wanted <= words for wanted, _ in rule.tokens):
            possible.append(rule)
    try:
        yes = matched(path, possible) if possible else set()
    except RuntimeError as error:
        if len(possible) == 1:
            return {**result, possible[0].name: f"spatch fails: {error}"}
        for rule in possible:
            result.update(ask_header(path, [rule]))
        return result

    parsed = Parsed(path)
    for rule in possible:
        if rule.name in yes:
            result[rule.name] = True
        elif any(parsed.hides(wanted, names) for wanted, names in rule.tokens
                 if wanted <= words):
            result[rule.name] = f"spatch cannot read all of {path}"
    return result


def ask(tree, rules):
    """Ask a tree; returns Answers."""
    headers = {}
    for rule in rules:
        for path in filter(None, map(tree.find, rule.headers)):
            headers.setdefault(path, []).append(rule)
    said = {rule.name: [] for rule in rules}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for result in pool.map(lambda item: ask_header(*item),
                               headers.items()):
            for name, answer in result.items():
                said[name].append(answer)

    answers = Answers()
    for rule in rules:
        doubts = [a for a in said[rule.name] if isinstance(a, str)]
        if True in said[rule.name]:
            answers.yes[rule.macro] = True
        elif doubts:
            answers.undecided[rule.macro] = doubts[0]
        elif said[rule.name]:
            answers.yes[rule.macro] = False
        else:
            answers.undecided[rule.macro] = "no " + " or ".join(rule.headers)
    return answers


# ---- sets of answers ----

def format_answers(yes):
    """The lines that answer, sorted."""
    return "".join(f"#define {name} 1\n" if yes[name]
                   else f"/* #undef {name} */\n" for name in sorted(yes))


def format_set(series, yes):
    """A file of compat/generated/."""
    return (f"/* {LICENSE} */\n"
            "/*\n"
            f" * What kernels of the {series} series have, of all that "
            "compat/shim/ asks about.\n"
            " * Made by scripts/gen-shim; do not edit.\n"
            " */\n" + format_answers(yes))


def read_answers(path):
    """Answers in a file that gen-shim or the build's probes wrote."""
    with open(path, encoding="utf-8") as f:
        text = f.read()
    yes = {name: True for name in
           re.findall(r"^#define (NK_HAVE_\w+)\s+1$", text, re.M)}
    yes.update((name, False) for name in
               re.findall(r"^/\* #undef (NK_HAVE_\w+) \*/$", text, re.M))
    return yes


def known_sets():
    """Sets of the checkout: series, answers."""
    def key(item):
        return [int(n) for n in re.findall(r"\d+", item[0])]
    return dict(sorted(
        ((os.path.basename(p)[:-2], read_answers(p))
         for p in glob.glob(os.path.join(SETS, "*.h"))), key=key))


def differences(a, b):
    """What two sets of answers do not agree on, sorted."""
    return sorted(n for n in a.keys() | b.keys() if a.get(n) != b.get(n))


def write_if_changed(path, text):
    """Returns whether the file had to be written."""
    try:
        with open(path, encoding="utf-8") as f:
            if f.read() == text:
                return False
    except FileNotFoundError:
        pass
    with open(path + ".new", "w", encoding="utf-8") as f:
        f.write(text)
    os.replace(path + ".new", path)
    return True
