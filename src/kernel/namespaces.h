/* SPDX-License-Identifier: GPL-2.0 */
/* The network namespaces of this machine, as far as files lead to them. */
#ifndef XDPSNOOP_KERNEL_NAMESPACES_H
#define XDPSNOOP_KERNEL_NAMESPACES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct netns {
	uint32_t inum;    /* its inode in nsfs: identifies it for as long as it exists */
	int fd;           /* borrowed, open in the callback only: the namespace lives that long */
	const char *name; /* borrowed: its file in [/var]/run/netns; NULL: it has none */
	pid_t pid;        /* without a name: a task that was in it, or has it open; 0: neither */
	const char
		*path; /* borrowed: where no task is in it, the descriptor or mount that holds it */
};

/*
 * Calls @each once for every network namespace, one open at a time, until it returns a value
 * other than 0, which is then returned. Those that `ip netns` has named come first, then those
 * that processes and threads are in, by /proc; this process is among them; then those that only a
 * descriptor or a mount elsewhere keeps alive. Not found are namespaces that only a socket keeps
 * alive, or a descriptor on its way through one, and one that took the number of another that ended
 * meanwhile.
 *
 * Processes and names that go meanwhile are passed over. What can not be read (a process whose
 * namespaces are not ours to see, by ptrace_may_access in fs/proc/namespaces.c: -EACCES) is
 * counted in @ret_unreadable, which may be NULL, and no error. Returns 0 at the end, -ENOMEM, or
 * another negative errno if /proc can not be opened.
 */
int namespaces_each(int (*each)(const struct netns *netns, void *arg), void *arg,
		    size_t *ret_unreadable);

#endif
