/* SPDX-License-Identifier: GPL-2.0 */
/* A network namespace by what users call it. */
#ifndef XDPSNOOP_KERNEL_NAMESPACE_NAME_H
#define XDPSNOOP_KERNEL_NAMESPACE_NAME_H

#include <stdint.h>

/*
 * The inode number of the namespace that `ip netns` has given @name, or of the file that it is the
 * path of, if there is a slash in it. Returns 0; -ENOENT if there is none; -EINVAL if it is
 * something else; or another negative errno.
 */
int namespace_by_name(const char *name, uint32_t *ret_inum);

/* Of the one that process @pid is in. Returns 0, -ENOENT without such a process, or as above. */
int namespace_by_pid(uint32_t pid, uint32_t *ret_inum);

#endif
