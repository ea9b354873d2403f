#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Copies a BPF object, and says in the copy that it knows no lines of its source: drop_lines.py FROM TO

clang writes them with the types, which are needed. libbpf moves each line along with each function that it copies into a
program; templates are loaded without. A third of the object, and a fifth of what userspace did at the start."""

import struct
import sys

MAGIC = b"\x9f\xeb\x01"  # struct btf_ext_header: magic, version; include/uapi/linux/btf.h
LINES = 20  # line_info_len


def sections(elf):
    """The name of each section, and where it is (ELF64, little-endian)."""
    table, = struct.unpack_from("<Q", elf, 40)
    size, count, names = struct.unpack_from("<HHH", elf, 58)
    rows = [struct.unpack_from("<IIQQQQ", elf, table + i * size) for i in range(count)]
    for row in rows:
        at = rows[names][4] + row[0]
        yield elf[at : elf.index(b"\0", at)].decode(), row[4]


def main():
    with open(sys.argv[1], "rb") as file:
        elf = bytearray(file.read())
    found = [offset for name, offset in sections(elf) if name == ".BTF.ext"]
    if len(found) != 1 or not elf.startswith(MAGIC, found[0]):
        sys.exit(f"{sys.argv[1]}: not an object with one section .BTF.ext of version 1")
    struct.pack_into("<I", elf, found[0] + LINES, 0)
    with open(sys.argv[2], "wb") as file:
        file.write(elf)


if __name__ == "__main__":
    main()
