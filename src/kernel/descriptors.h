/* SPDX-License-Identifier: GPL-2.0 */
/* What processes have open, by /proc. */
#ifndef XDPSNOOP_KERNEL_DESCRIPTORS_H
#define XDPSNOOP_KERNEL_DESCRIPTORS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct descriptor {
	pid_t pid;
	int fd;
	const char *target; /* borrowed: what its link in /proc says, "anon_inode:bpf_link" */
};

/*
 * Calls @each for every open descriptor of every process but this one, until it returns a value
 * other than 0, which is then returned. Threads that have a table of their own, by unshare(2), are
 * looked at as their process only. Processes that may not be looked at are counted in
 * @ret_unreadable, which may be NULL. Returns 0 at the end, or a negative errno if /proc can not be
 * opened.
 */
int descriptors_each(int (*each)(const struct descriptor *descriptor, void *arg), void *arg,
		     size_t *ret_unreadable);

/*
 * The number behind @key ("link_id") in what /proc tells of a descriptor; 0: it has none, or it has
 * been closed.
 */
uint32_t descriptor_number(const struct descriptor *descriptor, const char *key);

/* The id of the bpf_link that it is, 0 if it is none. It is referred to meanwhile: see held.h. */
uint32_t descriptor_link(const struct descriptor *descriptor);

#endif
