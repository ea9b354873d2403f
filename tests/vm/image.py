# SPDX-License-Identifier: GPL-2.0
"""Take the kernel proper, vmlinux, out of a bzImage.

Decompressing itself is the slowest thing a kernel does while it boots under emulation: 2.5 of 5.5 s for one packed with
xz. QEMU starts a vmlinux directly if it has a PVH entry point, which Debian's have. What is lost: the decompressor also
picks the random address of the kernel's text, so a kernel that is booted this way always has the one it is linked for.
"""

import lzma
import struct
import subprocess
import zlib

import elf
import lib

SETUP_SECTS, MAGIC, PAYLOAD = 0x1f1, 0x202, 0x248  # Documentation/arch/x86/boot.rst
PVH_ENTRY = 18  # XEN_ELFNOTE_PHYS32_ENTRY


def vmlinux(bzimage):
    """The ELF file in a bzImage, or None: not a bzImage, packed in another way, or QEMU could not start it."""
    if bzimage[MAGIC:MAGIC + 4] != b"HdrS":
        return None
    start, length = struct.unpack_from("<II", bzimage, PAYLOAD)
    start += (bzimage[SETUP_SECTS] + 1) * 512
    kernel = unpack(bzimage[start:start + length])
    return kernel if kernel and elf.has_note(kernel, b"Xen\0", PVH_ENTRY) else None


def unpack(payload):
    """Unpack what the kernel's build packed. It adds 4 bytes, the size, which are not part of the format."""
    if payload.startswith(b"\xfd7zXZ\0"):
        return lzma.LZMADecompressor().decompress(payload)
    if payload.startswith(b"\x1f\x8b"):
        return zlib.decompressobj(wbits=31).decompress(payload)
    if payload.startswith(b"\x28\xb5\x2f\xfd"):
        return subprocess.run([lib.need("zstd"), "-dc"], input=payload[:-4], stdout=subprocess.PIPE, check=True).stdout
    return None
