# SPDX-License-Identifier: GPL-2.0
"""Reading case files: sections of text, and the lines that say which events are expected. README.md has the format."""

import re
import textwrap
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
FOLDERS = (HERE / "cases", HERE / "cli")
TRACE = ("about", "needs", "boot", "setup", "trigger", "common", "expect", "unordered")
SCRIPT = ("about", "needs", "boot", "limit", "script")
BACKENDS = ("auto", "fexit", "kprobe", "kprobe.multi", "kprobe.session", "tracepoint")
# What tracepoints of system calls cannot see, and what is only noticed then: a little later, and without its task.
UNSEEN_ACTIONS = ("pool-", "component-", "entry-", "map-")
UNSEEN_CAUSES = ("nested", "direct")
NOTICED = ("link-release", "unregister", "netns-exit", "netns-move")
NOT_NOTICED = ("release", "task.", "dev.bus", "dev.alias", "dev.altname", "dev.master", "dev.lower", "dev.more_lower")
SHELL = ("setup", "trigger", "script")

# What an expected line has to say about an event, with "-" or by silence that it is absent.
SEMANTIC = ("action", "result", "errno", "error", "reason", "reason_source", "warnings", "cause", "release", "mode", "flags", "dev.ifname", "dev.driver",
            "dev.altname", "dev.alias", "dev.more_lower", "old_dev.ifname", "prog.name", "prog.full_name", "prog.components", "prog.more_maps", "old_prog.name", "old_prog.full_name", "old_prog.mode", "old_prog.components", "old_prog.more_maps",
            "dispatcher.name", "component.slot", "component.func", "xsk.queue", "xsk.asked", "xsk.mode", "map.name",
            "map.type", "map.key", "link", "link.state", "func", "driver_probe", "task.comm",
            "holder.prog.name", "holder.mode", "holder.ifname", "contest.count", "notes")
# What it may say.
VOLATILE = ("advice.rule", "advice.confidence", "advice.cause", "advice.remedy", "calls", "dev.ifindex", "dev.netns", "dev.netns_name", "dev.netns_pid",
            "old_dev.netns_name", "dev.bus", "dev.master", "dev.lower", "dev.mtu", "dev.rx_queues",
            "dev.tx_queues", "dev.xdp_features", "old_dev.ifindex", "old_dev.netns", "prog.id", "old_prog.id",
            "dispatcher.id", "map.id", "link.id", "task.pid", "task.tid", "task.ppid", "task.parent_comm", "task.exe",
            "task.cmdline", "task.uid", "task.loginuid", "task.netns", "task.cgroup", "task.container", "task.pod",
            "link.creator.pid", "link.creator.comm", "link.creator.exe", "link.creator.cmdline", "link.creator.uid",
            "link.creator.container", "link.creator.pod", "link.creator.missing",
            "holder.prog.id", "holder.link_id", "holder.since", "holder.pids", "holder.comms", "holder.pins", "holder.missing",
            "holder.creator.pid", "holder.creator.comm", "holder.creator.exe", "holder.creator.cmdline", "holder.creator.container",
            "holder.creator.pod", "contest.span_ns", "contest.interval_ns", "contest.with.pid", "contest.with.comm",
            "contest.with.exe", "contest.with.cmdline", "contest.with.container", "contest.with.pod",
            "prog.tag", "prog.flags", "prog.loaded", "prog.uid", "prog.maps", "prog.pins", "old_prog.pins", "old_prog.tag", "old_prog.flags",
            "old_prog.loaded", "old_prog.uid", "old_prog.maps")
PIECE = re.compile(r'"([^"]*)"|\'([^\']*)\'|([^\s"\']+)')
WORD = re.compile(r'(?:"[^"]*"|\'[^\']*\'|\[[^\]]*\]|[^\s"\'])+')
FIELD = re.compile(r"([a-z_.]+)(?:\[([^\]]*)\])?=(.*)", re.S)
CONDITION = re.compile(r"(kernel|backend)\s*(==|>=|<|!=)\s*(\S+)")


class Broken(Exception):
    """A case file that cannot be understood."""


class Run(NamedTuple):
    """What conditions are about."""

    kernel: str
    backend: str


def version(text):
    return tuple(int(number) for number in re.findall(r"\d+", text)[:2])


def holds(condition, run):
    """Whether "kernel>=6.12 backend==fexit" is true of a run."""
    terms = condition.split()
    for term in terms:
        match = CONDITION.fullmatch(term)
        if not match:
            raise Broken(f"condition '{term}': kernel or backend, then ==, !=, >= or <, then a value, is expected")
        what, operator, value = match.groups()
        left, right = (version(run.kernel), version(value)) if what == "kernel" else (run.backend, value)
        if not {"==": left == right, "!=": left != right, ">=": left >= right, "<": left < right}[operator]:
            return False
    return True


class Value:
    """An expected value: text; a * outside of quotes stands for anything, $NAME for what the trigger noted."""

    def __init__(self, source):
        self.source = source
        self.pieces = [(quoted1 or quoted2, True) if not bare else (bare, False)
                       for quoted1, quoted2, bare in PIECE.findall(source)]

    @property
    def optional(self):
        return self.source == "?"

    @property
    def absent(self):
        return self.source == "-"

    def pattern(self, notes):
        parts = []
        for text, quoted in self.pieces:
            if quoted:
                parts.append(re.escape(text))
                continue
            for part in re.split(r"(\*|\$[A-Za-z0-9_]+)", text):
                if part == "*":
                    parts.append(".*")
                elif part.startswith("$"):
                    # not noted: matches nothing
                    parts.append(re.escape(notes[part[1:]]) if part[1:] in notes else r"(?!)")
                else:
                    parts.append(re.escape(part))
        return re.compile("".join(parts), re.S)


class Line(NamedTuple):
    """An expected event: its source, how often it comes, and a Value for each field."""

    source: str
    count: int
    fields: dict
    outside: bool = False


def parse_fields(text, run):
    fields = {}
    for word in WORD.findall(text):
        match = FIELD.fullmatch(word)
        if not match:
            raise Broken(f"'{word}' is not field=value")
        name, condition, value = match.groups()
        if name not in SEMANTIC and name not in VOLATILE:
            raise Broken(f"there is no field '{name}'")
        if condition is None or holds(condition, run):
            if name in fields:
                raise Broken(f"field '{name}' comes twice")
            fields[name] = Value(value)
    return fields


def parse_line(text, common, run):
    """One expected line, or None if it is for other runs."""
    source = " ".join(text.split())
    match = re.match(r"\[([^\]]*)\]\s*", text)
    if match:
        if not holds(match[1], run):
            return None
        text = text[match.end():]
    count = 1
    match = re.match(r"(\d+)x\s+", text)
    if match:
        count, text = int(match[1]), text[match.end():]
    fields = {**common, **parse_fields(text, run)}
    outside = run.backend == "tracepoint"
    if "reason" in fields and not fields["reason"].absent:
        fields.setdefault("reason_source", Value(channel(fields.get("cause"), run)))
    if outside:
        fields = from_outside(fields)
    return Line(source, count, fields, outside) if fields else None


def channel(cause, run):
    """How the kernel's words get to those who trace: a request by netlink carries an extack; bpf_xdp_link_attach() has one
    since 6.6, which shows in its probed callee; for all else about links there is only the tracepoint."""
    cause = cause.source if cause else ""
    if cause == "link-create" and run.backend != "tracepoint" and holds("kernel>=6.6", run):
        return "extack"
    return "tracepoint" if cause.startswith("link-") else "extack"


def from_outside(fields):
    """What tracepoints of system calls see of an event; None if nothing."""
    def source(name):
        return fields[name].source if name in fields else ""

    if source("action").startswith(UNSEEN_ACTIONS) or source("cause") in UNSEEN_CAUSES:
        return None
    unknown = ("func", "prog.components", "old_prog.components")
    return {**fields, **{name: Value("-") for name in unknown}, "calls": Value("none")}


def logical_lines(text):
    """A line that is indented deeper than the first continues the one before."""
    lines = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0].isspace() and lines:
            lines[-1] += "\n" + line
        else:
            lines.append(line)
    return lines


class Case:
    """A case file. `kind` is "case" (events are expected) or "script" (the script itself judges)."""

    def __init__(self, path):
        self.path = path
        self.name = path.stem
        self.sections = self._read(path)
        self.kind = "script" if "script" in self.sections else "case"
        known = SCRIPT if self.kind == "script" else TRACE
        for name in self.sections:
            if name not in known:
                raise Broken(f"{path.name}: a section '{name}:' does not belong here")
        self.about = " ".join(self.sections.get("about", "").split())
        if not self.about:
            raise Broken(f"{path.name}: there is no 'about:'")
        self.needs = " ".join(self.sections.get("needs", "").split())
        self.boot = " ".join(self.sections.get("boot", "").split())
        self.limit = self.sections.get("limit", "").strip()
        if self.limit and not self.limit.isdigit():
            raise Broken(f"{path.name}: limit: a number of seconds is expected")
        self.nics = re.findall(r"\bnic (\w+)(?: (\d+))?", self.needs)
        self.processors = int((re.search(r"(?:^| )-c *(\d+)", self.boot) or [0, 1])[1])
        self.unordered = "unordered" in self.sections
        if self.kind == "case" and self.unordered == ("expect" in self.sections):
            raise Broken(f"{path.name}: either 'expect:' or 'unordered:' is needed")

    @staticmethod
    def _read(path):
        sections, name = {}, None
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.fullmatch(r"([a-z]+):(.*)", line)
            if match:
                name = match[1]
                if name in sections:
                    raise Broken(f"{path.name}:{number}: a second '{name}:'")
                sections[name] = match[2].strip() + "\n" if match[2].strip() else ""
            elif line.startswith("#") or (not line.strip() and name is None):
                continue
            elif name and (not line.strip() or line[0].isspace()):
                sections[name] += line + "\n"
            else:
                raise Broken(f"{path.name}:{number}: '{line}' is in no section")
        return {name: textwrap.dedent(text) for name, text in sections.items()}

    def shell(self, section):
        return self.sections.get(section, "")

    def needs_of(self, run):
        """What it needs, with what the events need that it waits for."""
        if run.backend != "tracepoint" or "await" not in self.sections.get("trigger", ""):
            return self.needs
        seen = len(self.lines(run))
        return self.needs if seen == len(self.lines(run._replace(backend="fexit"))) else f"{self.needs}, inside"

    def lines(self, run):
        """The events that are expected of that run."""
        try:
            common = parse_fields("\n".join(logical_lines(self.sections.get("common", ""))), run)
            section = self.sections["unordered" if self.unordered else "expect"]
            lines = [parse_line(text, common, run) for text in logical_lines(section)]
        except Broken as error:
            raise Broken(f"{self.path.name}: {error}") from None
        return [line for line in lines if line]


def load(names=()):
    """The cases of these names, or all of them, in the order of their names."""
    paths = {path.stem: path for folder in FOLDERS for path in sorted(folder.glob("*.case"))}
    for name in names:
        if name not in paths:
            raise Broken(f"there is no case '{name}'; --list shows them")
    return [Case(paths[name]) for name in names or paths]
