/* SPDX-License-Identifier: GPL-2.0 */
/* The network namespaces of the machine. */
#ifndef XDPSNOOP_KERNEL_NAMESPACES_H
#define XDPSNOOP_KERNEL_NAMESPACES_H

#include <stdint.h>

/* One namespace. @fd is open as long as the callback runs. */
typedef int (*namespace_fn)(int fd, uint32_t inode, void *arg);

/*
 * Calls @fn once for each network namespace that can be found: our own, those with a name in
 * /run/netns, those of processes. One that only a socket or a mount elsewhere holds is not found.
 * What vanishes while we look, or may not be looked at, is passed over. Stops at the first call
 * that does not return 0, and returns that; or a negative errno.
 */
int namespaces_each(namespace_fn fn, void *arg);

#endif
