# SPDX-License-Identifier: GPL-2.0
"""Packages of a Debian suite, unpacked into a folder: nothing is installed, no script of theirs runs."""

import shutil
import subprocess
from types import SimpleNamespace

import apt
import lib


def unpack(tree, suite, arch, names, closure=False, finish=None):
    """Have the packages in `tree`, of the newest versions there were when it was made: it is made once for each list of
    names. closure: also what they depend on. finish(new): the last touch to a new tree, before it is put in place."""
    wanted = " ".join([suite, arch, *names]) + "\n"
    marker = tree / ".complete"
    if marker.exists() and marker.read_text() == wanted:
        return
    lib.need("dpkg-deb", "tar")
    source = apt.Suite(SimpleNamespace(suite=suite, archive="debian", arch=arch))
    with lib.lock(tree.with_name(tree.name + ".lock"), waiting=f"waiting for somebody else who makes {tree.name}"):
        if marker.exists() and marker.read_text() == wanted:
            return
        debs = download(source, names, closure)
        new = tree.with_name(f".{tree.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        for folder in ("bin", "sbin", "lib"):  # as on an installed system, where all of that is in usr
            (new / "usr" / folder).mkdir(parents=True)
            (new / folder).symlink_to(f"usr/{folder}")
        for deb in debs:
            extract(deb, new)
        if finish:
            finish(new)
        (new / ".complete").write_text(wanted)
        shutil.rmtree(tree, ignore_errors=True)
        new.rename(tree)


def download(source, names, closure):
    """The .deb files, in the folder of all downloads."""
    folder = lib.VM / "debs"
    folder.mkdir(parents=True, exist_ok=True)
    with source.lock():
        source.update()
        found = {name: source.show(name) for name in (source.closure(names) if closure else names)}
        for name, fields in found.items():
            if not fields:
                lib.die(f"no package {name} in {source.kernel.suite}")
        return [source.download(fields, folder) for fields in found.values()]


def extract(deb, tree):
    """dpkg-deb -x, but for a link to a folder that stays one."""
    with subprocess.Popen([lib.need("dpkg-deb"), "--fsys-tarfile", deb], stdout=subprocess.PIPE) as data:
        subprocess.run([lib.need("tar"), "-x", "--keep-directory-symlink", "--no-same-owner", "-C", tree],
                       stdin=data.stdout, check=True)
    if data.returncode:
        lib.die(f"dpkg-deb could not read {deb}")
