# SPDX-License-Identifier: GPL-2.0
"""The start of xdpsnoop beside that of bpftrace with the same functions."""

import shutil
import statistics
import subprocess

import common

TITLE = "Start, beside bpftrace"
GUEST = {"limit": 1200, "memory": 1536}


def commands(names):
    """What attaches all functions, in the order of preference. A command that is run as it is done says so."""
    for kind in ("kretfunc", "kretprobe"):
        yield kind, ["bpftrace", "-c", "/bin/echo ready", "-e", ",".join(f"{kind}:{name}" for name in names) + " { }"]


def working(names):
    """(kind, command) of the first that bpftrace takes, and what it takes all functions with."""
    for kind, command in commands(names):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        if done.returncode == 0 and "\nready\n" in f"\n{done.stdout}":
            return kind, command
    raise common.Impossible(f"bpftrace does not attach these functions: {done.stdout.strip().splitlines()[-1:]}")


def measure(context):
    if not shutil.which("bpftrace"):
        raise common.Impossible("bpftrace is not installed")
    version = subprocess.run(["bpftrace", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    _, names, kinds = common.probed(context.xdpsnoop, context.backend)
    kind, command = working(names)
    count = context.rounds or (1 if context.quick else 5)
    rounds = []
    for number in range(count):
        common.tell(f"round {number + 1} of {count}")
        with common.Process(command) as theirs:
            theirs.child.wait(common.READY_LIMIT)
        with common.xdpsnoop(context) as ours:
            rounds.append((theirs.start, ours.start))
    theirs, ours = (statistics.median(times) for times in zip(*rounds))
    ratios = sorted(ours / theirs for theirs, ours in rounds)
    yield (f"{version}, {kind} of the same {len(names)} functions with an empty action, until all are attached; xdpsnoop with backend "
           f"{context.backend} ({', '.join(kinds)}). Medians of {count} rounds, in each of which one is started right after the other.")
    yield ""
    yield from common.table(("", "bpftrace", "xdpsnoop", "xdpsnoop : bpftrace", "in each round"),
                            [("ms until it listens", f"{theirs * 1e3:.0f}", f"{ours * 1e3:.0f}",
                              f"{statistics.median(ratios):.2f}", f"{ratios[0]:.2f} to {ratios[-1]:.2f}")])
