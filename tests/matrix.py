# SPDX-License-Identifier: GPL-2.0
"""The matrix of kernels and kinds of probes (file `matrix`), and the README's table of it."""

from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_suffix("")
# Kinds of probes that do not tell all that there is: live cases only ask for what they can know, and the model, which
# needs all of it, has no use for them.
TELLS_LESS = ("tracepoint",)


class Row(NamedTuple):
    kernel: str
    known_as: str
    backends: list


def read():
    lines = [line for line in FILE.read_text().splitlines() if line.strip() and not line.startswith("#")]
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [Row(kernel, known_as, backends.split()) for kernel, known_as, backends in cells]


def backends(kernel=""):
    """The kinds of probes of a kernel, or of a flavour of it (6.12-rt); without a name, all there are."""
    rows = [row.backends for row in read() if not kernel or f"{kernel}-".startswith(f"{row.kernel}-")]
    # in the order of the longest list: what only few kernels have lies between what all have
    return max(rows, key=len, default=[])


def table(rows):
    """Lines of Markdown: a row for each kernel, a column for each kind of probe."""
    names = backends()
    yield f"| kernel | {' | '.join(names)} |"
    yield "|---" * (len(names) + 1) + "|"
    for row in rows:
        yes = {name: "in part" if name in TELLS_LESS else "yes" for name in row.backends}
        cells = [yes.get(name, "the kernel has none") for name in names]
        yield f"| {row.kernel} ({row.known_as}) | {' | '.join(cells)} |"
