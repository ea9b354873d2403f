# SPDX-License-Identifier: GPL-2.0
"""The little that the guest harness reads from 64-bit little-endian ELF files."""

import struct

PT_INTERP, PT_NOTE = 3, 4


def segments(data):
    """The program headers, each as (type, offset, length)."""
    table, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for header in range(table, table + size * count, size):
        kind, _, offset, _, _, length = struct.unpack_from("<IIQQQQ", data, header)
        yield kind, offset, length


def has_note(data, owner, number):
    """Whether there is a note of that owner (with its NUL) and number."""
    for kind, at, length in segments(data):
        end = at + length
        while kind == PT_NOTE and at < end:
            namesz, descsz, note = struct.unpack_from("<III", data, at)
            if note == number and data[at + 12:at + 12 + namesz] == owner:
                return True
            at += 12 + (namesz + 3 & ~3) + (descsz + 3 & ~3)
    return False
