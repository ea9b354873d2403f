# SPDX-License-Identifier: GPL-2.0
"""The plan of a run: everything that the guest will do, from the seed alone and before anything is done.

Each actor's part of each round has a random source of its own: a run of fewer operations does the same as the
beginning of a longer one, so that a failure can be cut down.
"""

import random

ROUND = 40  # operations of one actor between two quiet points
NAMESPACES = 2
PROGRAMS = ("p0", "p1", "p2")
MODES = ("", "skb", "drv", "hw")
# veth has native XDP, dummy has not; s0 and s1 are slaves of b0; d1 is renamed to d2 and back
DEVICES = ("v0", "v1", "v2", "d0", "d1", "d2", "t0", "mv0", "b0", "s0", "s1")
CREATE = {
    "v0": "add v0 type veth peer name v1",
    "v2": "add v2 type veth peer name v3",
    "d0": "add d0 type dummy",
    "d1": "add d1 type dummy",
    "mv0": "add mv0 link v2 type macvlan",
    "b0": "add b0 type bond mode active-backup",
    "s0": "add s0 type veth peer name q0",
    "s1": "add s1 type veth peer name q1",
}
DELETED = ("v0", "v1", "v2", "d0", "mv0", "b0", "s0")
# names that are one device, or may be at the time: what the event says may be either
ALIASES = {"d1": ("d1", "d2"), "d2": ("d1", "d2")}


def setup():
    """ip(8) commands for each namespace, in a notation without the namespace."""
    lines = [f"ip link {words}" for words in CREATE.values()]
    lines += ["ip tuntap add t0 mode tap", "ip link set s0 master b0", "ip link set s1 master b0"]
    return [line.replace("ip ", f"ip -n m{number} ", 1) for number in range(NAMESPACES) for line in lines]


class Part:
    """What one actor does in one round."""

    def __init__(self, seed, actor, number):
        self.random = random.Random(f"{seed}/{actor}/{number}")
        self.prefix = f"L{number}x"
        self.actor = actor
        self.created = 0
        self.pins = 0
        self.place = f"/sys/fs/bpf/m{actor}-{number}-"

    def lines(self):
        kinds = {"set": 28, "off": 22, "create": 20, "change": 24, "pin": 6, "delete": 1.5, "recreate": 7,
                 "rename": 2, "bond": 3, "netns": 2, "end": 0.7, "odd": 7}
        yield f"netns /run/netns/m{self.random.randrange(NAMESPACES)}"
        while True:
            kind, = self.random.choices(list(kinds), weights=list(kinds.values()))
            yield getattr(self, f"do_{kind}")()

    def device(self):
        return self.random.choice(DEVICES)

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
        self.created += 1
        odd = f"{self.prefix}{self.created}"
        return self.random.choice((
            f"set {device} {program} skb drv", f"set {device} {program} flags=0x100",
            f"set {device} {program} flags=0x10", f"set {device} fd=77 drv", f"set {device} fd=77",
            f"set {device} nofd skb", f"set {device} {program} attached 1", f"set {device} off prog-id 7",
            f"set #999999 {program}", f"set nope {program} byname", f"set {device} {program} byname",
            f"link {odd} create #999999 {program}", f"link {odd} create {device} {program} skb drv",
            f"link {odd} create {device} {program} skb noexist", f"link {odd} create {device} {program} flags=0x80"))

    def do_create(self):
        self.created += 1
        return f"link {self.prefix}{self.created} create {self.device()} {self.program()} {self.mode()}".strip()

    def link(self):
        """One of those that the actor has open by then, whichever that may be."""
        return f"@{self.random.randrange(100)}"

    def do_change(self):
        verb = self.random.choice(("update", "update", "expect", "detach", "close", "close"))
        if verb == "update":
            return f"link {self.link()} update {self.program()}"
        if verb == "expect":
            return f"link {self.link()} update {self.program()} expect {self.program()}"
        return f"link {self.link()} {verb}"

    def do_pin(self):
        if self.pins and self.random.random() < 0.5:
            return f"unlink {self.place}{self.random.randrange(1, self.pins + 1)}"
        self.pins += 1
        return f"link {self.link()} pin {self.place}{self.pins}"

    def do_delete(self):
        return f"del {self.random.choice(DELETED)}"

    def do_recreate(self):
        return f"! ip -n m{self.random.randrange(NAMESPACES)} link {self.random.choice(list(CREATE.values()))}"

    def do_rename(self):
        return self.random.choice(("rename d1 d2", "rename d2 d1"))

    def do_bond(self):
        slave = self.random.choice(("s0", "s1"))
        how = self.random.choice(("master b0", "nomaster"))
        return f"! ip -n m{self.random.randrange(NAMESPACES)} link set {slave} {how}"

    def do_netns(self):
        return f"netns /run/netns/m{self.random.randrange(NAMESPACES)}"

    def do_end(self):
        return self.random.choice(("exit", "kill KILL"))


def rounds(seed, actors, operations):
    """A list of rounds; a round is, for each actor, the list of its lines."""
    plan = []
    while operations > 0:
        plan.append([])
        for actor in range(actors):
            lines = Part(seed, actor, len(plan) - 1).lines()
            count = min(ROUND, operations)
            operations -= count
            plan[-1].append([next(lines).rstrip() for _ in range(count)])
    return plan
