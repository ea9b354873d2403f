#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Copies a BPF object, and leaves in the copy one line of its source for each function, its first: drop_lines.py FROM TO

clang writes all of them with the types, which are needed. libbpf moves each line along with each function that it copies into
a program; templates are loaded without. They are a third of the object, and a fifth of what userspace did at the start. Of
those that have none at all, libbpf complains, for each program."""

import struct
import sys

MAGIC = b"\x9f\xeb\x01"  # struct btf_ext_header: magic, version; include/uapi/linux/btf.h
HEADER = struct.Struct("<4sIIIII")  # and flags; hdr_len, func_info_off, func_info_len, line_info_off, line_info_len
LINES = 20  # where line_info_len is


def sections(elf):
    """The name of each section, and where it is (ELF64, little-endian)."""
    table, = struct.unpack_from("<Q", elf, 40)
    size, count, names = struct.unpack_from("<HHH", elf, 58)
    rows = [struct.unpack_from("<IIQQQQ", elf, table + i * size) for i in range(count)]
    for row in rows:
        at = rows[names][4] + row[0]
        yield elf[at : elf.index(b"\0", at)].decode(), row[4]


def infos(data):
    """(size of a record, {name of the section: its records}) of a table; a record begins with the place of its instruction."""
    size, = struct.unpack_from("<I", data)
    at, found = 4, {}
    while at < len(data):
        name, count = struct.unpack_from("<II", data, at)
        at += 8
        found[name] = [data[at + i * size : at + (i + 1) * size] for i in range(count)]
        at += count * size
    return size, found


def place(record):
    return struct.unpack_from("<I", record)[0]


def first_lines(functions, lines):
    """The table of lines without those inside of functions."""
    size, lines = infos(lines)
    _, functions = infos(functions)
    kept = struct.pack("<I", size)
    for name, records in lines.items():
        starts = {place(record) for record in functions[name]}
        records = [record for record in records if place(record) in starts]
        if {place(record) for record in records} != starts:
            raise ValueError("a function without a line")
        kept += struct.pack("<II", name, len(records)) + b"".join(records)
    return kept


def main():
    with open(sys.argv[1], "rb") as file:
        elf = bytearray(file.read())
    found = [offset for name, offset in sections(elf) if name == ".BTF.ext"]
    if len(found) != 1 or not elf.startswith(MAGIC, found[0]):
        sys.exit(f"{sys.argv[1]}: not an object with one section .BTF.ext of version 1")
    _, length, func_at, func_length, line_at, line_length = HEADER.unpack_from(elf, found[0])
    start = found[0] + length
    lines = first_lines(bytes(elf[start + func_at : start + func_at + func_length]),
                        bytes(elf[start + line_at : start + line_at + line_length]))
    elf[start + line_at : start + line_at + len(lines)] = lines
    struct.pack_into("<I", elf, found[0] + LINES, len(lines))
    with open(sys.argv[2], "wb") as file:
        file.write(elf)


if __name__ == "__main__":
    main()
