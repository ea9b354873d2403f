# SPDX-License-Identifier: GPL-2.0
"""Start, snapshot and list against the number of devices, network namespaces, slaves of a bond and modules."""

import contextlib
import os
import re
import subprocess
import time
from pathlib import Path

import common

TITLE = "Scale"
GUEST = {"limit": 2400, "memory": 3072}

DEVICES = (0, 1250, 2500, 5000)
NAMESPACES = (0, 250, 500, 1000)
SLAVES = (4, 16, 64)
MODULES = (0, 100, 200, 300)
KINDS = {"net", "crypto", "lib", "hid", "input"}  # folders of modules that load wherever they are
BAR = 50  # characters of the longest one


def ip(*arguments, batch=None):
    """@batch: lines of one command each."""
    done = subprocess.run(["ip", *arguments, *(["-batch", "-"] if batch is not None else [])],
                          input="\n".join(batch or []) + "\n", text=True, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise common.Impossible(f"ip {' '.join(arguments)} has failed")


@contextlib.contextmanager
def namespace(name):
    ip("netns", "add", name)
    try:
        yield
    finally:
        ip("netns", "del", name)


def timed(*command):
    """(seconds, bytes at its peak) of a command."""
    started = time.monotonic()
    pid = os.posix_spawnp(command[0], [str(word) for word in command], os.environ,
                          file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                                        (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise common.Failed(f"{' '.join(map(str, command))} has failed")
    return time.monotonic() - started, usage.ru_maxrss * 1024


def started(context, *arguments):
    """(seconds until it listens, bytes at its peak)."""
    with common.xdpsnoop(context, "--json", *arguments) as tracer:
        peak, = common.status(tracer.pid, "VmHWM")
        return tracer.start, peak


def figures(context, theirs=None):
    """A row of the table: of a start, one with --snapshot, list, and another tool."""
    start, start_peak = started(context)
    snapshot, snapshot_peak = started(context, "--snapshot")
    listed, list_peak = timed(context.xdpsnoop, "list", "--json")
    return {"start": start, "snapshot": snapshot, "list": listed, "start MB": start_peak / 1e6, "snapshot MB": snapshot_peak / 1e6,
            "list MB": list_peak / 1e6, "ip": timed(*theirs)[0] if theirs else None}


def devices(context, counts):
    with namespace("bench"):
        made = 0
        for count in counts:
            common.tell(f"{count} devices")
            if count > made:
                ip("-n", "bench", batch=[f"link add d{number} type dummy" for number in range(made, count)])
                made = count
            yield count, figures(context, ("ip", "-n", "bench", "-d", "link"))


def namespaces(context, counts):
    made = 0
    try:
        for count in counts:
            common.tell(f"{count} namespaces")
            if count > made:
                ip(batch=[f"netns add n{number}" for number in range(made, count)])
                ip(batch=[f"link add d0 netns n{number} type dummy" for number in range(made, count)])
                made = count
            yield count, figures(context)
    finally:
        ip(batch=[f"netns del n{number}" for number in range(made)])


def slaves(context, counts):
    for count in counts:
        common.tell(f"{count} slaves")
        with namespace("bench"):
            ip("-n", "bench", "link", "add", "bench", "type", "bond", "mode", "active-backup")
            ip("-n", "bench", batch=[line for number in range(count) for line in
                                     (f"link add s{number} type veth peer name p{number}", f"link set s{number} master bench")])
            yield count, figures(context, ("ip", "-n", "bench", "-d", "link"))


def load_modules(wanted):
    """Loads modules of the kernel until so many have BTF; returns how many have."""
    folder = Path("/sys/kernel/btf")
    have = sum(1 for _ in folder.iterdir()) - 1
    done = subprocess.run(["modprobe", "-n", "-v", "macvlan"], stdout=subprocess.PIPE, text=True, check=True)  # it is not loaded
    root = Path(re.search(r"(/\S*/kernel/)", done.stdout)[1])
    for path in sorted(root.rglob("*.ko*")):
        if have >= wanted:
            break
        if not KINDS & set(path.relative_to(root).parts):
            continue
        subprocess.run(["modprobe", "-q", path.name.split(".")[0]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        have = sum(1 for _ in folder.iterdir()) - 1
    return have


def modules(context, counts):
    for count in counts:
        common.tell(f"{count} modules")
        yield load_modules(count), figures(context)


def bars(title, rows, key):
    """A plot in text."""
    most = max(row[key] for _, row in rows) or 1
    yield f"{title}:"
    for count, row in rows:
        yield f"{count:7} {'#' * max(1, round(row[key] / most * BAR)):{BAR}} {row[key] * 1e3:.0f}"


def part(title, rows, theirs):
    """A table and a plot."""
    yield f"### {title}"
    yield ""
    yield from common.table(("count", "ms to start", "with --snapshot", "`list`", *([theirs] if theirs else []), "MB to start",
                             "with --snapshot", "`list`"),
                            ((count, f"{row['start'] * 1e3:.0f}", f"{row['snapshot'] * 1e3:.0f}", f"{row['list'] * 1e3:.0f}",
                              *([f"{row['ip'] * 1e3:.0f}"] if theirs else []), f"{row['start MB']:.1f}", f"{row['snapshot MB']:.1f}",
                              f"{row['list MB']:.1f}") for count, row in rows))
    yield ""
    yield "```"
    yield from bars("ms of `list` against the count", rows, "list")
    yield from bars("ms to start with --snapshot", rows, "snapshot")
    yield "```"
    yield ""


def fewer(counts, context):
    return counts[:1] + tuple(count // 10 for count in counts[-1:]) if context.quick else counts


def measure(context):
    yield (f"Of a trace until it listens, and of `list --json`. Backend {context.backend}. Namespaces have a device each; no device has "
           "a program.")
    yield ""
    yield from part("Devices in one namespace", list(devices(context, fewer(DEVICES, context))), "`ip -d link`")
    yield from part("Namespaces", list(namespaces(context, fewer(NAMESPACES, context))), None)
    yield from part("Slaves of a bond", list(slaves(context, SLAVES[:2] if context.quick else SLAVES)), "`ip -d link`")
    yield from part("Modules with BTF", list(modules(context, MODULES[:2] if context.quick else MODULES)), None)
