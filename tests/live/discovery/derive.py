#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0
"""Which functions of a kernel package install XDP, found without xdpsnoop and without running that kernel.

Prints rows of the table `functions`: KERNEL MODULE FUNCTION SOURCE. SOURCE is `slot` for a function to which the slot
ndo_bpf of an object of the size of struct net_device_ops is relocated in a module's file, and `type` for a function of
vmlinux that has the type of one by BTF, as bpftool prints it.

  tests/live/discovery/derive.py 5.10 6.1 6.12 7.x >tests/live/discovery/functions     # make the table anew
"""

import bisect
import concurrent.futures
import re
import struct
import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(REPO / "tests" / "vm"))

import initramfs  # noqa: E402
import lib  # noqa: E402
import unpack  # noqa: E402

STT_OBJECT, STT_FUNC = 1, 2
SHT_SYMTAB, SHT_RELA = 2, 4
REGISTERS = {"register_netdev", "register_netdevice", "rtnl_link_register"}
HEADER = """\
# SPDX-License-Identifier: GPL-2.0
#
# Every function that installs XDP, by kernel and module: made by ./derive.py, compared by ./run.
#
# kernel module function source
"""


class Btf:
    """The types of vmlinux that are asked for, from bpftool's plain output."""

    LINE = re.compile(r"\[(\d+)\] (\w+) '([^']*)'(.*)")

    def __init__(self, vmlinux):
        self.types, self.members = {}, {}
        text = subprocess.run([lib.need("bpftool"), "btf", "dump", "file", str(vmlinux)], check=True,
                              stdout=subprocess.PIPE, text=True).stdout
        for line in text.splitlines():
            if line.startswith("["):
                match = self.LINE.match(line)
                current = int(match[1])
                self.types[current] = (match[2], match[3], dict(re.findall(r"(\w+)=([\w-]+)", match[4])))
                self.members[current] = []
            else:
                self.members[current].append(line)

    def ops(self):
        """The size of struct net_device_ops, and the offset of ndo_bpf in it, in bytes."""
        for number, (kind, name, rest) in self.types.items():
            if (kind, name) == ("STRUCT", "net_device_ops"):
                for member in self.members[number]:
                    match = re.match(r"\s*'ndo_bpf' .*bits_offset=(\d+)", member)
                    if match:
                        return int(rest["size"]), int(match[1]) // 8
        raise SystemExit("derive: no struct net_device_ops with ndo_bpf in the BTF of vmlinux")

    def points_to(self, number, name):
        kind, _, rest = self.types.get(number, ("", "", {}))
        return kind == "PTR" and self.types.get(int(rest["type_id"]), ())[:2] == ("STRUCT", name)

    def functions(self):
        """Names of functions int (struct net_device *, struct netdev_bpf *)."""
        for kind, name, rest in self.types.values():
            proto = int(rest.get("type_id", 0))
            if kind != "FUNC" or not self.types[proto][2].get("vlen") == "2":
                continue
            result = self.types.get(int(self.types[proto][2]["ret_type_id"]), ("", ""))
            args = [int(re.search(r"type_id=(\d+)", member)[1]) for member in self.members[proto]]
            if (result[:2] == ("INT", "int") and self.points_to(args[0], "net_device")
                    and self.points_to(args[1], "netdev_bpf")):
                yield name


class Module:
    """The symbols and relocations of a module's file."""

    def __init__(self, data):
        self.data = data
        table, = struct.unpack_from("<Q", data, 40)
        size, count = struct.unpack_from("<HH", data, 58)
        # type, offset, length, link, info
        self.sections = [(row[1], row[4], row[5], row[6], row[7])
                         for row in (struct.unpack_from("<IIQQQQIIQQ", data, table + size * n) for n in range(count))]
        self.symbols, self.strings = [], b""
        for kind, offset, length, link, _ in self.sections:
            if kind == SHT_SYMTAB:
                self.symbols = list(struct.iter_unpack("<IBBHQQ", data[offset:offset + length]))
                _, where, size, _, _ = self.sections[link]
                self.strings = data[where:where + size]

    def name(self, symbol):
        return self.strings[symbol[0]:self.strings.index(b"\0", symbol[0])].decode()

    def function_at(self, section, value):
        """The function that begins at a place; an alias is not better than another."""
        for symbol in self.symbols:
            if symbol[1] & 15 == STT_FUNC and symbol[3] == section and symbol[4] == value:
                return self.name(symbol)
        return None

    def slots(self, size, offset):
        """Functions that the slot at `offset` of objects of `size` bytes is relocated to."""
        wanted = sorted((symbol[3], symbol[4] + offset) for symbol in self.symbols
                        if symbol[1] & 15 == STT_OBJECT and symbol[5] == size)
        for kind, at, length, _, target in self.sections:
            if kind != SHT_RELA or not any(section == target for section, _ in wanted):
                continue
            for place, info, addend in struct.iter_unpack("<QQq", self.data[at:at + length]):
                index = bisect.bisect_left(wanted, (target, place))
                if index == len(wanted) or wanted[index] != (target, place):
                    continue
                symbol = self.symbols[info >> 32]
                if not symbol[3]:
                    raise SystemExit(f"derive: a slot of another module's function, {self.name(symbol)}: look at it")
                yield self.function_at(symbol[3], symbol[4] + addend)


    def registers_devices(self):
        """Tables of functions of other kinds happen to have the same size: in modules that register no device."""
        return not REGISTERS.isdisjoint(self.name(symbol) for symbol in self.symbols if not symbol[3])


def module_rows(path, size, offset):
    """Pairs of a module, as the kernel calls it, and a function."""
    module = Module(initramfs.plain(path))
    if not module.registers_devices():
        return set()
    name = path.name[:path.name.index(".ko")].replace("-", "_")
    return {(name, function) for function in module.slots(size, offset) if function}


def rows(kernel):
    """Sorted rows of one kernel, without its name."""
    unpack.fetch(kernel)
    btf = Btf(kernel.image)
    size, offset = btf.ops()
    found = {("vmlinux", name, "type") for name in btf.functions()}
    paths = sorted((kernel.tree / "lib" / "modules" / kernel.release / "kernel").glob("**/*.ko*"))
    with concurrent.futures.ProcessPoolExecutor() as pool:
        for pairs in pool.map(module_rows, paths, [size] * len(paths), [offset] * len(paths), chunksize=16):
            found |= {(*pair, "slot") for pair in pairs}
    return sorted(found)


def main():
    names = sys.argv[1:]
    if not names or names[0].startswith("-"):
        print(__doc__)
        return 2 if not names else 0
    print(HEADER, end="")
    for name in names:
        kernel = lib.kernel(name)
        for row in rows(kernel):
            print(name, *row)
    return 0


if __name__ == "__main__":
    sys.exit(main())
