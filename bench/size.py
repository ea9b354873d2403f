# SPDX-License-Identifier: GPL-2.0
"""How large the program is, and what is in it."""

import subprocess
import tempfile
from pathlib import Path

import common

TITLE = "Size"
GUEST = None  # any system will do

SMALL = 4096  # sections below that are told together


def sections(path):
    """{name: bytes} of what is loaded into memory."""
    done = subprocess.run(["readelf", "--section-headers", "--wide", path], stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        words = line.replace("[ ", "[").split()
        if len(words) > 7 and words[0][1:-1].isdigit() and "A" in words[7]:
            yield words[1], int(words[5], 16)


def objects(build):
    """(name, bytes) of the BPF objects that are in it."""
    for path in sorted((build / "src" / "bpf").glob("*.stripped.o")):
        yield f"`{path.name.split('.')[0]}.bpf.o`, without debugging data", path.stat().st_size


def measure(context):
    with tempfile.TemporaryDirectory() as folder:
        stripped = Path(folder) / "xdpsnoop"
        subprocess.run(["strip", "-o", stripped, context.xdpsnoop], check=True)
        size = stripped.stat().st_size
        found = sorted(sections(stripped), key=lambda row: -row[1])
    rows = [(f"`{name}`", bytes_) for name, bytes_ in found if bytes_ >= SMALL]
    rows.append(("other sections, and headers", size - sum(bytes_ for _, bytes_ in rows)))
    yield f"{size / 1e6:.2f} MB, stripped, with shared libraries (libbpf, libelf, json-c, ...). By section:"
    yield ""
    yield from common.table(("section", "bytes"), rows)
    yield ""
    yield "The BPF objects that are in `.rodata`:"
    yield ""
    yield from common.table(("object", "bytes"), objects(context.build))
