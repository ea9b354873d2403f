/* SPDX-License-Identifier: GPL-2.0 */
/* A file system of the kernel's for this process only, where nobody has mounted it. */
#ifndef XDPSNOOP_KERNEL_PRIVATE_MOUNT_H
#define XDPSNOOP_KERNEL_PRIVATE_MOUNT_H

#include <stdio.h>

/*
 * Mounts a file system of @type nowhere in the file tree: nobody else sees it, and it ends with its
 * descriptor. Returns that of its root, to be closed, or a negative errno.
 */
int private_mount(const char *type);

/*
 * Opens the file @path of a file system of @type for reading, in such a mount. Returns NULL with
 * errno: ENOENT where the file system has no such file, or the kernel no such file system.
 */
FILE *private_open(const char *type, const char *path);

#endif
