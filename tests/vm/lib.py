# SPDX-License-Identifier: GPL-2.0
"""What the scripts of the guest harness share: places, messages, locks, the table of kernels.

Exit status 3 means, as everywhere in this project: not possible on this system, and here is the remedy.
"""

import contextlib
import fcntl
import os
import shutil
import sys
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
REPO = HERE.parent.parent
VM = REPO / "build" / "vm"

EXIT_USAGE = 2
EXIT_IMPOSSIBLE = 3

# program -> the Debian package that has it, if that has another name
PACKAGES = {
    "apt-cache": "apt",
    "apt-get": "apt",
    "busybox": "busybox-static",
    "depmod": "kmod",
    "dpkg-deb": "dpkg",
    "modprobe": "kmod",
    "objcopy": "binutils",
    "qemu-system-x86_64": "qemu-system-x86",
    "setpriv": "util-linux",
    "unshare": "util-linux",
    "xz": "xz-utils",
}


class Kernel(NamedTuple):
    """A row of the file `kernels`."""

    name: str
    suite: str
    archive: str
    meta: str
    arch: str
    extra: str

    @property
    def tree(self):
        """Where the unpacked kernel lives: vmlinuz, vmlinux, release, packages, lib/modules/RELEASE."""
        return VM / "kernels" / self.name

    @property
    def image(self):
        """What to boot: the unpacked kernel if there is one, as it starts sooner."""
        vmlinux = self.tree / "vmlinux"
        return vmlinux if vmlinux.exists() else self.tree / "vmlinuz"

    @property
    def lockfile(self):
        """Held shared by guests that run from the tree, exclusively by who replaces it."""
        return VM / "kernels" / f"{self.name}.lock"

    @property
    def release(self):
        """What uname -r says there, or None if this kernel has not been fetched."""
        try:
            return (self.tree / "release").read_text().strip()
        except FileNotFoundError:
            return None


def say(message):
    """One line of talk, on stderr, under the name of the script that runs."""
    print(f"{Path(sys.argv[0]).name}: {message}", file=sys.stderr, flush=True)


def die(message, status=1):
    say(message)
    sys.exit(status)


def need(*programs):
    """Full paths of programs, or exit 3 with the package to install. Knows sbin also for those without it in PATH."""
    path = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"
    found = [shutil.which(program, path=path) for program in programs]
    missing = [program for program, where in zip(programs, found) if not where]
    if missing:
        packages = sorted({PACKAGES.get(program, program) for program in missing})
        die(f"missing {', '.join(missing)}; on Debian: apt-get install {' '.join(packages)}", EXIT_IMPOSSIBLE)
    return found[0] if len(found) == 1 else found


def kernels():
    """The table of kernels, as a dict by name."""
    lines = (HERE / "kernels").read_text().splitlines()
    rows = [Kernel(*line.split()) for line in lines if line.strip() and not line.startswith("#")]
    return {row.name: row for row in rows}


def kernel(name):
    """The kernel of that name, or exit 2 with the names there are."""
    table = kernels()
    if name not in table:
        die(f"no kernel '{name}'; there are: {' '.join(table)}", EXIT_USAGE)
    return table[name]


@contextlib.contextmanager
def lock(path, shared=False, waiting=None):
    """Hold a lock file, exclusively or shared; say `waiting` first if somebody else has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with open(path, "w") as file:
        try:
            fcntl.flock(file, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                say(waiting)
            fcntl.flock(file, mode)
        yield


@contextlib.contextmanager
def processors(count):
    """Hold `count` of this machine's processors, or all there are, among all guests of the machine.

    An emulated processor keeps a real one busy. With more of them than that, every guest is late, and what fails then
    says nothing about what is tested. Whoever waits for several holds the gate, so that two never wait for each other.
    """
    folder = Path("/tmp") / f"xdpsnoop-vm-{os.getuid()}"
    total = os.cpu_count() or 1
    with contextlib.ExitStack() as held:
        with lock(folder / "gate"):
            files = [held.enter_context(open(folder / f"processor{number}", "w")) for number in range(total)]
            free = set(files)
            taken = 0
            while taken < min(count, total):
                for file in list(free):
                    with contextlib.suppress(BlockingIOError):
                        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        free.remove(file)
                        taken += 1
                        break
                else:
                    # whichever is free first: flock can not wait for one of several
                    time.sleep(0.1)
        yield

