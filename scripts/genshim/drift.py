# SPDX-License-Identifier: GPL-2.0-only
"""What changed between two kernels of all that src/ and compat/ use.

The sources are read by clang, with the headers of each kernel, as the compiler
reads them there. What they refer to (functions, macros, types, members,
constants) is looked up in the headers of both. A difference is covered if a
question of patches/ which the older kernel answers by no and the newer one by
yes speaks of it:

- the rule looks for the name, or names it in a line "// Covers: <name>...";
- compat/ defines a stand-in of that name where the answer is no (or yes);
- the name is used nowhere but where the answer decides.

It is reviewed if the file "reviewed" beside this one says why nothing has to
be done about it. Everything else is work.

Seen are declarations, not what functions do.
"""

import collections
import ctypes
import glob
import os
import re
import subprocess
import sys
import tempfile

from . import questions
from .tree import TreeError

REVIEWED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reviewed")

# Where Debian has the bindings, for a Python that is not Debian's
BINDINGS = "/usr/lib/python3/dist-packages"

TARGETS = {"x86": ["--target=x86_64-linux-gnu", "-mcmodel=kernel",
                   "-DCC_USING_FENTRY"],
           "arm64": ["--target=aarch64-linux-gnu"],
           "riscv": ["--target=riscv64-linux-gnu"],
           "s390": ["--target=s390x-linux-gnu"],
           "powerpc": ["--target=powerpc64le-linux-gnu"],
           "loongarch": ["--target=loongarch64-linux-gnu"]}

# What the kernel's configuration, made for gcc, takes for granted
AS_GCC = ["-D__typeof_unqual__=typeof", "-D__seg_gs=", "-D__seg_fs="]

# What must not pass in our own code, whatever the compiler's version says
ERRORS = ["implicit-function-declaration", "int-conversion",
          "incompatible-pointer-types", "incompatible-function-pointer-types",
          "incompatible-pointer-types-discards-qualifiers",
          # Errors but for -fms-extensions, which newer kernels want
          "microsoft-redeclare-static"]

GONE = "gone"
ALIAS = "alias of "
COMMENT_OR_TEXT = re.compile(
    r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)


def libclang():
    """The bindings of libclang."""
    try:
        import clang.cindex as cindex
    except ImportError:
        sys.path.append(BINDINGS)
        try:
            import clang.cindex as cindex
        except ImportError as error:
            raise TreeError("the Python bindings of libclang are not "
                            "installed; install python3-clang") from error
        finally:
            sys.path.remove(BINDINGS)
    return cindex


# ---- our own sources ----

class Own:
    """The sources of the module, as text: which word is where.

    A place is a file and a line of it.
    """

    def __init__(self, top=questions.TOP):
        self.top = os.path.realpath(top)
        self.files = sorted(
            p for pattern in ("src/**/*.[ch]", "compat/*.[ch]",
                              "compat/shim/*.h")
            for p in glob.glob(os.path.join(self.top, pattern),
                               recursive=True))
        self.uses = collections.defaultdict(list)       # word: [place]
        self.lines = {}                                 # place: text
        self.raw = {}                                   # file: [line]
        self.bodies = collections.defaultdict(set)      # macro: {word}
        self.deciding = {}                              # place: {NK_HAVE_}
        self.headers = {}                               # <header>: [place]
        self.symbols = set()
        self.macros = set()
        for path in self.files:
            self._read(path)
        for words in self.bodies.values():
            for _ in range(3):  # as deep as macros of ours use each other
                words.update(*(self.bodies[w] for w in words
                               if w in self.bodies))

    def name(self, path):
        return os.path.relpath(path, self.top)

    def _read(self, path):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        self.raw[path] = text.splitlines()
        self.symbols.update(re.findall(r"^NK_SYMBOL\((\w+)\);", text, re.M))
        for number, line in enumerate(text.splitlines(), 1):
            found = re.match(r"#include <(.*)>", line)
            if found:
                self.headers.setdefault(found[1], []).append((path, number))
        text = COMMENT_OR_TEXT.sub(
            lambda m: " " + "\n" * m[0].count("\n"), text)
        for name, body in re.findall(
                r"^[ \t]*#[ \t]*define[ \t]+(\w+)((?:.*\\\n)*.*)$", text,
                re.M):
            self.bodies[name].update(re.findall(r"[A-Za-z_]\w*", body))
        groups = []
        for number, line in enumerate(text.splitlines(), 1):
            place = (path, number)
            words = re.findall(r"[A-Za-z_]\w*", line)
            self.lines[place] = line
            found = re.match(r"\s*#\s*(if|ifdef|ifndef|elif|else|endif)\b",
                             line)
            asked = {w for w in words if w.startswith("NK_HAVE_")}
            self.macros |= asked
            if found:
                if found[1].startswith("if"):
                    groups.append(set())
                if groups:
                    groups[-1] |= asked
                if found[1] == "endif" and groups:
                    groups.pop()
            self.deciding[place] = list(groups)
            for word in words:
                self.uses[word].append(place)

    def decided_by(self, place):
        """NK_HAVE_ macros that decide whether this line is compiled."""
        return set().union(*self.deciding.get(place, []))

    def writes(self, word, where, in_macro=True):
        """Is there this word, or a macro of ours that has it?"""
        if where is None:
            return False
        path, line, column = where
        found = re.match(r"\w+", self.raw[path][line - 1][column - 1:])
        return found is not None and (
            found[0] == word or
            in_macro and word in self.bodies.get(found[0], ()))

    def defines(self, word, place):
        """Is this line the head of our own definition of a word?"""
        line = self.lines[place]
        return bool(re.match(
            r"\s*#\s*define\s+" + word + r"\b"              # a macro
            r"|(?:struct|union|enum)\s+" + word + r"\s*\{"    # a type
            r"|(?!\s|#|return\b)(?:[\w*]+[\s*]+)*" + word
            + r"\([^;]*$", line))                             # a function

    def has(self, word):
        """Do we define it ourselves whatever the kernel has?"""
        return word in self.bodies and not any(
            self.decided_by(p) for p in self.uses[word])

    def shim(self, rule):
        """The header of a rule's stand-in, or what else asks for it."""
        shims = sorted({self.name(p) for p, _ in
                        self.uses.get(rule.macro, ())})
        return next((n for n in shims if "/shim/" in n),
                    shims[0] if shims else rule.name)

    def objects(self):
        """The .c files."""
        return [p for p in self.files if p.endswith(".c")]


# ---- what clang makes of a tree ----

def text_of(kind):
    """A type, the same for the same type in another tree."""
    text = kind.get_canonical().spelling
    return re.sub(r"\((unnamed|anonymous)( \w+)? at [^)]*\)", r"(unnamed\2)",
                  text)


class Clang:
    """The headers of a tree, and our sources with them."""

    def __init__(self, tree, own, work):
        self.tree = tree
        self.own = own
        self.work = work
        self.cindex = libclang()
        self.kinds = self.cindex.CursorKind
        # Of what is in the headers, our sources get to see it silently
        self.index = self.cindex.Index.create(excludeDecls=True)
        self.args = self._args()
        self.exported = self._exported()
        self.headers = self._headers()

    def _args(self):
        tree = self.tree
        try:
            builtin = subprocess.run(["clang", "-print-resource-dir"],
                                     stdout=subprocess.PIPE, text=True,
                                     check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError) as error:
            raise TreeError("clang is not installed") from error
        args = ["-std=gnu11", "-nostdinc", "-isystem", builtin + "/include",
                "-fms-extensions", "-fshort-wchar", "-fno-builtin",
                "-ferror-limit=0", *TARGETS[tree.arch], *AS_GCC]
        for part in ("arch/$SRCARCH/include", "arch/$SRCARCH/include/generated",
                     "include", "arch/$SRCARCH/include/uapi",
                     "arch/$SRCARCH/include/generated/uapi", "include/uapi",
                     "include/generated/uapi"):
            for root in tree.roots():
                args += ["-I", os.path.join(
                    root, part.replace("$SRCARCH", tree.arch))]
        for name in ("compiler-version.h", "kconfig.h", "compiler_types.h"):
            path = tree.find("include/linux/" + name)
            if path:
                args += ["-include", path]
        args += ["-D__KERNEL__", "-DMODULE", '-DNK_VERSION="0"']
        args += [f'-DKBUILD_{name}="netkit_backport"' for name in
                 ("MODNAME", "BASENAME", "MODFILE")]
        args += ["-Wno-everything", *("-Werror=" + name for name in ERRORS)]
        return args

    def _exported(self):
        """Symbols for modules, and their namespace; None if not known."""
        path = os.path.join(self.tree.build, "Module.symvers")
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as f:
            fields = [line.rstrip("\n").split("\t") for line in f]
        return {f[1]: f[4] if len(f) > 4 else "" for f in fields}

    def _headers(self):
        """Read all that our sources include, once."""
        path = os.path.join(self.work, "headers.h")
        with open(path, "w", encoding="utf-8") as f:
            for name in self.own.headers:
                f.write(f"#if __has_include(<{name}>)\n#include <{name}>\n"
                        "#endif\n")
        unit = self.index.parse(
            path, args=["-xc-header", *self.args],
            options=self.cindex.TranslationUnit.
            PARSE_DETAILED_PROCESSING_RECORD)
        bad = [d for d in unit.diagnostics if d.severity >= d.Error]
        if bad:
            raise TreeError(
                f"{self.tree.release}: clang cannot read the headers: "
                f"{bad[0].location.file}:{bad[0].location.line}: "
                f"{bad[0].spelling} (is it too old for that kernel?)")
        self.compiled = os.path.join(self.work, "headers.pch")
        unit.save(self.compiled)
        return unit

    def has_header(self, name):
        return any(os.path.isfile(os.path.join(self.args[i + 1], name))
                   for i, a in enumerate(self.args) if a == "-I")

    # -- what our sources refer to --

    def read_own(self, answers):
        """Read our sources with these answers.

        Returns keys of what they refer to, and errors: (place, text).
        """
        forced = os.path.join(self.work, "answers.h")
        with open(forced, "w", encoding="utf-8") as f:
            f.write(questions.format_answers(answers))
        keys = set()
        errors = []
        for path in self.own.objects():
            unit = self.index.parse(
                path, args=["-xc", *self.args, "-include-pch", self.compiled,
                            "-include", forced],
                options=self.cindex.TranslationUnit.
                PARSE_DETAILED_PROCESSING_RECORD)
            for d in unit.diagnostics:
                if d.severity >= d.Error:
                    errors.append(((str(d.location.file), d.location.line),
                                   d.spelling))
            tops = [c for c in unit.cursor.get_children() if self._ours(c)]
            # What a macro of the kernel's is made of is not what we wrote
            foreign = {self._place(c) for c in tops
                       if c.kind == self.kinds.MACRO_INSTANTIATION and
                       not (c.referenced and self._ours(c.referenced))}
            for cursor in tops:
                self._refers(cursor, keys, foreign)
        keys |= {name for name in self.own.symbols}
        return keys, errors

    def _ours(self, cursor):
        file = cursor.location.file
        return (file is not None and
                os.path.realpath(file.name).startswith(self.own.top + os.sep))

    def _place(self, cursor):
        """Where it is written; of what a macro makes, where that is used.

        None for a name that a macro put together.
        """
        if cursor.location.file is None:
            return None
        file = ctypes.c_void_p()
        line = ctypes.c_uint()
        column = ctypes.c_uint()
        lib = self.cindex.conf.lib
        lib.clang_getFileLocation(cursor.location, ctypes.byref(file),
                                  ctypes.byref(line), ctypes.byref(column),
                                  None)
        return (os.path.realpath(cursor.location.file.name), line.value,
                column.value)

    def _refers(self, top, keys, foreign):
        kinds = self.kinds
        if top.kind == kinds.MACRO_INSTANTIATION:
            if self.own.writes(top.spelling, self._place(top)):
                keys.add(top.spelling)
            return
        for cursor in top.walk_preorder():
            if cursor.kind not in (kinds.DECL_REF_EXPR, kinds.MEMBER_REF_EXPR,
                                   kinds.MEMBER_REF, kinds.TYPE_REF):
                continue
            to = cursor.referenced
            if to is None or self._ours(to):
                continue
            place = self._place(cursor)
            if not self.own.writes(to.spelling, place, place not in foreign):
                continue
            if to.kind == kinds.FIELD_DECL:
                record = self._record(to)
                if record:
                    keys.add(f"{record}.{to.spelling}")
            elif to.kind in (kinds.STRUCT_DECL, kinds.UNION_DECL,
                             kinds.ENUM_DECL):
                keys.add(to.type.spelling)
            elif to.kind != kinds.PARM_DECL:
                keys.add(to.spelling)

    def _record(self, field):
        """The struct that a member is of, by a name that can be looked up."""
        parent = field.semantic_parent
        while parent is not None and self._nameless(parent):
            parent = parent.semantic_parent
        if parent is None or parent.kind == self.kinds.TRANSLATION_UNIT:
            return None
        return parent.type.spelling

    @staticmethod
    def _nameless(cursor):
        return " at " in cursor.type.spelling

    # -- what the headers say of them --

    def look_up(self, keys):
        """What the headers declare for each key that they know: a text."""
        members = collections.defaultdict(set)
        for key in keys:
            record, dot, member = key.rpartition(".")
            if dot and not key.startswith("<"):
                members[record].add(member)
        kinds = self.kinds
        tags = (kinds.STRUCT_DECL, kinds.UNION_DECL, kinds.ENUM_DECL)
        said = {}
        macros = {}
        for cursor in self.headers.cursor.get_children():
            kind = cursor.kind
            if kind == kinds.MACRO_DEFINITION:
                if cursor.spelling in keys:
                    macros[cursor.spelling] = cursor
            elif kind in (kinds.FUNCTION_DECL, kinds.VAR_DECL):
                if cursor.spelling in keys:
                    said[cursor.spelling] = self._object(cursor)
            elif kind == kinds.TYPEDEF_DECL:
                name = cursor.spelling
                if name in keys:
                    said[name] = "type " + text_of(
                        cursor.underlying_typedef_type)
                if name in members:
                    said.update(self._members(
                        name, cursor.underlying_typedef_type.get_canonical()
                        .get_declaration(), members[name]))
            elif kind in tags:
                name = cursor.type.spelling
                if name in keys:
                    said[name] = "type"
                if name in members and cursor.is_definition():
                    said.update(self._members(name, cursor, members[name]))
                if kind == kinds.ENUM_DECL:
                    for constant in cursor.get_children():
                        if constant.spelling in keys:
                            said[constant.spelling] = "constant"
        texts = {name: self._macro(cursor) for name, cursor in macros.items()}
        others = {t[len(ALIAS):] for t in texts.values()
                  if t.startswith(ALIAS)} - keys
        known = self.look_up(others) if others else {}
        for name, text in texts.items():
            if text.startswith(ALIAS):
                to = text[len(ALIAS):]
                text = known.get(to, said.get(to, "constant"))
            if name in self.own.symbols and name in said:
                continue
            if text == "constant" and name in said:
                # Many a function is defined to its own name
                continue
            said[name] = text
        return said

    def _object(self, cursor):
        text = text_of(cursor.type)
        static = cursor.storage_class == self.cindex.StorageClass.STATIC
        if cursor.spelling in self.own.symbols:
            return text + (" [static]" if static else "")
        if not static and self.exported is not None:
            space = self.exported.get(cursor.spelling)
            if space is None:
                text += " [not exported]"
            elif space:
                text += f" [exported to {space}]"
        return text

    def _members(self, record, cursor, wanted):
        """Members of a record, those of nameless ones inside it as well."""
        said = {}
        for child in cursor.get_children():
            if child.kind == self.kinds.FIELD_DECL:
                if child.spelling in wanted:
                    text = text_of(child.type)
                    if child.is_bitfield():
                        text += " [bits]"
                    said.setdefault(f"{record}.{child.spelling}", text)
            elif child.kind in (self.kinds.STRUCT_DECL, self.kinds.UNION_DECL):
                if self._nameless(child):
                    for key, text in self._members(record, child,
                                                   wanted).items():
                        said.setdefault(key, text)
        return said

    def _macro(self, cursor):
        """How a macro is used: 'constant', or by how many arguments."""
        words = [t.spelling for t in cursor.get_tokens()]
        if not self.cindex.conf.lib.clang_Cursor_isMacroFunctionLike(cursor):
            if (len(words) == 2 and words[0] != words[1] and
                    re.match(r"[A-Za-z_]", words[1])):
                return ALIAS + words[1]
            return "constant"
        if words[1:2] != ["("]:
            return "constant"
        inside = words[2:words.index(")")]
        count = sum(w not in (",", "...") for w in inside)
        return f"macro of {count}{' or more' if '...' in inside else ''}"


def accepted(text, count):
    """Does a macro take as many arguments?"""
    found = re.fullmatch(r"macro of (\d+)( or more)?", text)
    return count == int(found[1]) or bool(found[2]) and count >= int(found[1])


def parameters(text):
    """How many arguments a function of this type takes; None if it is none."""
    found = re.fullmatch(r".*?\((.*)\)( \[.*\])?", text)
    if not found or text.startswith(("type ", "macro of")) or "(*" in text:
        return None
    if found[1] in ("", "void"):
        return 0
    depth = 0
    count = 1
    for c in found[1]:
        depth += (c == "(") - (c == ")")
        count += c == "," and depth == 0
    return count


def same_for_caller(old, new):
    """Is there no difference for code that compiles with both?

    Whether a const is in its place, the compiler says.
    """
    if old is None or new is None:
        return old == new
    if old == new:
        return True
    if old.startswith("macro of") and new.startswith("macro of"):
        return any(accepted(a, int(re.findall(r"\d+", b)[0]))
                   for a, b in ((old, new), (new, old)) if "more" in a)
    for a, b in ((old, new), (new, old)):
        if a.startswith("macro of"):
            count = parameters(b)
            return count is not None and accepted(a, count)
    if parameters(old) is not None and parameters(new) is not None:
        return old.replace("const ", "") == new.replace("const ", "")
    return False


class Facts:
    """What was found out of a tree."""

    def __init__(self, release):
        self.release = release
        self.keys = set()       # what our sources refer to there
        self.said = {}          # key: declaration
        self.errors = []        # (place, what the compiler says)


def collect(trees, answers, own):
    """Facts of an older and a newer tree, with the answers of each."""
    facts = []
    with tempfile.TemporaryDirectory() as work:
        readers = []
        for tree, yes, other in zip(trees, answers, (False, True)):
            directory = os.path.join(work, str(len(readers)))
            os.mkdir(directory)
            reader = Clang(tree, own, directory)
            fact = Facts(tree.release)
            # What nobody asks is what a new kernel has and an old one lacks
            asked = {m: yes.get(m, other) for m in own.macros | yes.keys()}
            fact.keys, fact.errors = reader.read_own(asked)
            readers.append(reader)
            facts.append(fact)
        keys = facts[0].keys | facts[1].keys
        for reader, fact in zip(readers, facts):
            fact.said = reader.look_up(keys)
            fact.said.update((f"<{name}>", "header") for name in own.headers
                             if reader.has_header(name))
    return facts


# ---- differences, and who covers them ----

Change = collections.namedtuple("Change", "what kind old new covered why")


def read_reviewed(path=REVIEWED):
    """Reviewed changes: {(what, declaration in the newer kernel): reason}."""
    reviewed = {}
    if not os.path.exists(path):
        return reviewed
    with open(path, encoding="utf-8") as f:
        for line in f:
            if line.startswith("#") or not line.strip():
                continue
            found = re.fullmatch(r"(.+?) = (.+?) -- (.+)\n?", line)
            if not found:
                raise TreeError(f"{path}: not '<what> = <declaration> -- "
                                f"<reason>': {line.strip()}")
            reviewed[found[1], found[2]] = found[3]
    return reviewed


def word_of(key):
    """The word by which our sources use it."""
    return re.findall(r"\w+", key)[-1]


def covering(key, own, rules):
    """Which of these rules speak of a name, and by what file."""
    if key.startswith("<"):
        places = own.headers[key[1:-1]]
        word = None
    else:
        word = word_of(key)
        places = own.uses.get(word, [])
    for rule in rules:
        if word and (word in rule.names() or key in rule.covers):
            yield rule
        elif places and all(rule.macro in own.decided_by(p) for p in places):
            yield rule
        elif word and any(rule.macro in own.decided_by(p) and
                          own.defines(word, p) for p in places):
            yield rule


def place_text(own, place):
    path, line = place
    return f"{own.name(path)}:{line}"


def changes(facts, answers, rules, own, reviewed):
    """All changes, sorted: Change each. It is work if covered is false."""
    old, new = facts
    turned = [r for r in rules if not answers[0].get(r.macro) and
              answers[1].get(r.macro)]
    result = []

    def add(key, kind, before, after):
        shims = list(covering(key, own, turned))
        record = key.rpartition(".")[0]
        if not shims and record in new.said and record not in old.said:
            shims = list(covering(record, own, turned))
        why = reviewed.get((key, after or GONE))
        if shims:
            text = "covered by " + ", ".join(own.shim(r) for r in shims)
        elif why:
            text = "reviewed: " + why
        else:
            text = "NOT COVERED"
        result.append(Change(key, kind, before, after,
                             bool(shims or why), text))

    headers = {f"<{name}>" for name in own.headers}
    for key in sorted(old.keys | new.keys | headers):
        if key.startswith("CONFIG_") or own.has(key):
            continue
        before, after = old.said.get(key), new.said.get(key)
        if same_for_caller(before, after):
            continue
        kind = ("new" if before is None else
                "gone" if after is None else "changed")
        add(key, kind, before, after)

    for fact in facts:
        for place, text in fact.errors:
            result.append(Change(
                place_text(own, place), f"does not compile on {fact.release}",
                None, text, False, "NOT COVERED"))
    for rule in rules:
        if answers[0].get(rule.macro) and not answers[1].get(rule.macro):
            result.append(Change(
                rule.name, "was answered by yes, now by no", None, None,
                False, "NOT COVERED"))
    return result


def line_of(change):
    """A change in one line."""
    text = f"{change.what}: {change.kind}"
    if change.kind == "changed":
        text += f", from '{change.old}' to '{change.new}'"
    elif change.new or change.old:
        text += f", '{change.new or change.old}'"
    return f"{text}: {change.why}"


def drift(trees, rules, say):
    """Compare two trees; prints a line each. Returns whether there is work."""
    def version(tree):
        return [int(n) for n in re.findall(r"\d+", tree.release)[:3]]
    if version(trees[0]) > version(trees[1]):
        raise TreeError(f"{trees[0].release} is newer than "
                        f"{trees[1].release}; the older kernel goes first")
    own = Own()
    answers = []
    undecided = 0
    for tree in trees:
        asked = questions.ask(tree, rules)
        for name, why in sorted(asked.undecided.items()):
            print(f"{name}: undecided for {tree.release}, {why}: NOT COVERED")
            undecided += 1
        answers.append(asked.yes)
    found = changes(collect(trees, answers, own), answers, rules, own,
                    read_reviewed())
    for change in found:
        print(line_of(change))
    work = undecided + sum(not c.covered for c in found)
    say(f"from {trees[0].release} to {trees[1].release}: "
        f"{len(found) + undecided} changes, {work} not covered")
    return work > 0
