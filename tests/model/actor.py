# SPDX-License-Identifier: GPL-2.0
"""One actor: a process that feeds an xdpctl line by line, and writes down what it answers.

Lines of the log: round, pid, network namespace (its inode), line, answer. Which links there are depends on what the
kernel answered: "link @N ..." is the Nth of those that are open. Where none is, the line is left out. What begins with
"!" the actor does itself: it is one more process then, that does something to the devices and pins of the xdpctl.
"""

import fcntl
import os
import re
import select
import signal

import system

PATIENCE = 60000  # ms: nothing that is asked takes longer
MADE = re.compile(rb"\w+ .* ok id=(\d+)")


class Hangs(Exception):
    """The text is the line that was never answered."""


class Actor:
    def __init__(self, number, folder, xdpctl, setup):
        self.number = number
        self.folder = folder
        self.xdpctl = xdpctl
        self.setup = setup
        self.log = open(f"{folder}/log.{number}", "w", encoding="utf-8")
        self.errors = os.open(f"{folder}/stderr.{number}", os.O_WRONLY | os.O_CREAT, 0o644)
        self.round = "-1"
        self.name = "m0"  # of the namespace to be in
        self.created = []  # ids of links, since they were last told
        self.start()

    # the xdpctl

    def start(self):
        theirs, self.to = os.pipe()
        ours, theirs_out = os.pipe()
        self.pid = os.posix_spawn(self.xdpctl, [self.xdpctl], os.environ, file_actions=[
            (os.POSIX_SPAWN_DUP2, theirs, 0), (os.POSIX_SPAWN_DUP2, theirs_out, 1),
            (os.POSIX_SPAWN_DUP2, self.errors, 2)])
        os.close(theirs)
        os.close(theirs_out)
        self.answers = os.fdopen(ours, "rb")
        self.poll = select.poll()
        self.poll.register(ours, select.POLLIN)
        self.open = {}  # name of a link: its id
        self.netns = system.netns_of(self.pid)
        self.enter(f"netns {system.NETNS}/{self.name}")
        for name in ("p0", "p1", "p2"):
            self.ask(f"load {name} as a{self.number}_{name}")

    def stop(self):
        os.close(self.to)
        os.waitpid(self.pid, 0)
        self.answers.close()

    def note(self, line, answer, pid=None):
        self.log.write(f"{self.round}\t{pid or self.pid}\t{self.netns}\t{line}\t{answer}\n")

    def ask(self, line):
        """The answer; empty if there was none. One line is never in two pieces: they are written at once."""
        os.write(self.to, line.encode() + b"\n")
        if not self.poll.poll(PATIENCE):
            raise Hangs(line)
        answer = self.answers.readline().rstrip(b"\n")
        self.note(line, answer.decode())
        return answer

    # its lines

    def perform(self, line):
        words = line.split()
        if words[0] == "!":
            self.do(line, words[1:])
        elif words[0] == "link":
            self.link(line, words)
        elif words[0] == "netns":
            self.enter(line)
        else:
            self.ask(line)
            if words[0] in ("exit", "kill"):
                self.stop()
                self.start()

    def enter(self, line):
        self.name = line.rpartition("/")[2]
        self.ask(line)
        self.netns = system.netns_of(self.pid)

    def link(self, line, words):
        if words[1][0] == "@":
            if not self.open:
                return
            words[1] = list(self.open)[int(words[1][1:]) % len(self.open)]
            line = " ".join(words)
        made = MADE.match(self.ask(line))
        if made:
            self.open[words[1]] = int(made[1])
            if words[2] == "create":
                self.created.append(int(made[1]))
        if words[2] == "close":
            del self.open[words[1]]

    # what it does itself

    def do(self, line, words):
        try:
            result, more = getattr(self, "do_" + words[0])(*words[1:])
        except OSError as error:
            result, more = -error.errno, ""
        self.note(line, system.outcome(result) + more, os.getpid())

    @staticmethod
    def at(name):
        return system.opened(f"{system.NETNS}/{name}")

    def do_add(self, where, *words):
        with self.at(where) as netns:
            return system.device_add(netns, *words), ""

    def do_master(self, where, slave, master=None):
        with self.at(where) as netns:
            return system.device_master(netns, slave, master), ""

    def do_move(self, where, device, to):
        with self.at(where) as netns, self.at(to) as other:
            places = f" from={os.fstat(netns).st_ino} to={os.fstat(other).st_ino}"
            try:
                return system.device_move(netns, device, other), places
            except OSError as error:
                return -error.errno, places + " via=lookup"

    def do_rm(self, path):
        os.unlink(path)
        return 0, ""

    def do_renew(self, name):
        """The namespace loses its name, and gets a successor. Two at once would be in each other's way."""
        with open("/run/renew", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            old = os.stat(f"{system.NETNS}/{name}").st_ino
            system.netns_delete(name)
            new = make_namespace(name, self.setup)
        return 0, f" from={old} to={new}"

    # its life

    def rounds(self, commands, reports):
        """Each command is a round's number, or "end"; each report its xdpctl, the links made, those open."""
        for command in commands:
            self.round = command.strip()
            if self.round == "end":
                break
            with open(f"{self.folder}/plan.{self.round}.{self.number}", encoding="utf-8") as plan:
                for line in plan.read().splitlines():
                    self.perform(line)
            self.log.flush()
            made, held = (",".join(map(str, links)) for links in (self.created, self.open.values()))
            reports.write(f"done {self.pid} [{made}] [{held}]\n")
            reports.flush()
            self.created = []
        self.round = "end"
        self.note("exit", "")
        self.stop()
        self.log.close()


def make_namespace(name, setup):
    """A namespace with its devices: the inode."""
    made = system.netns_add(name)
    with system.opened(f"{system.NETNS}/{name}") as netns:
        # see session: when the outer end of this has gone, all devices of the namespace have
        system.device_add(netns, "witness", "veth", "w")
        other = system.device_index(netns, "w")
        system.link_change(netns, system.RTM_SETLINK,
                           system.link_header(other) + system.attribute(system.IFLA_IFNAME, f"w{made}") +
                           system.attribute(system.IFLA_NET_NS_FD, system.home))
        for line in setup:
            verb, *words = line.split()
            try:
                {"add": system.device_add, "master": system.device_master}[verb](netns, *words)
            except OSError:
                pass  # another actor was faster, or took it away
    return made


def run(number, folder, xdpctl, setup, commands, reports):
    """The whole life of an actor's process; the exit status."""
    system.name_process(f"actor{number}")
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    actor = Actor(number, folder, xdpctl, setup)
    try:
        actor.rounds(commands, reports)
    except Hangs as error:
        actor.log.close()
        reports.write(f"no answer to: {error}\n")
        reports.flush()
        return 1
    return 0
