// SPDX-License-Identifier: GPL-2.0
#include "kernel/namespaces.h"

#include "util/cleanup.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

#define NAMES "/run/netns"

struct walk {
	namespace_fn fn;
	void *arg;
	void *seen; /* a tree (tsearch) of the inodes that were met; they are its pointers */
};

static int inode_compare(const void *a, const void *b)
{
	return ((uintptr_t)a > (uintptr_t)b) - ((uintptr_t)a < (uintptr_t)b);
}

static void inode_forget(void *inode)
{
	(void)inode;
}

/* Looks before it opens: most processes share few namespaces. */
static int walk_path(struct walk *walk, const char *path)
{
	_cleanup_(close_fd) int fd = -1;
	struct stat status;
	void *inode;

	if (stat(path, &status))
		return 0;
	inode = (void *)(uintptr_t)status.st_ino;
	if (tfind(inode, &walk->seen, inode_compare))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	/* Another one may have come to that place; an empty file in /run/netns is none. */
	if (fd < 0 || fstat(fd, &status) || (uintptr_t)inode != status.st_ino)
		return 0;
	if (!tsearch(inode, &walk->seen, inode_compare))
		return -ENOMEM;
	return walk->fn(fd, status.st_ino, walk->arg);
}

static void close_directory(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

/* @format makes a path of an entry's name. */
static int walk_directory(struct walk *walk, const char *directory, const char *format,
			  bool (*is_wanted)(const char *name))
{
	_cleanup_(close_directory) DIR *entries = opendir(directory);
	struct dirent *entry;
	int ret = 0;

	while (entries && !ret && (entry = readdir(entries))) {
		char path[sizeof(NAMES) + sizeof(entry->d_name) + 16];

		if (!is_wanted(entry->d_name))
			continue;
		snprintf(path, sizeof(path), format, entry->d_name);
		ret = walk_path(walk, path);
	}
	return ret;
}

static bool is_process(const char *name)
{
	return isdigit((unsigned char)name[0]);
}

static bool is_name(const char *name)
{
	return name[0] != '.';
}

int namespaces_each(namespace_fn fn, void *arg)
{
	struct walk walk = { .fn = fn, .arg = arg };
	int ret;

	ret = walk_path(&walk, "/proc/self/ns/net");
	if (!ret)
		ret = walk_directory(&walk, NAMES, NAMES "/%s", is_name);
	if (!ret)
		ret = walk_directory(&walk, "/proc", "/proc/%s/ns/net", is_process);
	tdestroy(walk.seen, inode_forget);
	return ret;
}
