# SPDX-License-Identifier: GPL-2.0-only
"""Header trees: where a kernel's build directory keeps its headers."""

import os
import re

# What CONFIG_ says of the architecture, and its directory below arch/
ARCHES = (("CONFIG_X86", "x86"), ("CONFIG_ARM64", "arm64"),
          ("CONFIG_RISCV", "riscv"), ("CONFIG_S390", "s390"),
          ("CONFIG_PPC", "powerpc"), ("CONFIG_LOONGARCH", "loongarch"))


class TreeError(Exception):
    """Not a tree that can be asked."""


def resolve(path):
    """The real path, also of a link that is absolute within a mounted root."""
    real = os.path.realpath(path)
    if os.path.exists(real) or not os.path.islink(path):
        return real
    target = os.readlink(path)
    top = os.path.dirname(os.path.abspath(path))
    while os.path.isabs(target):
        if os.path.exists(top + target):
            return os.path.realpath(top + target)
        if top == os.path.dirname(top):
            break
        top = os.path.dirname(top)
    return real


class Tree:
    """The headers of one kernel. They are read and never written."""

    def __init__(self, build):
        self.build = resolve(build)
        self.release = self._release()
        self.series = re.match(r"\d+\.\d+", self.release)[0]
        self.config = self._config()
        self.arch = next((arch for option, arch in ARCHES
                          if option in self.config), "x86")
        self.source = self._source()

    def _read(self, name):
        try:
            with open(os.path.join(self.build, name), encoding="utf-8",
                      errors="replace") as f:
                return f.read()
        except OSError:
            return ""

    def _release(self):
        found = re.search(r'UTS_RELEASE "(\d+\.\d+[^"]*)"',
                          self._read("include/generated/utsrelease.h"))
        if not found:
            raise TreeError(f"{self.build} is not a configured kernel build "
                            "directory: it has no "
                            "include/generated/utsrelease.h")
        return found[1]

    def _config(self):
        return set(re.findall(r"^(CONFIG_\w+)=[ym]$",
                              self._read("include/config/auto.conf"), re.M))

    def _source(self):
        """Build directories may be apart from the headers they share."""
        for name in re.findall(r"^include (\S+)/Makefile$",
                               self._read("Makefile"), re.M):
            # A root that is mounted somewhere has the two side by side
            beside = os.path.join(os.path.dirname(self.build),
                                  os.path.basename(name))
            for path in (beside, os.path.join(self.build, name)):
                if os.path.isdir(os.path.join(path, "include/linux")):
                    return os.path.realpath(path)
        source = os.path.join(self.build, "source")
        if (not os.path.isdir(os.path.join(self.build, "include/linux"))
                and os.path.isdir(source)):
            return os.path.realpath(source)
        return self.build

    def roots(self):
        """Source first: it has what people wrote."""
        return list(dict.fromkeys((self.source, self.build)))

    def find(self, name):
        """Path of a header such as include/linux/bpf.h, or None."""
        for root in self.roots():
            path = os.path.join(root, name.replace("$SRCARCH", self.arch))
            if os.path.isfile(path):
                return path
        return None
