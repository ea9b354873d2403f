# SPDX-License-Identifier: GPL-2.0
"""What the parts of the benchmark share: processes that say when they are ready, and what they cost."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

READY_LIMIT = 300  # seconds: far above what any start takes


class Failed(Exception):
    """Something that is measured does not do what it is measured for."""


class Impossible(Exception):
    """A part can not be measured on this system; says why."""


def tell(text):
    """Says how far it is. What a guest says comes out as one: bench/run tells this from the report by its first word."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def status(pid, *names):
    """Numbers from /proc/PID/status; sizes in bytes."""
    found = {}
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, rest = line.partition(":")
        words = rest.split()
        if words and words[0].isdigit():
            found[name] = int(words[0]) * (1024 if words[-1] == "kB" else 1)
    return [found[name] for name in names]


def cpu(pid):
    """Seconds of CPU that a process has used, in user space and in the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def idle(pid):
    """Waits until a process has nothing to do."""
    before, now = -1.0, cpu(pid)
    while now != before:
        time.sleep(0.5)
        before, now = now, cpu(pid)


def probed(xdpsnoop, backend):
    """(kind of floor, functions, kinds of probes) that xdpsnoop would probe."""
    done = subprocess.run([xdpsnoop, "probes", "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise Impossible("`xdpsnoop probes` does not work here; `xdpsnoop doctor` says why")
    rows = [row for row in json.loads(done.stdout)["functions"] if row.get("backend")]
    if not rows:
        raise Impossible("no function can be probed here")
    kinds = {row["backend"] for row in rows} if backend == "auto" else {backend}
    return ("fexit" if "fexit" in kinds else "kprobe"), [row["func"] for row in rows], sorted(kinds)


class Process:
    """One that writes "ready" when it is, and lives until it is told to end: a floor to its stdout, xdpsnoop to a descriptor."""

    def __init__(self, command, ready="stdout", stdout=subprocess.DEVNULL):
        read_end, write_end = os.pipe()
        self.errors = os.memfd_create("stderr")
        started = time.monotonic()
        self.child = subprocess.Popen([*command, *(["--ready-fd", str(write_end)] if ready == "fd" else [])],
                                      stdin=subprocess.DEVNULL, stdout=stdout if ready == "fd" else write_end,
                                      stderr=self.errors, pass_fds=[write_end])
        self.pid = self.child.pid
        os.close(write_end)
        with os.fdopen(read_end) as pipe:
            said = next((line for line in pipe if line.startswith("ready")), None)
        self.start = time.monotonic() - started  # seconds until it was ready
        if not said:
            self.child.wait(READY_LIMIT)
            raise Failed(f"{command[0]} did not start: {self.said()}")

    def said(self):
        """What it has written to stderr."""
        return Path(f"/proc/self/fd/{self.errors}").read_text(errors="replace")

    def signal(self, number):
        self.child.send_signal(number)

    def stop(self):
        """Seconds that its end takes."""
        stopped = time.monotonic()
        self.signal(signal.SIGTERM)
        self.child.wait(READY_LIMIT)
        return time.monotonic() - stopped

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.child.poll() is None:
            self.signal(signal.SIGCONT)
            self.stop()
        os.close(self.errors)


def xdpsnoop(context, *arguments, backend=None):
    """A trace that is ready; with statement."""
    return Process([context.xdpsnoop, "--backend", backend or context.backend, *arguments], "fd")


@contextlib.contextmanager
def operations(context, *arguments):
    """bench/operate, running; what it has printed is .communicate()'s."""
    with subprocess.Popen([context.operate, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True) as child:
        yield child


def operate(context, *arguments):
    """Numbers that bench/operate has printed."""
    done = subprocess.run([context.operate, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode:
        raise Failed(f"operate {' '.join(map(str, arguments))} has failed")
    return [int(line) for line in done.stdout.split()]


def table(header, rows):
    """Markdown: the first column is words, the others numbers."""
    yield "| " + " | ".join(header) + " |"
    yield "|---|" + "---:|" * (len(header) - 1)
    for row in rows:
        yield "| " + " | ".join(map(str, row)) + " |"
