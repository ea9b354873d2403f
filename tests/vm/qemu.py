# SPDX-License-Identifier: GPL-2.0
"""One run of one guest: start QEMU, pass on what the command prints, find out how it ended.

The guest talks through one virtio port: a line "NONCE ready", then the command's output as it is, then a mark with its
exit status (see guest/run-command). The mark comes last through the same port, so once it is here all output is. Only
the mark makes a run count as ended: a guest that panics also makes QEMU exit with status 0.
"""

import os
import re
import secrets
import select
import shlex
import subprocess
import time
from typing import NamedTuple

import emulator
import initramfs
import lib
import root

BOOT_LIMIT = 60
# no_timer_check: without it about one boot in fourteen hangs under emulation
# cryptomgr.notests: saves half a second
CMDLINE = "rdinit=/init no_timer_check cryptomgr.notests panic=-1 oops=panic"
# what differs between architectures: the machine, and the console of its kernel
MACHINES = {
    # String instructions, by which Linux 5.10 clears and copies memory, are slow under emulation: half of the time there.
    # Without erms alone 5.10 does not start: its alternatives want both or none
    "amd64": ["-machine", "q35", "-cpu", "max,-erms,-fsrm"],
    # pauth-impdef: pointer authentication as Arm defines it takes half of the time
    "arm64": ["-machine", "virt", "-cpu", "max,pauth-impdef=on"],
}
CONSOLES = {"amd64": "ttyS0", "arm64": "ttyAMA0"}
QUEUES = 4  # of a network device with mq=on
NO_ROM = "romfile="  # nothing boots from the network
PATH = "/run/vm/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

ENDED, LATE, DIED, STILLBORN, REFUSED = "ended", "late", "died", "stillborn", "refused"


class End(NamedTuple):
    """How a run ended.

    ENDED      the command's exit status is `status`
    LATE       the time limit was over before the command was
    DIED       the guest went away while the command ran
    STILLBORN  the guest never became ready; `detail` says how
    REFUSED    QEMU did not accept its arguments
    """

    how: str
    status: int = 0
    detail: str = ""


def escape(path):
    """A path as the value of a QEMU option."""
    return str(path).replace(",", ",,")


class Guest:
    """A guest that is to run `command` once. `scratch` is a folder for its temporary files, `out` for its output."""

    def __init__(self, kernel, command, options, out, scratch):
        self.kernel = kernel
        self.command = command
        self.options = options
        self.out = out
        self.scratch = scratch
        self.console = out / "console.log"
        self.errors = scratch / "qemu.log"
        self.emulator = emulator.find(kernel.arch)
        self.root = root.find(kernel.arch)
        self.nonce = secrets.token_hex(16)
        self.started = self.ready = None

    def job(self):
        """The files that tell the guest what to do."""
        settings = {"NONCE": self.nonce, "REPO": str(lib.REPO), "TREE": str(self.kernel.tree.resolve()),
                    "ROOT": str(self.root.resolve()) if self.root else ""}
        variables = {"PATH": PATH, "HOME": "/root", "OUT": "/out", "LANG": "C.UTF-8", "TERM": "dumb"}
        lines = [f"export {name}={value}" for name, value in variables.items()]
        lines += [f"cd {shlex.quote(str(lib.REPO))} || exit", f"exec {shlex.join(self.command)}"]
        return {
            "settings": "".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items()).encode(),
            "command": os.fsencode("\n".join(lines) + "\n"),
        }

    def arguments(self, port):
        """The QEMU command line. `port` is the file descriptor to which the guest's port is connected."""
        options, image = self.options, self.scratch / "initramfs"
        arguments = [
            # when we die, for whatever reason, QEMU dies
            lib.need("setpriv"), "--pdeathsig", "KILL",
            *self.emulator, "-accel", "tcg", *MACHINES[self.kernel.arch],
            "-smp", str(options.cpus), "-m", str(options.memory),
            "-nodefaults", "-no-user-config", "-display", "none", "-monitor", "none", "-no-reboot",
            "-kernel", str(self.kernel.image), "-initrd", str(image),
            "-append", f"console={CONSOLES[self.kernel.arch]} {CMDLINE} {options.append}".strip(),
            "-chardev", f"file,id=console,path={escape(self.console)}", "-serial", "chardev:console",
            "-chardev", f"file,id=port,path=/dev/fd/{port}",
            "-device", "virtio-serial-pci", "-device", "virtserialport,nr=1,chardev=port",
            "-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap",
            "-device", "virtio-9p-pci,fsdev=host,mount_tag=host",
            "-fsdev", f"local,id=out,path={escape(self.out)},security_model=none,multidevs=remap",
            "-device", "virtio-9p-pci,fsdev=out,mount_tag=out",
        ]
        for number, nic in enumerate(options.nic):
            model, _, properties = nic.partition(",")
            # a hub of its own: the link is up, and leads nowhere
            behind = f"hubport,id=net{number},hubid={number}"
            if has_queues(nic):
                behind = f"tap,id=net{number},queues={QUEUES},script=no,downscript=no"
            arguments += ["-netdev", behind, "-device",
                          ",".join(filter(None, (model, f"netdev=net{number}", NO_ROM, properties)))]
        if any(has_queues(nic) for nic in options.nic):
            # a namespace of QEMU's own, so that the tap device is nobody else's, and ends with it
            arguments = [lib.need("unshare"), "--net", *([] if os.geteuid() == 0 else ["--map-root-user"]), *arguments]
        return arguments if options.nic else [*arguments, "-nic", "none"]

    def run(self, output):
        """Run the guest to its end. What the command prints goes to the binary stream `output`."""
        initramfs.write(self.kernel, self.root, self.job(), self.scratch / "initramfs")
        here, there = os.pipe()
        try:
            arguments = self.arguments(there)
            if self.options.verbose:
                lib.say(shlex.join(arguments))
            self.started = time.monotonic()
            with open(self.errors, "wb") as errors:
                process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors,
                                           pass_fds=[there], start_new_session=True)
        finally:
            os.close(there)
        try:
            end = self._listen(here, output)
            return end or self._post_mortem(process)
        finally:
            process.kill()
            process.wait()
            os.close(here)

    def _listen(self, port, output):
        """Follow the guest's port until something ends the run. None: QEMU has closed it."""
        ready, mark = f"{self.nonce} ready\n".encode(), f"\0{self.nonce} end ".encode()
        limit, pending = self.started + BOOT_LIMIT, b""
        while True:
            left = limit - time.monotonic()
            if left <= 0:
                return End(LATE) if self.ready else End(STILLBORN, detail=f"not ready after {BOOT_LIMIT} s")
            if not select.select([port], [], [], left)[0]:
                continue
            data = os.read(port, 1 << 16)
            if not data:
                return None
            pending += data
            if not self.ready:
                if not pending.startswith(ready):
                    continue
                pending = pending[len(ready):]
                self.ready = time.monotonic()
                limit = self.ready + self.options.time
            text, found, rest = pending.partition(mark)
            keep = 0 if found else overlap(text, mark)
            output.write(text[:len(text) - keep])
            output.flush()
            pending = pending[len(text) - keep:]
            if found and rest.endswith(b"\n"):
                return End(ENDED, status=int(rest))

    def _post_mortem(self, process):
        """QEMU has closed the port without an end mark: what happened?"""
        status = process.wait()
        errors = self.errors.read_text(errors="replace").strip()
        detail = "it panicked or powered off"
        if status:
            detail = f"QEMU exited with status {status}" if status > 0 else f"QEMU was killed by signal {-status}"
        if errors:
            detail += f"\n{errors}"
        if self.ready:
            return End(DIED, detail=detail)
        if status > 0:
            return End(REFUSED, detail=errors)
        return End(STILLBORN, detail=detail)


def has_queues(nic):
    """Whether a device of -n wants several queues: of what QEMU has behind a device, only a tap has them."""
    return "mq=on" in nic.split(",")


def overlap(text, mark):
    """How many bytes at the end of text may be the beginning of mark."""
    for length in range(min(len(text), len(mark) - 1), 0, -1):
        if text.endswith(mark[:length]):
            return length
    return 0


class Console:
    """What the guest's kernel has printed."""

    BAD = re.compile(r"Kernel panic - .*|BUG: .*|WARNING: .*|Oops: .*|rcu: INFO: .*|INFO: task .* blocked .*")

    def __init__(self, path):
        text = path.read_bytes().decode(errors="replace") if path.exists() else ""
        lines = [line.rstrip("\r") for line in text.rstrip().split("\n")]
        self.lines = ["".join(c if c.isprintable() or c == "\t" else "?" for c in line) for line in lines]
        found = [(number, match[0]) for number, line in enumerate(self.lines) if (match := self.BAD.search(line))]
        self.complaints = [text for _, text in found]
        self._first = found[0][0] if found else len(self.lines)  # the line with the first complaint

    def tail(self, lines=30):
        """The last lines, and more if the kernel's first complaint is further up."""
        return "\n".join(self.lines[max(0, min(self._first, len(self.lines) - lines)):])
