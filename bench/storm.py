# SPDX-License-Identifier: GPL-2.0
"""Two tasks that fail to attach as fast as they can: what is told, and whether what is not told is counted."""

import json
import signal
import tempfile
import time
from pathlib import Path

import common

TITLE = "Storm"
GUEST = {"limit": 1200, "memory": 2048, "processors": 2}

OPERATIONS = 500_000
ABSENT = 0x7fffff00  # no device has that index
AFTER = (0x7fffff01, 0x7fffff02, 0x7fffff03)


def storm(context, count):
    """Seconds that two tasks need for so many operations together."""
    started = time.monotonic()
    with common.operations(context, "fail", count // 2, ABSENT) as one, \
            common.operations(context, "fail", count - count // 2, ABSENT) as other:
        one.communicate()
        other.communicate()
    if one.returncode or other.returncode:
        raise common.Failed("the storm was none")
    return time.monotonic() - started


def read(path):
    """(events, lost, the last events) of a file."""
    told = lost = 0
    last = []
    with open(path, "rb") as lines:
        for line in lines:
            if line.startswith(b'{"v":1,"lost":'):
                lost += json.loads(line)["lost"]
            else:
                told += 1
                last = [*last[1 - len(AFTER):], line]
    return told, lost, [json.loads(line) for line in last]


def once(context, count, stopped):
    """One storm; a row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events"
        with common.xdpsnoop(context, "--json", "--output", path) as tracer:
            if stopped:
                tracer.signal(signal.SIGSTOP)
            used = common.cpu(tracer.pid)
            took = storm(context, count)
            tracer.signal(signal.SIGCONT)
            common.idle(tracer.pid)
            used = common.cpu(tracer.pid) - used
            peak, = common.status(tracer.pid, "VmHWM")
            for ifindex in AFTER:
                common.operate(context, "fail", 1, ifindex)
            tracer.stop()
            if tracer.child.returncode:
                raise common.Failed(f"xdpsnoop has ended with {tracer.child.returncode}: {tracer.said()}")
        told, lost, last = read(path)
        size = path.stat().st_size
    told -= len(AFTER)
    if [event["dev"]["ifindex"] for event in last] != list(AFTER):
        raise common.Failed(f"the events after the storm are not those that happened: {last}")
    if told + lost != count:
        raise common.Failed(f"{told} events and {lost} lost operations are not {count}")
    return ("stands still" if stopped else "reads", f"{took:.1f}", f"{count / took:.0f}", told, lost, told + lost,
            f"{used / told * 1e6:.0f}",
            f"{peak / 1e6:.1f}", f"{size / 1e6:.0f}")


def measure(context):
    count = context.operations or (OPERATIONS // 10 if context.quick else OPERATIONS)
    rows = []
    for stopped in (False, True):
        common.tell(f"storm of {count}, the reader {'stands still' if stopped else 'reads'}")
        rows.append(once(context, count, stopped))
    yield (f"Two tasks, {count} failing link creations as fast as they can, JSON into a file. With the reader stopped (SIGSTOP) as "
           "long as they do, what is told is what the buffer holds. Three operations after each storm were told, in order.")
    yield ""
    yield from common.table(("xdpsnoop", "seconds", "operations/s", "told", "told as lost", "sum", "us of CPU an event", "MB at its peak", "MB of JSON"),
                            rows)
