// SPDX-License-Identifier: GPL-2.0
#include "kernel/namespaces.h"

#include "kernel/descriptors.h"
#include "kernel/mounts.h"
#include "kernel/processes.h"
#include "util/cleanup.h"
#include "util/numbers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

struct scan {
	int (*each)(const struct netns *netns, void *arg);
	void *arg;
	struct numbers seen; /* inodes */
	size_t unreadable;
};

static void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* An entry that @error kept from being read: one that has gone is not worth a word. */
static int scan_failed(struct scan *scan, int error)
{
	if (error != ENOENT && error != ESRCH)
		scan->unreadable++;
	return 0;
}

/*
 * What lies at @path under @dir: perhaps a namespace, perhaps one that we have not met. @found has
 * what is known of it.
 */
static int scan_path(struct scan *scan, int dir, const char *path, const struct netns *found)
{
	_cleanup_(close_fd) int fd = -1;
	struct netns netns = *found;
	struct stat status;

	/* No open() for most processes, nor for a device or a pipe that somebody put there. */
	if (fstatat(dir, path, &status, 0))
		return scan_failed(scan, errno);
	/* Where others fail with -EACCES, Debian's 5.10.0-46 takes us to /proc/PID/ns instead. */
	if (!S_ISREG(status.st_mode))
		return found->pid && !found->path ? scan_failed(scan, EACCES) : 0;
	if (numbers_have(&scan->seen, status.st_ino))
		return 0;
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &status))
		return scan_failed(scan, errno);
	/* `ip netns add` makes a file, then mounts over it: elsewhere than here, it may be. */
	if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET || numbers_have(&scan->seen, status.st_ino))
		return 0;
	if (numbers_add(&scan->seen, status.st_ino) < 0)
		return -ENOMEM;
	netns.inum = status.st_ino;
	netns.fd = fd;
	return scan->each(&netns, scan->arg);
}

static int scan_names(struct scan *scan, const char *folder)
{
	_cleanup_(close_dir) DIR *dir = opendir(folder);
	const struct dirent *entry;
	int ret = 0;

	if (!dir)
		return scan_failed(scan, errno);
	while (!ret && (entry = readdir(dir)))
		ret = scan_path(scan, dirfd(dir), entry->d_name,
				&(struct netns){ .name = entry->d_name });
	return ret;
}

/* Threads may be in other namespaces than their process; most processes have one thread only. */
static int scan_threads(struct scan *scan, int proc, pid_t pid)
{
	_cleanup_(close_dir) DIR *dir = NULL;
	const struct dirent *entry;
	struct stat status;
	char path[64];
	int fd, ret = 0;

	snprintf(path, sizeof(path), "%d/task", pid);
	if (fstatat(proc, path, &status, 0) || status.st_nlink <= 3)
		return 0;
	fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	while (dir && !ret && (entry = readdir(dir))) {
		pid_t tid = atoi(entry->d_name);

		if (tid <= 0 || tid == pid)
			continue;
		snprintf(path, sizeof(path), "%d/ns/net", tid);
		ret = scan_path(scan, fd, path, &(struct netns){ .pid = tid });
	}
	return ret;
}

static int scan_process(int proc, pid_t pid, void *arg)
{
	struct scan *scan = arg;
	size_t before = scan->unreadable;
	char path[32];
	int ret;

	snprintf(path, sizeof(path), "%d/ns/net", pid);
	ret = scan_path(scan, proc, path, &(struct netns){ .pid = pid });
	if (!ret && scan->unreadable == before)
		ret = scan_threads(scan, proc, pid);
	return ret;
}

/* Whoever may not look has been counted with the processes. */
static int scan_descriptor(const struct descriptor *descriptor, void *arg)
{
	struct netns netns = { .pid = descriptor->pid };
	char path[64];

	/* "/": opened by a name that is no more, as of `ip netns`; some other things look so, too.
	 */
	if (strncmp(descriptor->target, "net:[", 5) && strcmp(descriptor->target, "/"))
		return 0;
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", descriptor->pid, descriptor->fd);
	netns.path = path;
	return scan_path(arg, AT_FDCWD, path, &netns);
}

static int scan_mount(const struct mount *mount, void *arg)
{
	if (strncmp(mount->root, "net:[", 5))
		return 0;
	return scan_path(arg, AT_FDCWD, mount->path, &(struct netns){ .path = mount->path });
}

int namespaces_each(int (*each)(const struct netns *netns, void *arg), void *arg,
		    size_t *ret_unreadable)
{
	struct scan scan = { .each = each, .arg = arg };
	int ret;

	ret = scan_names(&scan, "/run/netns");
	if (!ret)
		ret = scan_names(&scan, "/var/run/netns");
	if (!ret)
		ret = processes_each(scan_process, &scan);
	if (!ret)
		ret = descriptors_each(scan_descriptor, &scan, NULL);
	if (!ret)
		ret = mounts_each("nsfs", scan_mount, &scan, NULL);
	numbers_release(&scan.seen);
	if (!ret && ret_unreadable)
		*ret_unreadable = scan.unreadable;
	return ret;
}
