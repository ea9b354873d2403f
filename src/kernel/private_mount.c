// SPDX-License-Identifier: GPL-2.0
#include "kernel/private_mount.h"

#include "util/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>

int private_mount(const char *type)
{
	_cleanup_(close_fd) int context = fsopen(type, FSOPEN_CLOEXEC);
	int fd;

	if (context < 0 || fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return -errno;
	fd = fsmount(context, FSMOUNT_CLOEXEC, 0);
	return fd < 0 ? -errno : fd;
}

FILE *private_open(const char *type, const char *path)
{
	_cleanup_(close_fd) int root = private_mount(type);
	FILE *file;
	int fd;

	if (root < 0) {
		errno = root == -ENODEV ? ENOENT : -root;
		return NULL;
	}
	fd = openat(root, path, O_RDONLY | O_CLOEXEC);
	file = fd < 0 ? NULL : fdopen(fd, "r");
	if (!file)
		close_fd(&fd);
	return file;
}
