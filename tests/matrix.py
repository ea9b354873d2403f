# SPDX-License-Identifier: GPL-2.0
"""The matrix of kernels and kinds of probes (file `matrix`), and the README's table of it."""

from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_suffix("")


class Row(NamedTuple):
    kernel: str
    known_as: str
    backends: list


def read():
    lines = [line for line in FILE.read_text().splitlines() if line.strip() and not line.startswith("#")]
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [Row(kernel, known_as, backends.split()) for kernel, known_as, backends in cells]


def table(rows):
    """Lines of Markdown: a row for each kernel, a column for each kind of probe."""
    names = list(dict.fromkeys(name for row in rows for name in row.backends))
    # in the order of the longest list: what only few kernels have lies between what all have
    names.sort(key=max((row.backends for row in rows), key=len).index)
    yield f"| kernel | {' | '.join(names)} |"
    yield "|---" * (len(names) + 1) + "|"
    for row in rows:
        cells = ["yes" if name in row.backends else "the kernel has none" for name in names]
        yield f"| {row.kernel} ({row.known_as}) | {' | '.join(cells)} |"
