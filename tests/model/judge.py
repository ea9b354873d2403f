# SPDX-License-Identifier: GPL-2.0
"""Judge what a run has left in its folder: the model against the kernel, the events against the actors' logs."""

import itertools
import json

import actors
from state import Disagreement, Model, compare, kernel_state, show

MARK = 0x70000000


class Failure(Exception):
    """The first disagreement; `round` is where it was seen."""

    def __init__(self, number, text):
        super().__init__(text)
        self.round = number


def is_mark(event):
    return event.get("dev", {}).get("ifindex", 0) >= MARK


def split(events):
    """Events between the marks: a list for each quiet point."""
    parts, part = [], []
    for event in events:
        if is_mark(event):
            if event["dev"]["ifindex"] != MARK + len(parts):
                raise Failure(len(parts), f"an unexpected mark: {show(event)}")
            parts.append(part)
            part = []
        else:
            part.append(event)
    if part:
        raise Failure(len(parts), f"after the last mark: {show(part[0])}")
    return parts


def read_events(folder):
    return [json.loads(line) for line in (folder / "events").read_text().splitlines()]


def trouble(folder):
    """What the session has complained of."""
    path = folder / "trouble"
    return path.read_text().strip() if path.exists() else "the session did not end"


def judge_health(folder, events):
    for event in events:
        if "lost" in event or event.get("lost_calls"):
            raise Failure(None, f"events were lost: {event}")
    for path in folder.glob("stderr.*"):
        if path.read_text().strip():
            raise Failure(None, f"{path.name}: {path.read_text()}")
    status = folder / "status"
    if not status.exists() or status.read_text().strip() != "0":
        raise Failure(None, f"the tracer did not exit with 0; {trouble(folder)}")


def judge_model(folder, parts):
    model = Model()
    for number, part in enumerate(parts):
        for event in part:
            try:
                model.apply(event)
            except Disagreement as error:
                raise Failure(number, f"event: {show(event)}\n{error}") from error
        try:
            compare(model, *kernel_state(folder / f"state.{number}"))
        except Disagreement as error:
            raise Failure(number, f"at the quiet point after the round: {error}") from error


def judge_actors(folder, parts, count):
    logs = [list(actors.read(folder / f"log.{number}", number)) for number in range(count)]
    checker = actors.Checker(logs, [event for part in parts for event in part])
    for entry in itertools.chain(*logs):
        try:
            checker.entry(entry)
        except Disagreement as error:
            number = int(entry.round) if entry.round.isdigit() else len(parts) - 2
            raise Failure(max(number, 0), f"actor {entry.actor} pid {entry.pid} in {entry.netns}: {entry.line}\n"
                          f"  answer: {entry.answer}\n  {error}") from error
    for number, part in enumerate(parts):
        for event in part:
            try:
                checker.leftover(event, number == len(parts) - 1)
            except Disagreement as error:
                raise Failure(number, str(error)) from error
    return sum(not entry.line.startswith(("load ", "netns ", "exit")) for log in logs for entry in log)


def judge(folder, count, rounds, spoil=None):
    """Raise Failure, or return the numbers of operations and events."""
    events = read_events(folder)
    if spoil:
        spoil(events)
    judge_health(folder, events)
    parts = split(events)
    judge_model(folder, parts)
    done = judge_actors(folder, parts, count)
    if trouble(folder):
        raise Failure(len(parts) - 1, trouble(folder))
    wanted = rounds + 2  # after all actors' end, and after that of the namespaces
    if len(parts) != wanted:
        raise Failure(len(parts), f"there are {len(parts)} quiet points of {wanted}")
    return done, sum(len(part) for part in parts)
