// SPDX-License-Identifier: GPL-2.0
#include "kernel/namespace_name.h"

#include "util/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

static int namespace_at(const char *path, uint32_t *ret_inum)
{
	_cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;

	if (fd < 0)
		return -errno;
	if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET)
		return -EINVAL;
	if (fstat(fd, &status))
		return -errno;
	*ret_inum = status.st_ino;
	return 0;
}

int namespace_by_name(const char *name, uint32_t *ret_inum)
{
	static const char *const folders[] = { "/run/netns", "/var/run/netns" };
	char path[PATH_MAX];
	int err = -ENOENT;

	if (strchr(name, '/'))
		return namespace_at(name, ret_inum);
	for (size_t i = 0; err == -ENOENT && i < ARRAY_SIZE(folders); i++) {
		if (snprintf(path, sizeof(path), "%s/%s", folders[i], name) >= (int)sizeof(path))
			return -ENOENT;
		err = namespace_at(path, ret_inum);
	}
	return err;
}

int namespace_by_pid(uint32_t pid, uint32_t *ret_inum)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%u/ns/net", pid);
	return namespace_at(path, ret_inum);
}
