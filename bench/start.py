# SPDX-License-Identifier: GPL-2.0
"""Start, memory, wake-ups and stop of xdpsnoop and of the floor, in turn; the medians."""

import statistics
import time
from pathlib import Path

import common

TITLE = "Start, memory, stop"
GUEST = {"limit": 1200}

SETTLE = 1.0  # seconds after the start, before memory is looked at
IDLE = 2.0    # how long wake-ups are counted

# figure -> (unit, how to show it)
FIGURES = {
    "start": ("ms until it listens", 1e3),
    "start_cpu": ("ms of CPU until it listens", 1e3),
    "peak": ("MB of memory at its peak", 1e-6),
    "resident": ("MB of memory a second later", 1e-6),
    "wakeups": (f"wake-ups in {IDLE:.0f} s while nothing happens", 1),
    "stop": ("ms from SIGTERM to its end", 1e3),
}


def wakeups(pid):
    """How often its threads were scheduled."""
    return sum(sum(int(line.split()[1]) for line in task.read_text().splitlines() if "ctxt_switches" in line)
               for task in Path(f"/proc/{pid}/task").glob("*/status"))


def once(command, ready):
    """One life of a process."""
    with common.Process(command, ready) as process:
        taken = {"start": process.start, "start_cpu": common.cpu(process.pid)}
        time.sleep(SETTLE)
        taken["peak"], taken["resident"] = common.status(process.pid, "VmHWM", "VmRSS")
        before = wakeups(process.pid)
        time.sleep(IDLE)
        taken["wakeups"] = wakeups(process.pid) - before
        taken["stop"] = process.stop()
    return taken


def rows(floor, tool):
    for name, (unit, factor) in FIGURES.items():
        base, value = (statistics.median(taken[name] for taken in series) for series in (floor, tool))
        yield unit, f"{base * factor:.1f}", f"{value * factor:.1f}", f"{value / base:.2f}" if base else ""


def measure(context):
    kind, names, kinds = common.probed(context.xdpsnoop, context.backend)
    rounds = context.rounds or (2 if context.quick else 5)
    floor, tool = [], []
    for number in range(rounds):
        common.tell(f"round {number + 1} of {rounds}")
        floor.append(once([context.floor, kind, *names], "stdout"))
        tool.append(once([context.xdpsnoop, "--backend", context.backend], "fd"))
    yield (f"Backend {context.backend} ({', '.join(kinds)}). The floor is a program that attaches {kind} to the same {len(names)} "
           f"functions and does nothing else. Medians of {rounds} rounds.")
    yield ""
    yield from common.table(("", "floor", "xdpsnoop", "ratio"), rows(floor, tool))
