/* SPDX-License-Identifier: GPL-2.0 */
/* The real kernel, in namespaces of our own, for tests of what reads it. Needs root. */
#ifndef XDPSNOOP_TESTS_MACHINE_H
#define XDPSNOOP_TESTS_MACHINE_H

#include <stdint.h>
#include <sys/types.h>

struct btf;

/*
 * Puts this process into a network namespace of its own, with nothing in it, and into a mount
 * namespace with an empty /run. Skips the test where that is not allowed.
 */
void machine_isolate(void);

/* Runs a command of a shell that must succeed. */
void run(const char *command);

/* Loads an XDP program that passes every packet. Skips the test where that is not allowed. */
int xdp_load(const char *name);

/* An XDP program that calls its function prog0(). fd is the test's to close. */
struct dispatcher {
	int fd;
	uint32_t func, struct_type; /* of its BTF: prog0(), and the structure of its context */
};

/* Loads one, and what can replace its prog0(). Skip the test where that is not allowed. */
void dispatcher_load(struct dispatcher *ret);
int replacement_load(const struct dispatcher *dispatcher);

uint32_t prog_id(int fd);
uint32_t link_id(int fd);

/* The inode of the network namespace at @path. */
uint32_t netns_inum(const char *path);

/* How many descriptors this process has open. */
int count_fds(void);

/* Starts a process in a network namespace of its own, which waits to be ended. */
pid_t child_in_netns(void);
void child_end(pid_t pid);

/* Runs @check in a process that has no privileges. Returns what @check does, from 0 to 255. */
int as_nobody(int (*check)(void));

#endif
