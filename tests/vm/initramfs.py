# SPDX-License-Identifier: GPL-2.0
"""The initramfs of a guest: busybox, the modules that mount 9p, and the scripts in guest/.

The large part is built once for each kernel and kept in its tree, under a name made from its inputs. What belongs to
one run only (the command) is a second, small archive after it: the kernel unpacks one after the other.
"""

import contextlib
import hashlib
import lzma
import os
import stat
import subprocess
from pathlib import Path

import elf
import lib

# Enough to mount 9p and to talk through a virtio port. Those that are built in are skipped.
MODULES = ("virtio_pci", "virtio_console", "9pnet_virtio", "9p")
GUEST = lib.HERE / "guest"
FOLDERS = ("bin", "dev", "host", "job", "modules", "proc", "root", "sys")


def archive(files):
    """A cpio archive, "newc" format, of (name, mode, bytes) in that order."""
    parts = []
    for number, (name, mode, data) in enumerate([*files, ("TRAILER!!!", 0, b"")], 1):
        path = os.fsencode(name) + b"\0"
        links = 2 if stat.S_ISDIR(mode) else 1
        fields = (number, mode, 0, 0, links, 0, len(data), 0, 0, 0, 0, len(path), 0)
        header = b"070701" + b"".join(b"%08X" % field for field in fields) + path
        parts += [header, b"\0" * (-len(header) % 4), data, b"\0" * (-len(data) % 4)]
    return b"".join(parts)


def modules(kernel):
    """Files of MODULES and what they depend on, in the order in which to load them."""
    files = {}
    for module in MODULES:
        where = ["-C", "/dev/null", "-d", kernel.tree, "-S", kernel.release]
        run = subprocess.run([lib.need("modprobe"), *where, "--show-depends", module],
                             stdout=subprocess.PIPE, check=True, text=True)
        for line in run.stdout.splitlines():
            verb, _, rest = line.partition(" ")
            if verb == "insmod":
                files[Path(rest.strip())] = None
    return list(files)


def static(program):
    """The bytes of a program, or exit 3 if it is one that needs libraries."""
    data = program.read_bytes()
    if any(kind == elf.PT_INTERP for kind, _, _ in elf.segments(data)):
        lib.die(f"{program} is not statically linked; on Debian: apt-get install busybox-static", lib.EXIT_IMPOSSIBLE)
    return data


def plain(module):
    """The bytes of a module, decompressed: busybox cannot load all of Debian's formats."""
    data = module.read_bytes()
    if module.suffix == ".xz":
        return lzma.decompress(data)
    if module.suffix == ".zst":
        return subprocess.run([lib.need("zstd"), "-dc"], input=data, stdout=subprocess.PIPE, check=True).stdout
    return data


def base(kernel, root):
    """The large part, from the kernel's tree if it is there and current."""
    busybox = root / "usr/bin/busybox" if root else Path(lib.need("busybox"))
    scripts = sorted(GUEST.iterdir())
    inputs = hashlib.sha256()
    for path in (Path(__file__), kernel.tree / "packages", busybox, *scripts):
        inputs.update(path.read_bytes())
    cached = kernel.tree / f"initramfs-{inputs.hexdigest()[:16]}"
    with contextlib.suppress(FileNotFoundError):
        return cached.read_bytes()

    files = [(folder, 0o040755, b"") for folder in FOLDERS]
    files.append(("bin/busybox", 0o100755, static(busybox)))
    files += [(script.name, 0o100755, script.read_bytes()) for script in scripts]
    names = []
    for module in modules(kernel):
        names.append(module.name[:module.name.index(".ko") + 3])
        files.append((f"modules/{names[-1]}", 0o100644, plain(module)))
    files.append(("modules/order", 0o100644, "".join(f"{name}\n" for name in names).encode()))
    data = archive(files)

    for stale in kernel.tree.glob("initramfs-*"):
        stale.unlink(missing_ok=True)
    new = kernel.tree / f".initramfs.{os.getpid()}"
    new.write_bytes(data)
    new.rename(cached)
    return data


def write(kernel, root, job, path):
    """Write to path the initramfs for one run; job is a dict, name -> bytes, that becomes the folder /job. root: where
    the guest's programs are, None if they are this machine's."""
    files = [(f"job/{name}", 0o100600, data) for name, data in job.items()]
    path.write_bytes(base(kernel, root) + archive(files))
