# SPDX-License-Identifier: GPL-2.0
"""QEMU for a guest: this machine's own if it is new enough, else the one of Debian 12's backports, unpacked.

Debian 12's is 7.2: it needs twice the time for a guest's programs, and has no network cards of the model igb. The
unpacked one, in build/vm/qemu-ARCH, uses the libraries that this machine has for its own.
"""

import os
import re
import shutil
import subprocess

import lib
import packages

# Debian's name of an architecture -> QEMU's, the package that has it, and what that takes beside this machine's
PROGRAMS = {
    "amd64": ("x86_64", ["qemu-system-x86", "qemu-system-data", "seabios"]),
    "arm64": ("aarch64", ["qemu-system-arm", "qemu-system-data"]),
}
LEAST = (8, 0)
BACKPORTS = "bookworm-backports"
FIRMWARE = ("usr/share/qemu", "usr/share/seabios")


def version(program, package):
    """(major, minor) of a QEMU; exit 3 if it does not run, with the package of this machine's own."""
    run = subprocess.run([program, "--version"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    found = re.search(r"version (\d+)\.(\d+)", run.stdout)
    if not found:
        lib.die(f"{program} does not run: {run.stderr.strip() or run.stdout.strip()}; on Debian: "
                f"apt-get install {package}", lib.EXIT_IMPOSSIBLE)
    return int(found[1]), int(found[2])


def find(arch):
    """How to start QEMU for that architecture: the first words of its command line. Downloads one if it must."""
    name, wanted = PROGRAMS[arch]
    program = f"qemu-system-{name}"
    installed = shutil.which(program)
    if installed and version(installed, wanted[0]) >= LEAST:
        return [installed]
    tree = lib.VM / f"qemu-{arch}"
    packages.unpack(tree, BACKPORTS, native(), wanted)
    program = tree / "usr/bin" / program
    version(program, wanted[0])  # or exit: it may lack libraries here
    folders = [tree / folder for folder in FIRMWARE if (tree / folder).exists()]
    return [str(program), *(word for folder in folders for word in ("-L", str(folder)))]


def native():
    """Debian's name of this machine's architecture."""
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
