# SPDX-License-Identifier: GPL-2.0
"""Judging what a session left: for each case a verdict, and for a failed one what differs."""

import itertools
import re
from typing import NamedTuple

import casefile
import events

FIRST_MARK = 0x70000000
# how an event is shown
NAMES = tuple(name for name in casefile.SEMANTIC if name != "link") + ("prog.id", "old_prog.id", "link.id", "task.pid",
                                                                        "calls")


class Verdict(NamedTuple):
    name: str
    passed: bool
    details: str = ""
    skip: str = ""


def read(path):
    return path.read_text(errors="backslashreplace") if path.exists() else ""


def differences(line, event, notes):
    """How an event differs from an expected line: a list of texts, one a field."""
    flat, found = events.flatten(event), []
    for name in casefile.SEMANTIC + casefile.VOLATILE:
        expected, seen = line.fields.get(name), flat.get(name)
        if is_noticed(line) and "task" not in event and name.startswith(casefile.NOT_NOTICED):
            expected = casefile.Value("-")
        if name == "link" and expected is None and "link.id" in line.fields:
            expected = casefile.Value("-" if line.fields["link.id"].absent else "yes")
        if expected is None and name == "dev.netns" and seen is not None:
            expected = casefile.Value("$NS")
        if expected is None and name in casefile.VOLATILE or expected is not None and expected.optional:
            continue
        if expected is None or expected.absent:
            if seen is not None:
                found.append(f"{name}: expected absent, seen {events.quote(seen)}")
        elif seen is None:
            found.append(f"{name}: expected {expected.source}, seen absent")
        elif not expected.pattern(notes).fullmatch(str(seen)):
            known = [f"${key} is {notes.get(key, 'not noted')}" for key in variables(expected)]
            found.append(f"{name}: expected {expected.source}, seen {events.quote(seen)}"
                         + (f" ({', '.join(known)})" if known else ""))
    # an object that no field of the line speaks of is not to be there
    for name in ("prog", "old_prog"):
        if name in event and not any(field.startswith(name + ".") for field in line.fields):
            found.append(f"{name}: expected absent, seen {event[name]}")
    return found


def variables(value):
    """The names of the noted values that an expected one is made from."""
    return [name for text, quoted in value.pieces if not quoted for name in re.findall(r"\$([A-Za-z0-9_]+)", text)]


def align(lines, seen, same):
    """Triples (line or None, event or None, match), in order, with as many matches as possible; what lies between two
    matches is paired as it comes."""
    best = [[0] * (len(seen) + 1) for _ in range(len(lines) + 1)]
    for i in range(len(lines) - 1, -1, -1):
        for j in range(len(seen) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + 1 if same(lines[i], seen[j]) else 0)
    triples, left, right, i, j = [], [], [], 0, 0
    while i < len(lines) and j < len(seen):
        if same(lines[i], seen[j]) and best[i][j] == best[i + 1][j + 1] + 1:
            triples += [(*pair, False) for pair in itertools.zip_longest(left, right)] + [(lines[i], seen[j], True)]
            left, right, i, j = [], [], i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            left, i = [*left, lines[i]], i + 1
        else:
            right, j = [*right, seen[j]], j + 1
    return triples + [(*pair, False) for pair in itertools.zip_longest(left + lines[i:], right + seen[j:])]


def compare(lines, seen, notes):
    """Texts about the differences between expected lines and events, in order."""
    if len(lines) == len(seen):
        pairs = [(line, event, False) for line, event in zip(lines, seen)]
    else:
        pairs = align(lines, seen, lambda line, event: not differences(line, event, notes))
    texts = []
    for number, (line, event, same) in enumerate(pairs, 1):
        if same:
            continue
        found = differences(line, event, notes) if line and event else []
        if found:
            shown = f"  expected: {line.source}\n  seen: {events.render(event, NAMES)}"
            texts.append("\n    ".join([f"event {number} differs:\n{shown}", *found]))
        elif line and not event:
            texts.append(f"event {number} is missing:\n  expected: {line.source}")
        elif event and not line:
            texts.append(f"event {number} was not expected:\n  seen: {events.render(event, NAMES)}")
    return texts


def count(lines, seen, notes):
    """The same for events whose order is not known: each has to match one line, each line its number of events."""
    texts, left = [], [line.count for line in lines]
    for event in seen:
        for number, line in enumerate(lines):
            if left[number] > 0 and not differences(line, event, notes):
                left[number] -= 1
                break
        else:
            texts.append(f"not expected, or once too often:\n  seen: {events.render(event, NAMES)}")
    texts += [f"{missing} of {line.count} are missing:\n  expected: {line.source}"
              for line, missing in zip(lines, left) if missing]
    return texts[:20] + ([f"... and {len(texts) - 20} more differences"] if len(texts) > 20 else [])


def is_mark(event):
    return event.get("prog", {}).get("name") == "sentinel"


def is_noticed(line):
    """Whether the kind of probe may only notice it, by a change of state."""
    return line.outside and "cause" in line.fields and line.fields["cause"].source in casefile.NOTICED


def was_noticed(event):
    return event.get("cause", casefile.NOTICED[0]) in casefile.NOTICED


class Session:
    """The files of one session (guest/session)."""

    def __init__(self, folder, cases, backend, data=None):
        self.folder = folder
        self.cases = cases
        self.kernel = read(folder / "kernel").strip()
        self.run = casefile.Run(self.kernel, backend)
        self.refused = read(folder / "refused").strip()
        self.stderr = read(folder / "stderr")
        self.complaints = []
        self.ended = set()
        if data is None:
            path = folder / "events"
            data = path.read_bytes() if path.exists() else b""
        self.segments = self._split(data) if not self.refused else {}

    def _namespaces(self):
        """The numbers of the cases' network namespaces, natively, where others may have theirs; else none."""
        if "GUEST=no" not in read(self.folder / "settings"):
            return []
        notes = "".join(read(self.folder / case.name / "notes") for case in self.cases)
        return [int(number) for number in re.findall(r"^\w+=(4026\d{6})$", notes, re.M)]

    def _split(self, data):
        """The events between the two marks of each case, by its number."""
        segments, current = {}, None
        try:
            objects = events.parse(data)
        except events.Malformed as error:
            self.complaints.append(str(error))
            return segments
        own = self._namespaces()
        for event in objects:
            if own and event.get("dev", {}).get("netns", own[0]) not in own and not is_mark(event):
                continue  # of another program on this machine
            number = event.get("dev", {}).get("ifindex", 0) - FIRST_MARK
            if "calls" not in event:
                self.complaints.append(f"the tracer reported {event}")
            elif 0 <= number < FIRST_MARK // 2 and is_mark(event):
                self._mark(event)
                segments.setdefault(number // 2, [])
                current = number // 2 if number % 2 == 0 else None
                if current is None:
                    self.ended.add(number // 2)
            elif current is None:
                self.complaints.append(f"an event outside of any case: {events.render(event, NAMES)}")
            else:
                segments[current].append(event)
        return segments

    def _mark(self, event):
        """The session's own marks are operations too: failures without a text."""
        line = casefile.parse_line("action=install result=error errno=-22 error=EINVAL cause=link-create"
                                   " prog.name=sentinel dev.netns=* task.comm=xdpctl calls=bpf_xdp_link_attach=-22",
                                   {}, self.run)
        self.complaints += [f"a mark of the session: {text}" for text in differences(line, event, {})]

    def judge(self, number, case):
        folder = self.folder / case.name
        skip = read(folder / "skip").strip()
        if skip:
            return Verdict(case.name, True, skip=skip)
        if case.kind == "script":
            return self._judge_script(folder, case)
        status = read(folder / "status").strip()
        texts = []
        if self.refused:
            texts.append(f"the tracer did not start: {self.refused}")
        elif status != "0":
            texts.append(f"the trigger ended with status {status or 'unknown: it did not run'}"
                         + (" (time limit)" if status == "124" else ""))
        left = read(folder / "left").strip()
        if left:
            texts.append(f"XDP was left on devices: {left}")
        if not self.refused:
            texts += self._judge_events(number, case, folder)
        return Verdict(case.name, not texts, "\n".join(texts) + self._context(folder) if texts else "")

    def _judge_events(self, number, case, folder):
        if number not in self.ended:
            return ["the marks of this case are not among the events: the tracer has died, or the case was not run"]
        seen, texts = self.segments[number], []
        notes = dict(line.split("=", 1) for line in read(folder / "notes").splitlines())
        times = [int(float(text) * 1e6) * 1000 for text in read(folder / "times").split()]
        begin, end = times if len(times) == 2 else (0, 1 << 63)
        outside = self.run.backend == "tracepoint"
        for place, event in enumerate(seen, 1):
            texts += [f"event {place}: {text}" for text in events.problems(event, begin, end + 1000, outside)]
        lines = case.lines(self.run)
        if self.run.backend != "tracepoint":
            return texts + (count if case.unordered else compare)(lines, seen, notes)
        # of what is only noticed, the order is not known
        return (texts + (count if case.unordered else compare)([line for line in lines if not is_noticed(line)],
                                                               [event for event in seen if not was_noticed(event)],
                                                               notes)
                + count([line for line in lines if is_noticed(line)],
                        [event for event in seen if was_noticed(event)], notes))

    def _judge_script(self, folder, case):
        status = read(folder / "status").strip()
        if status == "0":
            return Verdict(case.name, True)
        if status == "77":
            return Verdict(case.name, True, skip=read(folder / "output").strip().splitlines()[-1])
        return Verdict(case.name, False, f"the script ended with status {status or 'unknown: it did not run'}\n"
                       + "output:\n" + read(folder / "output"))

    def _context(self, folder):
        return "\n" + "".join(f"{title}:\n{text.rstrip()}\n" for title, text in (
            ("output of the case", read(folder / "output")), ("notes", read(folder / "notes")),
            ("stderr of the tracer", self.stderr)) if text.strip())

    def health(self):
        """The tracer itself: what it said, how it ended, what it left."""
        texts = list(self.complaints)
        status = read(self.folder / "status").strip()
        if status != "0":
            texts.append(f"the tracer's exit status is {status or 'unknown'}")
        # what this kind of probe cannot see, or this kernel not tell, is told at the start
        known = "With (kprobe[^ ]*|tracepoint), |This kernel has no "
        if self.run.backend == "tracepoint":
            # at system calls, of which nearly all are not about XDP: where one was, a case has failed
            known += "|xdpsnoop: warning: the kernel skipped probes up to [0-9]+ times"
        if re.sub(f"^({known}).*\n", "", self.stderr, flags=re.M) != "Listening for events...\n":
            texts.append("the tracer's stderr is not 'Listening for events...' alone")
        # and that, exactly where it is so
        told = "This kernel has no tracepoint netlink:netlink_extack" in self.stderr
        if told != casefile.holds("kernel<5.12", self.run) and self.run.backend != "tracepoint":
            texts.append("that there is no tracepoint netlink_extack is " + ("told, but it is there" if told else "not told"))
        added = read(self.folder / "added").strip()
        if added:
            texts.append(f"left in the kernel: {added}")
        return Verdict("tracer-health", not texts, "\n".join(texts) + self._context(self.folder) if texts else "")

    def verdicts(self):
        """All of them; numbers are the session's."""
        verdicts = [self.judge(number, case) for number, case in enumerate(self.cases)]
        if any(case.kind == "case" for case in self.cases):
            verdicts.append(self.health())
        return verdicts
