# SPDX-License-Identifier: GPL-2.0
"""Judge what a run has left in its folder: the model against the kernel, the events against the actors' logs."""

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


def judge_health(folder, events):
    for event in events:
        if "lost" in event or event.get("lost_calls"):
            raise Failure(None, f"events were lost: {event}")
    for path in (folder / "trouble", *folder.glob("stderr.*")):
        if path.exists() and path.read_text().strip():
            raise Failure(None, f"{path.name}: {path.read_text()}")
    status = folder / "status"
    if not status.exists() or status.read_text().strip() != "0":
        raise Failure(None, "the tracer did not exit with 0")


def judge_model(folder, parts, namespaces):
    model = Model()
    for number, part in enumerate(parts):
        for event in part:
            try:
                model.apply(event)
            except Disagreement as error:
                raise Failure(number, f"event: {show(event)}\n{error}") from error
        try:
            compare(model, *kernel_state(folder / f"state.{number}", namespaces))
        except Disagreement as error:
            raise Failure(number, f"at the quiet point after the round: {error}") from error


def judge_actors(folder, events, namespaces, count):
    checker = actors.Checker({f"m{number}": value for number, value in enumerate(namespaces)}, events)
    entries = 0
    for actor in range(count):
        for entry in actors.read(folder / f"log.{actor}", actor):
            entries += not entry.line.startswith(("load ", "netns ", "exit"))
            try:
                checker.entry(entry)
            except Disagreement as error:
                number = int(entry.round) if entry.round.isdigit() else None
                raise Failure(max(number or 0, 0), f"actor {actor} pid {entry.pid} in {entry.netns}: {entry.line}\n"
                              f"  answer: {entry.answer}\n  {error}") from error
    try:
        checker.finish()
    except Disagreement as error:
        raise Failure(None, str(error)) from error
    return entries


def judge(folder, count, rounds, spoil=None):
    """Raise Failure, or return the numbers of operations and events."""
    events = read_events(folder)
    if spoil:
        spoil(events)
    judge_health(folder, events)
    namespaces = [int(line) for line in (folder / "namespaces").read_text().split()]
    parts = split(events)
    wanted = rounds + 2  # after all actors' end, and after that of the namespaces
    if len(parts) != wanted:
        raise Failure(len(parts), f"there are {len(parts)} quiet points of {wanted}")
    judge_model(folder, parts, namespaces)
    entries = judge_actors(folder, [event for part in parts for event in part], namespaces, count)
    return entries, sum(len(part) for part in parts)
