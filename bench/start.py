# SPDX-License-Identifier: GPL-2.0
"""Start, memory, wake-ups and stop of xdpsnoop and of the floor, in turn; the medians.

A round is both of them, one right after the other, and has its own ratios: what else the machine does for a while is in both."""

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


def rows(rounds):
    for name, (unit, factor) in FIGURES.items():
        base, value = (statistics.median(taken[name] for taken in series) for series in zip(*rounds))
        ratios = sorted(tool[name] / floor[name] for floor, tool in rounds if floor[name])
        yield (unit, f"{base * factor:.1f}", f"{value * factor:.1f}",
               *((f"{statistics.median(ratios):.2f}", f"{ratios[0]:.2f} to {ratios[-1]:.2f}") if ratios else ("", "")))


def measure(context):
    kind, names, kinds = common.probed(context.xdpsnoop, context.backend)
    count = context.rounds or (2 if context.quick else 9)
    rounds = []
    for number in range(count + 1):
        common.tell(f"round {number} of {count}" if number else "a round that does not count: what is read from the disk now is in memory then")
        rounds.append((once([context.floor, kind, *names], "stdout"),
                       once([context.xdpsnoop, "--backend", context.backend], "fd")))
    yield (f"Backend {context.backend} ({', '.join(kinds)}). The floor is a program that attaches {kind} to the same {len(names)} "
           f"functions and does nothing else. Medians of {count} rounds, in each of which one is started right after the other.")
    yield ""
    yield from common.table(("", "floor", "xdpsnoop", "ratio", "in each round"), rows(rounds[1:]))
