# SPDX-License-Identifier: GPL-2.0
"""From a row of the table of kernels to an unpacked kernel in build/vm/kernels/NAME."""

import re
import shutil
import subprocess

import apt
import image
import lib


def resolve(suite, package):
    """The packages that hold the kernel: those the meta package leads to, as dicts of control fields.

    Up to 7.1 that is one package, linux-image-RELEASE. From 7.2 on it depends on linux-binary-RELEASE (the image),
    linux-modules-RELEASE and linux-base-RELEASE (lists of modules, configuration).
    """
    found, todo = {}, [package]
    while todo:
        name = todo.pop()
        fields = suite.show(name)
        if not fields:
            lib.die(f"no package {name} in {suite.kernel.suite}")
        if name != package:
            found[name] = fields
        names = re.findall(r"\blinux-(?:image|base|binary|modules)-\d[^\s,|(:]*", fields.get("Depends", ""))
        todo += [other for other in names if other not in found]
    if not found:
        lib.die(f"{package} of {suite.kernel.suite} leads to no kernel")
    return sorted(found.values(), key=lambda fields: fields["Package"])


def unpack(debs, tree):
    """Lay the packages out in a new folder, the same way for every kernel, and index its modules."""
    for deb in debs:
        subprocess.run([lib.need("dpkg-deb"), "-x", deb, tree], check=True)
    modules = [path for path in (*tree.glob("lib/modules/*"), *tree.glob("usr/lib/modules/*")) if path.is_dir()]
    releases = {path.name for path in modules}
    images = [*tree.glob("boot/vmlinu[xz]-*"), *tree.glob("usr/lib/modules/*/vmlinu[xz]")]
    if len(releases) != 1 or len(images) != 1:
        lib.die(f"expected one kernel in {', '.join(deb.name for deb in debs)}: {releases}, {images}")
    release = releases.pop()
    images[0].rename(tree / "vmlinuz")
    if vmlinux := image.vmlinux((tree / "vmlinuz").read_bytes()):
        (tree / "vmlinux").write_bytes(vmlinux)
    if not (tree / "lib").exists():
        (tree / "lib").symlink_to("usr/lib")
    index(tree, release)
    return release


def index(tree, release):
    """Let modprobe find the modules of a tree."""
    lib.say(f"indexing the modules of {release}")
    subprocess.run([lib.need("depmod"), "-b", tree, release], check=True)


def fetch(kernel, refresh=False):
    """Have this kernel unpacked in kernel.tree. The caller holds no lock on it."""
    if kernel.release and not refresh:
        return
    lib.need("dpkg-deb", "depmod")
    suite = apt.Suite(kernel)
    with suite.lock():
        if kernel.release and not refresh:
            return
        suite.update()
        packages = resolve(suite, kernel.meta)
        wanted = "".join(f"{fields['Package']} {fields['Version']}\n" for fields in packages)
        if kernel.release and (kernel.tree / "packages").read_text() == wanted:
            lib.say(f"{kernel.name} is up to date: {kernel.release}")
            return
        folder = lib.VM / "debs"
        folder.mkdir(parents=True, exist_ok=True)
        debs = [suite.download(fields, folder) for fields in packages]
        install(kernel, debs, wanted)


def install(kernel, debs, packages):
    """Unpack beside kernel.tree, then put it there in one step, when no guest uses the old one."""
    new = kernel.tree.with_name(f".{kernel.name}.new")
    old = kernel.tree.with_name(f".{kernel.name}.old")
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    new.mkdir(parents=True)
    release = unpack(debs, new)
    (new / "packages").write_text(packages)
    (new / "release").write_text(release + "\n")
    with lib.lock(kernel.lockfile, waiting=f"waiting for the guests that run {kernel.name}"):
        if kernel.tree.exists():
            kernel.tree.rename(old)
        new.rename(kernel.tree)
    shutil.rmtree(old, ignore_errors=True)
    lib.say(f"{kernel.name} is {release}")
