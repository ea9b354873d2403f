# SPDX-License-Identifier: GPL-2.0
"""Each actor's own log of what it did and what it got back, against the events of its processes: one to one."""

import collections
import re

import plan
from state import DEVICE_ENDS, Disagreement, show

ANSWER = re.compile(r'(?: error=(?P<errno>-\d+) \(\w+\)| ok)(?: from=(?P<old>\d+))?(?: to=(?P<new>\d+))?'
                    r'(?: via=(?P<via>\w+))?(?: id=(?P<id>\d+))?(?: fd=\d+)?'
                    r'(?: msg="(?P<msg>(?:[^"\\]|\\.)*)")?(?: ifindex=\d+)?$')
Entry = collections.namedtuple("Entry", "actor round pid netns line answer")
FLAGS = {"noexist": 0x1, "skb": 0x2, "drv": 0x4, "hw": 0x8, "replace": 0x10}
FLAG_NAMES = ("update_if_noexist", "skb_mode", "drv_mode", "hw_mode", "replace")


def read(path, actor):
    for line in path.read_text().splitlines():
        number, pid, netns, words, answer = line.split("\t")
        yield Entry(actor, number, int(pid), int(netns), words, answer)


def flags(words):
    """What a line has asked for, as events tell it."""
    value = 0
    for word in words:
        value |= int(word[6:], 0) if word.startswith("flags=") else FLAGS.get(word, 0)
    names = [name for bit, name in enumerate(FLAG_NAMES) if value >> bit & 1]
    rest = value >> len(FLAG_NAMES) << len(FLAG_NAMES)
    return "|".join(names + [hex(rest)] * bool(rest)) or None


class Process:
    """One process of an actor: what it has loaded, and the events that name it."""

    def __init__(self, events):
        self.events = collections.deque(event for event in events if event.get("release") != "unpin")
        self.unpinned = [event for event in events if event.get("release") == "unpin"]
        self.programs = {}
        self.links = {}

    def take(self, entry):
        if not self.events:
            raise Disagreement(f"there is no event of it ({entry.line}: {entry.answer})")
        return self.events.popleft()


class Checker:
    def __init__(self, logs, events):
        self.processes = {}
        self.by_pid = collections.defaultdict(list)
        self.pinned = collections.defaultdict(set)  # path -> links that were there at some time
        self.ended = set()  # namespaces that have ended, or that were about to
        for event in events:
            self.by_pid[event["task"]["pid"]].append(event)
        for log in logs:
            self.survey(log)

    def survey(self, log):
        """What other actors' lines need to know: where a link is pinned, which namespaces come to an end."""
        links = {}
        for entry in log:
            words, answer = entry.line.split(), ANSWER.search(" " + entry.answer)
            if not answer or answer["errno"]:
                continue
            if words[0] == "link" and answer["id"]:
                links[words[1]] = int(answer["id"])
            elif words[0] == "link" and words[2] == "pin":
                self.pinned[words[3]].add(links[words[1]])
            elif words[:2] == ["!", "renew"]:
                self.ended.add(int(answer["old"]))

    def process(self, pid):
        if pid not in self.processes:
            self.processes[pid] = Process(self.by_pid.pop(pid, []))
        return self.processes[pid]

    def entry(self, entry):
        words = entry.line.split()
        process = self.process(entry.pid)
        answer = ANSWER.search(" " + entry.answer)
        if not answer and words[0] != "exit":
            raise Disagreement(f"xdpctl ended, or said: {entry.answer!r}")
        name = words[1] if words[0] == "!" else {"newlink": "set"}.get(words[0], words[0])
        handler = getattr(self, "on_" + name.replace("-", "_"), None)
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
        told = {key: event.get(key) for key in ("result", "errno", "cause", "action", "reason", "flags")}
        if event.get("reason_source") == "log":
            told["reason"] = None # nobody was told
        told |= {"program": event.get("prog", {}).get("id"), "link": event.get("link", {}).get("id"),
                 "device": event.get("dev", {}).get("ifname"), "netns": event.get("dev", {}).get("netns"),
                 "old_netns": event.get("old_dev", {}).get("netns")}
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
                  device=self.device(words[1], answer), netns=entry.netns, flags=flags(words[3:]),
                  **({} if answer["msg"] else {"reason": None}))

    def on_link(self, entry, words, process, answer):
        verb, name = words[2], words[1]
        if verb == "create":
            self.on_create(entry, words, process, answer)
        elif verb == "open" and answer["id"]:
            process.links[name] = int(answer["id"])
        elif verb == "update":
            self.same(entry, process.take(entry), answer, cause="link-update", link=process.links[name],
                      program=process.programs[words[3]], action=("replace",) if answer["errno"] else
                      ("replace", "noop"))
        elif verb == "detach":
            self.same(entry, process.take(entry), answer, cause="link-detach", link=process.links[name], program=None,
                      action=("remove", "noop"))
        elif verb == "close":
            self.released(process, {process.links.pop(name)}, ("close",))

    def on_create(self, entry, words, process, answer):
        if answer["via"]:
            return
        made = int(answer["id"]) if answer["id"] else None
        self.same(entry, process.take(entry), answer, cause="link-create", action="install", link=made,
                  program=process.programs[words[4]], device=self.device(words[3], answer), netns=entry.netns,
                  flags=flags(words[5:]))
        if made:
            process.links[words[1]] = made

    def released(self, process, links, ways):
        """What goes with the last reference: whether it had to is known at the quiet point, from the kernel."""
        while process.events and process.events[0].get("release") in ways and (
                process.events[0].get("link", {}).get("id") in links):
            event = process.events.popleft()
            links = links - {event["link"]["id"]}
            self.is_removal(event)

    @staticmethod
    def is_removal(event):
        if event["action"] != "remove" or event["result"] != "ok" or event.get("cause") != "link-release":
            raise Disagreement(f"a release is a removal: {show(event)}")

    def unpinned(self, process, path, answer):
        """A link that goes with its pin, which may be another actor's; each pin takes one at most."""
        if answer["errno"]:
            return
        for event in process.unpinned:
            if event["link"]["id"] in self.pinned[path]:
                self.is_removal(event)
                process.unpinned.remove(event)
                return

    def on_unlink(self, _entry, words, process, answer):
        self.unpinned(process, words[1], answer)

    def on_rm(self, _entry, words, process, answer):
        self.unpinned(process, words[2], answer)

    def on_exit(self, _entry, _words, process, _answer):
        self.released(process, set(process.links.values()), ("exit", "close"))

    def on_kill(self, *args):
        self.on_exit(*args)

    def device_gone(self, _entry, _words, process, _answer):
        """Which devices go with one, and what was on them, is the model's matter."""
        while process.events and process.events[0].get("cause") in ("unregister", "nested"):
            process.events.popleft()

    on_del = on_add = on_master = device_gone

    def on_move(self, entry, words, process, answer):
        """One that has XDP on it, which only the model knows. A slave is taken from its bond first."""
        self.device_gone(entry, words, process, answer)
        if not answer["old"]:
            return  # a namespace was just being renewed, and had no name
        old, new = int(answer["old"]), int(answer["new"])
        device = self.device(words[3], answer)
        where = {"netns": old, "old_netns": (old, None)} if answer["errno"] else {"netns": new, "old_netns": old}
        event = process.events[0] if process.events else {}
        # another's, if not of that device
        if answer["via"] or event.get("cause") != "netns-move" or event["dev"]["ifname"] not in device or (
                event["dev"]["netns"] != where["netns"] or event["old_dev"]["netns"] != old):
            return
        self.same(entry, process.take(entry), answer, cause="netns-move", action="move", device=device, **where)

    def leftover(self, event, last):
        """After all: whatever is not explained by a log must be what a kworker does that ends a namespace."""
        process = self.processes.get(event["task"]["pid"])
        if process:
            if any(event is other for other in (*process.events, *process.unpinned)):
                raise Disagreement(f"nothing in the log of its process explains: {show(event)}")
            return
        # it takes its devices, and others' at the other end of a veth or above; a slave is taken from its bond first
        expected = event["action"] == "remove" and event.get("cause") in (*DEVICE_ENDS, "nested")
        if event.get("cause") == "netns-exit" and not last and event["dev"]["netns"] not in self.ended:
            raise Disagreement(f"nobody has ended its namespace: {show(event)}")
        if not expected or not event["task"]["comm"].startswith("kworker/"):
            raise Disagreement(f"its process is nobody's: {show(event)}")
