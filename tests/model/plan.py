# SPDX-License-Identifier: GPL-2.0
"""The plan of a run: everything that the guest will do, from the seed alone and before anything is done.

Each actor's part of each round has a random source of its own: a run of fewer operations does the same as the
beginning of a longer one, so that a failure can be cut down.
"""

import random

ROUND = 40  # operations of one actor between two quiet points
NAMESPACES = 3
PROGRAMS = ("p0", "p1", "p2")
MODES = ("", "skb", "drv", "hw")
# Each namespace has these. veth has native XDP, dummy has not; s0 and s1 are slaves of b0; d1 is renamed to d2 and back
DEVICES = {
    "v0": "v0 veth v1",
    "v2": "v2 veth v3",
    "d0": "d0 dummy",
    "d1": "d1 dummy",
    "mv0": "mv0 macvlan v2",
    "t0": "t0 tap",
    "b0": "b0 bond",
    "s0": "s0 veth q0",
    "s1": "s1 veth q1",
}
# These are made in any, and then move: there they are alone with their name
ROAMERS = {
    "r0": "r0 veth r1",
    "r2": "r2 dummy",
    "r3": "r3 tap",
}
NAMES = (*DEVICES, "v1", "d2", *ROAMERS, "r1")
OFTEN = (*DEVICES, "v1")  # those that mostly exist
# names that are one device, or may be at the time: what the event says may be either
ALIASES = {"d1": ("d1", "d2"), "d2": ("d1", "d2")}
PINS = tuple(f"/sys/fs/bpf/model/{number}" for number in range(12))  # anybody's
# What is done, how often: names of the methods of Part
KINDS = {"set": 28, "off": 22, "create": 20, "change": 24, "pin": 5, "unpin": 2.5, "open": 4, "delete": 2.5, "add": 8,
         "rename": 2, "bond": 3, "move": 5, "netns": 2, "end": 0.7, "renew": 0.15, "odd": 7}


def setup():
    """What is in each namespace at first, for device_add() and device_master() of system.py."""
    return [f"add {words}" for words in DEVICES.values()] + ["master s0 b0", "master s1 b0"]


class Part:
    """What one actor does in one round."""

    def __init__(self, seed, actor, number):
        self.random = random.Random(f"{seed}/{actor}/{number}")
        self.prefix = f"L{number}x"
        self.created = 0

    def lines(self, without):
        """What is left out has no effect on the others, so that it can be left out to find out what a failure needs."""
        yield f"netns {self.namespace_path()}"
        while True:
            kind, = self.random.choices(list(KINDS), weights=list(KINDS.values()))
            line = getattr(self, f"do_{kind}")()
            yield "" if kind in without else line

    def namespace(self):
        return f"m{self.random.randrange(NAMESPACES)}"

    def namespace_path(self):
        return f"/run/netns/{self.namespace()}"

    def device(self):
        return self.random.choice(OFTEN if self.random.random() < 0.75 else NAMES)

    def program(self):
        return self.random.choice(PROGRAMS)

    def mode(self):
        return self.random.choices(MODES, weights=(3, 4, 4, 1))[0]

    def expectation(self):
        return self.random.choices(
            ("", " noexist", f" replace {self.program()}", " replace none"), weights=(10, 2, 3, 1))[0]

    def verb(self):
        return self.random.choices(("set", "newlink"), weights=(4, 1))[0]

    def do_set(self):
        return f"{self.verb()} {self.device()} {self.program()} {self.mode()}{self.expectation()}".replace("  ", " ")

    def do_off(self):
        wanted = self.random.choices(("", f" replace {self.program()}"), weights=(6, 1))[0]
        return f"{self.verb()} {self.device()} off {self.mode()}{wanted}".replace("  ", " ")

    def do_odd(self):
        device, program = self.device(), self.program()
        odd = self.new_link()
        return self.random.choice((
            f"set {device} {program} skb drv", f"set {device} {program} flags=0x100",
            f"set {device} {program} flags=0x10", f"set {device} fd=77 drv", f"set {device} fd=77",
            f"set {device} nofd skb", f"set {device} {program} attached 1", f"set {device} off prog-id 7",
            f"set #999999 {program}", f"set nope {program} byname", f"set {device} {program} byname",
            f"link {odd} create #999999 {program}", f"link {odd} create {device} {program} skb drv",
            f"link {odd} create {device} {program} skb noexist", f"link {odd} create {device} {program} flags=0x80"))

    def new_link(self):
        self.created += 1
        return f"{self.prefix}{self.created}"

    def do_create(self):
        return f"link {self.new_link()} create {self.device()} {self.program()} {self.mode()}".strip()

    def do_open(self):
        return f"link {self.new_link()} open {self.random.choice(PINS)}"

    def link(self):
        """One of those that the actor has open by then, whichever that may be."""
        return f"@{self.random.randrange(100)}"

    def do_change(self):
        verb = self.random.choice(("update", "update", "expect", "detach", "close", "close", "close"))
        if verb == "update":
            return f"link {self.link()} update {self.program()}"
        if verb == "expect":
            return f"link {self.link()} update {self.program()} expect {self.program()}"
        return f"link {self.link()} {verb}"

    def do_pin(self):
        return f"link {self.link()} pin {self.random.choice(PINS)}"

    def do_unpin(self):
        return f"{self.random.choice(('unlink', 'unlink', '! rm'))} {self.random.choice(PINS)}"

    def do_delete(self):
        return f"del {self.random.choice(NAMES)}"

    def do_add(self):
        words = self.random.choice((*DEVICES.values(), *ROAMERS.values(), *ROAMERS.values()))
        return f"! add {self.namespace()} {words}"

    def do_rename(self):
        return self.random.choice(("rename d1 d2", "rename d2 d1"))

    def do_bond(self):
        slave, master = self.random.choice(("s0", "s1")), self.random.choice((" b0", ""))
        return f"! master {self.namespace()} {slave}{master}"

    def do_move(self):
        device = self.random.choice((*NAMES, *ROAMERS, *ROAMERS, *ROAMERS, "r1"))
        places = self.random.sample(range(NAMESPACES), 2)
        return f"! move m{places[0]} {device} m{places[1]}"

    def do_netns(self):
        return f"netns {self.namespace_path()}"

    def do_end(self):
        return self.random.choice(("exit", "kill KILL"))

    def do_renew(self):
        return f"! renew {self.namespace()}"


def rounds(seed, actors, operations, without=()):
    """A list of rounds; a round is, for each actor, the list of its lines."""
    plan = []
    while operations > 0:
        count = min(ROUND * actors, operations)
        operations -= count
        plan.append([])
        for actor in range(actors):
            lines = Part(seed, actor, len(plan) - 1).lines(without)
            mine = (count + actors - 1 - actor) // actors
            plan[-1].append([line for line in (next(lines).strip() for _ in range(mine)) if line])
    return plan
