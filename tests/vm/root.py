# SPDX-License-Identifier: GPL-2.0
"""The programs of a guest whose architecture is not this machine's: Debian 12's packages, unpacked.

A guest of this machine's architecture needs none of that: it uses this machine's programs.
"""

import shutil

import emulator
import lib
import packages

# what the live cases and the guest's own scripts call, with the libraries of the tool
PACKAGES = ["base-files", "base-passwd", "bash", "bpftool", "busybox-static", "coreutils", "dash", "ethtool", "grep",
            "hostname", "iproute2", "kmod", "libbpf1", "libelf1", "libjson-c5", "liblzma5", "libmnl0", "libzstd1", "mawk",
            "mount", "procps", "sed", "util-linux", "xdp-tools", "zlib1g"]
# what the scripts of the packages would have done
ALTERNATIVES = {"usr/bin/awk": "mawk"}


def find(arch):
    """The folder that holds a guest's usr and etc; downloads what it must. None: this machine's own."""
    if arch == emulator.native():
        return None
    tree = lib.VM / f"root-{arch}"
    packages.unpack(tree, "bookworm", arch, PACKAGES, closure=True, finish=finish)
    return tree


def finish(tree):
    """What makes a system of unpacked packages."""
    for name, target in ALTERNATIVES.items():
        (tree / name).symlink_to(target)
    for name in ("passwd", "group"):
        shutil.copy(tree / f"usr/share/base-passwd/{name}.master", tree / "etc" / name)
