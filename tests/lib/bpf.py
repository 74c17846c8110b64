# SPDX-License-Identifier: GPL-2.0-only
"""BPF objects in Python, by the guest's own libbpf.

    progs = bpf.Object("redirect.bpf.o")
    link = progs.link("to_device", ifindex, bpf.PRIMARY)    # os.close(): detach
    progs.tc(namespace, "to_peer", "up0", "ingress")
    progs.maps("config")[0] = struct.pack("II", 1, 2)
"""

import ctypes
import os

PRIMARY, PEER = 54, 55          # BPF_NETKIT_*
SCHED_CLS = 3
FS = "/sys/fs/bpf"

# struct bpf_map_info up to max_entries
MAP_INFO = ctypes.c_uint32 * 5


def library():
    for name in ("libbpf.so.1", "libbpf.so.0"):
        try:
            lib = ctypes.CDLL(name, use_errno=True)
        except OSError:
            continue
        for call in ("bpf_object__open", "bpf_object__find_program_by_name",
                     "bpf_object__next_program", "bpf_program__next"):
            if hasattr(lib, call):
                getattr(lib, call).restype = ctypes.c_void_p
        return lib
    raise RuntimeError("the guest has no libbpf")


lib = library()


def good(result, what):
    if result is None or result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


class Map:
    """An array map, read and written by number."""

    def __init__(self, fd):
        self.fd = fd
        info = MAP_INFO()
        size = ctypes.c_uint32(ctypes.sizeof(info))
        good(lib.bpf_obj_get_info_by_fd(fd, info, ctypes.byref(size)),
             "read about a map")
        self.size = info[3]

    def __getitem__(self, key):
        value = ctypes.create_string_buffer(self.size)
        good(lib.bpf_map_lookup_elem(self.fd, ctypes.byref(
            ctypes.c_uint32(key)), value), "read a map")
        return value.raw

    def __setitem__(self, key, value):
        value = bytes(value).ljust(self.size, b"\0")
        good(lib.bpf_map_update_elem(self.fd, ctypes.byref(
            ctypes.c_uint32(key)), value, ctypes.c_uint64(0)), "write a map")


class Object:
    """
    A loaded object file. Its programs are made SCHED_CLS ones, whatever their
    sections say, unless another type is given (None: as the sections say).
    """

    def __init__(self, path, without=(), kind=SCHED_CLS):
        self.obj = ctypes.c_void_p(good(
            lib.bpf_object__open(path.encode()), f"open {path}"))
        for prog in self.programs():
            if kind is not None:
                lib.bpf_program__set_type(prog, kind)
        for name in without:
            lib.bpf_program__set_autoload(self.program(name), False)
        good(lib.bpf_object__load(self.obj), f"load {path}")

    def programs(self):
        prog = None
        while True:
            try:
                prog = lib.bpf_object__next_program(self.obj, prog)
            except AttributeError:      # libbpf 0.x
                prog = lib.bpf_program__next(prog, self.obj)
            if not prog:
                return
            prog = ctypes.c_void_p(prog)
            yield prog

    def program(self, name):
        return ctypes.c_void_p(good(lib.bpf_object__find_program_by_name(
            self.obj, name.encode()), f"program {name}"))

    def fd(self, name):
        return good(lib.bpf_program__fd(self.program(name)), name)

    def map(self, name):
        return Map(good(lib.bpf_object__find_map_fd_by_name(
            self.obj, name.encode()), f"map {name}"))

    def link(self, where, name, ifindex, side):
        """To a netkit device of a namespace; the descriptor of a link."""
        with where:
            return good(lib.bpf_link_create(self.fd(name), ifindex, side,
                                            None), f"attach {name}")

    def tc(self, where, name, dev, hook):
        """As the only filter of a clsact hook, by tc."""
        pin = f"{FS}/netkit-test-{os.getpid()}"
        good(lib.bpf_obj_pin(self.fd(name), pin.encode()), "pin")
        try:
            where.tc(f"qdisc replace dev {dev} clsact",
                     f"filter replace dev {dev} {hook} prio 1 handle 1 "
                     f"bpf da pinned {pin}")
        finally:
            os.unlink(pin)

    def raw_tracepoint(self, name, tracepoint):
        return good(lib.bpf_raw_tracepoint_open(tracepoint.encode(),
                                                self.fd(name)), tracepoint)
