// SPDX-License-Identifier: GPL-2.0
#include "kernel/namespaces.h"

#include "util/cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <search.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

struct scan {
	int (*each)(const struct netns *netns, void *arg);
	void *arg;
	void *seen; /* a tree of inode numbers, by tsearch() */
	size_t unreadable;
};

static void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static void keep_key(void *key)
{
}

/* The keys are the numbers themselves, in place of pointers to them. */
static int compare_keys(const void *a, const void *b)
{
	return (uintptr_t)a < (uintptr_t)b ? -1 : (uintptr_t)a > (uintptr_t)b;
}

static bool scan_has_seen(const struct scan *scan, ino_t inum)
{
	return tfind((void *)(uintptr_t)inum, &scan->seen, compare_keys);
}

/* An entry that @error kept from being read: one that has gone is not worth a word. */
static int scan_failed(struct scan *scan, int error)
{
	if (error != ENOENT && error != ESRCH)
		scan->unreadable++;
	return 0;
}

/* What lies at @path under @dir: perhaps a namespace, perhaps one that we have not met. */
static int scan_path(struct scan *scan, DIR *dir, const char *path, const char *name, pid_t pid)
{
	_cleanup_(close_fd) int fd = -1;
	struct netns netns = { .name = name, .pid = pid };
	struct stat status;

	/* No open() for most processes, nor for a device or a pipe that somebody put there. */
	if (fstatat(dirfd(dir), path, &status, 0))
		return scan_failed(scan, errno);
	/* Where others fail with -EACCES, Debian's 5.10.0-46 takes us to /proc/PID/ns instead. */
	if (!S_ISREG(status.st_mode))
		return pid ? scan_failed(scan, EACCES) : 0;
	if (scan_has_seen(scan, status.st_ino))
		return 0;
	fd = openat(dirfd(dir), path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &status))
		return scan_failed(scan, errno);
	/* `ip netns add` makes a file, then mounts over it: elsewhere than here, it may be. */
	if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET || scan_has_seen(scan, status.st_ino))
		return 0;
	if (!tsearch((void *)(uintptr_t)status.st_ino, &scan->seen, compare_keys))
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
		ret = scan_path(scan, dir, entry->d_name, entry->d_name, 0);
	return ret;
}

static int scan_processes(struct scan *scan)
{
	_cleanup_(close_dir) DIR *dir = opendir("/proc");
	const struct dirent *entry;
	char path[32];
	int ret = 0;

	if (!dir)
		return -errno;
	while (!ret && (entry = readdir(dir))) {
		pid_t pid = atoi(entry->d_name);

		if (pid <= 0)
			continue;
		snprintf(path, sizeof(path), "%d/ns/net", pid);
		ret = scan_path(scan, dir, path, NULL, pid);
	}
	return ret;
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
		ret = scan_processes(&scan);
	tdestroy(scan.seen, keep_key);
	if (!ret && ret_unreadable)
		*ret_unreadable = scan.unreadable;
	return ret;
}
