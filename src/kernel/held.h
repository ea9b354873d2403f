/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which processes have links and programs open, read in the kernel's memory by a BPF program that
 * is run on demand, as that of kernel/look.h. Reading /proc/PID/fdinfo refers to the file
 * meanwhile: when its owner closes it then, the reader is the one who releases the link. This never
 * does.
 */
#ifndef XDPSNOOP_KERNEL_HELD_H
#define XDPSNOOP_KERNEL_HELD_H

#include "wire.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What is borrowed from whoever has loaded the program. */
struct held_look {
	int prog_fd;
	const volatile struct wire_held *answer;
	uint64_t end_ns; /* of the time of the thread's own, when it gives up; 0: never */
};

/* A descriptor that is a link or a program. */
struct held_one {
	pid_t pid;
	int fd;
	enum wire_held_kind kind;
	uint32_t id;
};

typedef int (*held_fn)(const struct held_one *one, void *arg);

/*
 * Calls @each for each of these of every process but this one, until it returns a value other than
 * 0, which is then returned. Threads that have a table of their own, by unshare(2), are looked at
 * as their process only. Processes that can not be looked at are counted in @ret_unread, which may
 * be NULL. Returns 0 at the end, -ETIME when the time is over, or another negative errno.
 */
int held_each(const struct held_look *held, held_fn each, void *arg, size_t *ret_unread);

/* The same of one process. */
int held_of(const struct held_look *held, pid_t pid, held_fn each, void *arg);

#endif
