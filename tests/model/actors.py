# SPDX-License-Identifier: GPL-2.0
"""Each actor's own log of what it did and what it got back, against the events of its processes: one to one."""

import collections
import re

import plan
from state import Disagreement, show

ANSWER = re.compile(r'(?: error=(?P<errno>-\d+) \(\w+\)| ok)(?: via=(?P<via>\w+))?(?: id=(?P<id>\d+))?(?: fd=\d+)?'
                    r'(?: msg="(?P<msg>(?:[^"\\]|\\.)*)")?(?: ifindex=\d+)?$')
Entry = collections.namedtuple("Entry", "actor round pid netns line answer")


def read(path, actor):
    for line in path.read_text().splitlines():
        number, pid, netns, words, answer = line.split("\t")
        yield Entry(actor, number, int(pid), netns, words, answer)


class Process:
    """One process of an actor: what it has loaded, and the events that name it."""

    def __init__(self, events):
        self.events = collections.deque(event for event in events if event.get("release") != "unpin")
        self.unpinned = [event for event in events if event.get("release") == "unpin"]
        self.programs = {}
        self.links = {}
        self.places = {}  # where each link was made

    def take(self, entry):
        if not self.events:
            raise Disagreement(f"there is no event of it ({entry.line}: {entry.answer})")
        return self.events.popleft()


class Checker:
    def __init__(self, netns_numbers, events):
        self.netns = netns_numbers  # name -> inode
        self.processes = {}
        self.pins = {}  # path -> link id
        self.by_pid = collections.defaultdict(list)
        self.comm = {}
        for event in events:
            self.by_pid[event["task"]["pid"]].append(event)

    def process(self, pid):
        if pid not in self.processes:
            self.processes[pid] = Process(self.by_pid.pop(pid, []))
        return self.processes[pid]

    def entry(self, entry):
        words = entry.line.split()
        process = self.process(entry.pid)
        answer = ANSWER.search(entry.answer)
        if not answer and words[0] not in ("!", "exit"):
            raise Disagreement(f"xdpctl ended, or said: {entry.answer!r}")
        handler = getattr(self, "on_" + {"!": "other", "newlink": "set"}.get(words[0], words[0]).replace("-", "_"),
                          None)
        if handler:
            handler(entry, words, process, answer)

    def on_load(self, _entry, words, process, answer):
        process.programs[words[1]] = int(answer["id"])

    def same(self, entry, event, answer, **wanted):
        """Compare an event with what the log tells."""
        wanted["result"] = "error" if answer["errno"] else "ok"
        wanted["errno"] = int(answer["errno"]) if answer["errno"] else None
        if answer["msg"] is not None:
            wanted["reason"] = answer["msg"].replace('\\"', '"')
        told = {key: event.get(key) for key in ("result", "errno", "cause", "action", "reason")}
        told |= {"program": event.get("prog", {}).get("id"), "link": event.get("link", {}).get("id"),
                 "device": event.get("dev", {}).get("ifname"), "netns": event.get("dev", {}).get("netns")}
        for key, value in wanted.items():
            choice = value if isinstance(value, tuple) else (value,)
            if told[key] not in choice:
                raise Disagreement(f"{key} is {told[key]!r}, the log says {value!r}\n  event: {show(event)}")

    def device(self, name, answer):
        if name.startswith("#") or name == "nope":
            return (None,) if name.startswith("#") else (name,)
        names = plan.ALIASES.get(name, (name,))
        # deleted by somebody else between the look-up of its index and the request
        return (*names, None) if answer["errno"] in ("-19", "-22") else names

    def on_set(self, entry, words, process, answer):
        if answer["via"] or words[2] == "nofd":
            return
        event = process.take(entry)
        program = process.programs.get(words[2])
        if words[2] == "off":
            actions = ("remove",) if answer["errno"] else ("remove", "noop")
        elif "noexist" in words:
            actions = ("install",)
        else:
            actions = ("install", "replace") if answer["errno"] else ("install", "replace", "noop")
        self.same(entry, event, answer, cause="netlink", action=actions, program=program, link=None,
                  device=self.device(words[1], answer), netns=self.netns[entry.netns],
                  **({} if answer["msg"] else {"reason": None}))

    def on_link(self, entry, words, process, answer):
        verb, name = words[2], words[1]
        if verb == "create":
            if answer["via"]:
                return
            made = int(answer["id"]) if answer["id"] else None
            self.same(entry, process.take(entry), answer, cause="link-create", action="install", link=made,
                      program=process.programs[words[4]], device=self.device(words[3], answer),
                      netns=self.netns[entry.netns])
            if made:
                process.links[name] = made
                process.places[name] = {"device": self.device(words[3], answer), "netns": self.netns[entry.netns]}
        elif verb == "update":
            self.same(entry, process.take(entry), answer, cause="link-update", link=process.links[name],
                      program=process.programs[words[3]], **self.place(name, process, answer["errno"] == "-67"),
                      action=("replace",) if answer["errno"] else ("replace", "noop"))
        elif verb == "detach":
            event = process.take(entry)
            self.same(entry, event, answer, cause="link-detach", link=process.links[name], program=None,
                      action=("remove", "noop"), **self.place(name, process, event["action"] == "noop"))
        elif verb == "pin" and not answer["errno"]:
            self.pins[words[3]] = process.links[name]
        elif verb == "close":
            self.released(process, {process.links.pop(name)}, ("close",))

    @staticmethod
    def place(name, process, gone):
        """Where a link is: nowhere after its device has gone."""
        return {"device": None, "netns": None} if gone else process.places[name]

    def released(self, process, links, ways):
        """What goes with the last reference: whether it had to is known at the quiet point, from the kernel."""
        while process.events and process.events[0].get("release") in ways and (
                process.events[0].get("link", {}).get("id") in links):
            event = process.events.popleft()
            links = links - {event["link"]["id"]}
            if event["action"] != "remove" or event["result"] != "ok":
                raise Disagreement(f"a release is a removal: {show(event)}")

    def on_unlink(self, entry, words, process, answer):
        link = None if answer["errno"] else self.pins.pop(words[1], None)
        process.unpinned = [event for event in process.unpinned if event["link"]["id"] != link]

    def on_exit(self, _entry, _words, process, _answer):
        self.released(process, set(process.links.values()), ("exit", "close"))

    def on_kill(self, *args):
        self.on_exit(*args)

    def on_del(self, _entry, _words, process, _answer):
        self.device_gone(process)

    def on_other(self, _entry, _words, process, _answer):
        self.device_gone(process)

    def device_gone(self, process):
        """Which devices go with one, and what was on them, is the model's matter."""
        while process.events and process.events[0].get("cause") in ("unregister", "nested"):
            process.events.popleft()

    def finish(self):
        for pid, process in self.processes.items():
            for event in [*process.events, *process.unpinned]:
                raise Disagreement(f"nothing in the log of pid {pid} explains: {show(event)}")
        for pid, events in self.by_pid.items():
            for event in events:
                # a namespace that ends takes its devices, and a slave that goes is taken from its bond first
                expected = event.get("cause") == "netns-exit" or \
                    (event.get("cause"), event["action"]) == ("nested", "remove")
                if not expected or not event["task"]["comm"].startswith("kworker/"):
                    raise Disagreement(f"pid {pid} is nobody's, and did: {show(event)}")
