# SPDX-License-Identifier: GPL-2.0
"""QEMU for a guest: this machine's own if it is new enough, else the one of Debian 12's backports, unpacked.

Debian 12's is 7.2; network cards of the model igb came with 8.0. The unpacked one, in build/vm/qemu-ARCH, uses the
libraries that this machine has for its own.
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
# the first version with a model of a network device
MODELS = {"igb": (8, 0)}
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


def find(arch, models=()):
    """How to start QEMU for that architecture, with these models of network devices: the first words of its command
    line. Downloads one if it must."""
    name, wanted = PROGRAMS[arch]
    least = max((MODELS.get(model, (0, 0)) for model in models), default=(0, 0))
    program = f"qemu-system-{name}"
    installed = shutil.which(program)
    if installed and (least == (0, 0) or version(installed, wanted[0]) >= least):
        return [installed]
    tree = lib.VM / f"qemu-{arch}"
    packages.unpack(tree, BACKPORTS, native(), wanted)
    program = tree / "usr/bin" / program
    if version(program, wanted[0]) < least:
        lib.die(f"{program} is too old for {', '.join(models)}", lib.EXIT_IMPOSSIBLE)
    folders = [tree / folder for folder in FIRMWARE if (tree / folder).exists()]
    return [str(program), *(word for folder in folders for word in ("-L", str(folder)))]


def native():
    """Debian's name of this machine's architecture."""
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
