# SPDX-License-Identifier: GPL-2.0
"""What operations cost that are traced: attaching and detaching, and attempts that fail at once."""

import contextlib
import signal
import statistics
import subprocess
from pathlib import Path

import common

TITLE = "Operations that are traced"
GUEST = {"limit": 1800}

DEVICES = (("veth", "bench0", "native"), ("dummy", "bench2", "generic"))
ENTRY = "bpf_xdp_link_attach"  # all that a link creation on a device that is not there calls
ABSENT = 0x7fffff00
STATS = Path("/proc/sys/kernel/bpf_stats_enabled")


@contextlib.contextmanager
def devices():
    subprocess.run(["ip", "link", "add", "bench0", "type", "veth", "peer", "name", "bench1"], check=True)
    subprocess.run(["ip", "link", "add", "bench2", "type", "dummy"], check=True)
    try:
        yield
    finally:
        for name in ("bench0", "bench2"):
            subprocess.run(["ip", "link", "del", name], check=False)


def cycles(context, blocks, count):
    """(device, mode, cycles, without, with): in turns, blocks of cycles; medians in ns."""
    taken = {device: [[], []] for device in DEVICES}
    with devices():
        for number in range(blocks):
            common.tell(f"cycles, block {number + 1} of {blocks}")
            for traced in (0, 1):
                with common.xdpsnoop(context, "--json") if traced else contextlib.nullcontext():
                    for device in DEVICES:
                        taken[device][traced] += common.operate(context, "cycle", count, *device[1:])
    for (kind, _, mode), (without, traced) in taken.items():
        yield kind, mode, len(traced), statistics.median(without), statistics.median(traced)


def tracers(context):
    """(name, what starts it) of all that failures are measured with."""
    kind, names, _ = common.probed(context.xdpsnoop, context.backend)
    yield "nothing", contextlib.nullcontext
    yield f"{kind} on {len(names)} functions that does nothing", lambda: common.Process([context.floor, kind, *names])
    yield "fexit on one function, a record of 64 bytes", lambda: common.Process([context.floor, "record", ENTRY])
    yield ("fentry and fexit on it, a record that tells how long a call took",
           lambda: common.Process([context.floor, "pair", ENTRY, ENTRY]))
    yield "xdpsnoop", lambda: common.xdpsnoop(context, "--json")


def failures(context, rounds, blocks, count):
    """{tracer: ns of one failing attempt}, in turns. What reads records sleeps while they are made, and has room for them all."""
    taken = {}
    common.operate(context, "fail", count, ABSENT)  # the first is slower, whatever traces
    for number in range(rounds):
        common.tell(f"failures, round {number + 1} of {rounds}")
        for name, start in tracers(context):
            with start() as tracer:
                for _ in range(blocks):
                    if name == "xdpsnoop":
                        tracer.signal(signal.SIGSTOP)
                    taken.setdefault(name, []).append(common.operate(context, "fail", count, ABSENT)[0] / count)
                    if name == "xdpsnoop":
                        tracer.signal(signal.SIGCONT)
                        common.idle(tracer.pid)
    return {name: statistics.median(values) for name, values in taken.items()}


def costs(context):
    """{(program's id, name, function): (runs, ns)} of all programs that have run."""
    done = subprocess.run([context.costs], stdout=subprocess.PIPE, text=True, check=True)
    words = [line.split() for line in done.stdout.splitlines()]
    return {tuple(word[:3]): (int(word[3]), int(word[4])) for word in words}


def hooks(context, count):
    """(program, function, runs an operation, ns a run), while the kernel measures each run."""
    before = STATS.read_text()
    STATS.write_text("1")
    try:
        with common.xdpsnoop(context, "--json") as tracer:
            tracer.signal(signal.SIGSTOP)
            earlier = costs(context)
            common.operate(context, "fail", count, ABSENT)
            for key, (runs, ns) in costs(context).items():
                runs -= earlier.get(key, (0, 0))[0]
                ns -= earlier.get(key, (0, 0))[1]
                if runs >= count / 2:
                    yield key[1], key[2], f"{runs / count:.1f}", f"{ns / runs:.0f}"
    finally:
        STATS.write_text(before)


def measure(context):
    rounds = context.rounds or (1 if context.quick else 5)
    yield "Attach and detach, in turns without and with xdpsnoop; the medians."
    yield ""
    yield from common.table(("device", "mode", "cycles", "us without", "us with", "ratio"), (
        (kind, mode, count, f"{without / 1e3:.0f}", f"{traced / 1e3:.0f}", f"{traced / without:.3f}")
        for kind, mode, count, without, traced in cycles(context, rounds, 10 if context.quick else 60)))
    yield ""
    yield ("Creating a link on a device that is not there, which fails after a few microseconds: what each adds to it. xdpsnoop's "
           "reader is stopped meanwhile, so that it takes no processor away; its buffer has room for all records.")
    yield ""
    taken = failures(context, min(rounds, 3), 3 if context.quick else 7, 4000)
    base, (*_, record, _, _) = taken["nothing"], taken.values()
    yield from common.table(("traced by", "ns an operation", "added", "added, as a multiple of one record"), (
        (name, f"{value:.0f}", f"{value - base:.0f}", f"{(value - base) / (record - base):.2f}") for name, value in taken.items()))
    yield ""
    yield "The programs of xdpsnoop that run in such an operation, as the kernel measures them (kernel.bpf_stats_enabled):"
    yield ""
    yield from common.table(("program", "function", "runs an operation", "ns a run"), hooks(context, 4000))
