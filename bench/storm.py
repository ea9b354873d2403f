# SPDX-License-Identifier: GPL-2.0
"""Two tasks that fail to attach as fast as they can: what is told, and whether what is not told is counted."""

import json
import re
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


def read_json(path, said):
    """(operations told, operations told as lost, ifindexes of the last events): of a file, and of what it has said."""
    told = lost = 0
    last = []
    with open(path, "rb") as lines:
        for line in lines:
            if line.startswith(b'{"v":1,"lost":'):
                lost += json.loads(line)["lost"]
            else:
                told += 1
                last = [*last[1 - len(AFTER):], line]
    return told, lost, [json.loads(line)["dev"]["ifindex"] for line in last]


def read_text(path, said):
    """The same of text, in which an event may stand for many."""
    told = 0
    last = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            repeated = re.match(r"\.\.\. repeated ([0-9,]+) time", line)
            event = re.match(r"[0-9/]+ [0-9:]+ Failed to install XDP to ifindex=(\d+) ", line)
            told += int(repeated[1].replace(",", "")) if repeated else bool(event)
            if event:
                last = [*last[1 - len(AFTER):], int(event[1])]
    lost = re.search(r"(\d+) operations were lost in all", said)
    return told, int(lost[1]) if lost else 0, last


# what it is called, the reader's arguments, whether it is stopped meanwhile, and who reads what it has written
WAYS = (
    ("JSON", ("--json",), False, read_json),
    ("JSON, stands still", ("--json",), True, read_json),
    ("text, --collapse", ("--collapse",), False, read_text),
)


def once(context, count, way):
    """One storm; a row of the table."""
    name, arguments, stopped, read = way
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events"
        with common.xdpsnoop(context, *arguments, "--output", path) as tracer:
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
            told, lost, last = read(path, tracer.said())
        size = path.stat().st_size
    told -= len(AFTER)
    if last != list(AFTER):
        raise common.Failed(f"the events after the storm are not those that happened: {last}")
    if told + lost != count:
        raise common.Failed(f"{told} events and {lost} lost operations are not {count}")
    return (name, f"{took:.1f}", f"{count / took:.0f}", told, lost, told + lost, f"{used / told * 1e6:.0f}",
            f"{peak / 1e6:.1f}", f"{size / 1e3:.0f}")


def measure(context):
    count = context.operations or (OPERATIONS // 10 if context.quick else OPERATIONS)
    rows = []
    for way in WAYS:
        common.tell(f"storm of {count}, {way[0]}")
        rows.append(once(context, count, way))
    yield (f"Two tasks, {count} failing link creations as fast as they can, told into a file. With the reader stopped (SIGSTOP) as "
           "long as they do, what is told is what the buffer holds. Three operations after each storm were told, in order.")
    yield ""
    yield from common.table(("xdpsnoop", "seconds", "operations/s", "told", "told as lost", "sum", "us of CPU an event", "MB at its peak", "KB written"),
                            rows)
