/* SPDX-License-Identifier: GPL-2.0 */
/* Mounts of every mount namespace that a process is in. */
#ifndef XDPSNOOP_KERNEL_MOUNTS_H
#define XDPSNOOP_KERNEL_MOUNTS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct mount {
	dev_t dev; /* of the file system */
	const char
		*root; /* borrowed: what of the file system is mounted; escaped as in mountinfo */
	const char
		*path;  /* borrowed: from here, with /proc/PID/root before it if it is elsewhere */
	bool elsewhere; /* not in the mount namespace of this process */
};

/*
 * Reads a line of /proc/PID/mountinfo, which is changed; @prefix comes before the path, which is
 * made in @path. Returns whether it is a mount of a file system of @type.
 */
bool mount_parse(char *line, const char *type, const char *prefix, char path[PATH_MAX],
		 struct mount *ret);

/*
 * Calls @each for every mount of a file system of @type, until it returns a value other than 0,
 * which is then returned; those of this process's own namespace come first. A mount may come
 * several times, if namespaces share it, and what is at its path may be another one that lies over
 * it. Namespaces that can not be read are counted in @ret_unreadable, which may be NULL. Returns 0
 * at the end, -ENOMEM, or another negative errno if /proc can not be opened.
 */
int mounts_each(const char *type, int (*each)(const struct mount *mount, void *arg), void *arg,
		size_t *ret_unreadable);

#endif
