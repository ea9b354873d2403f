/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What network namespaces are called, for those who have their numbers only and can not wait. What
 * is known is kept, but never believed without a look at the file that it came from: numbers are
 * given again.
 */
#ifndef XDPSNOOP_KERNEL_NETNS_NAMES_H
#define XDPSNOOP_KERNEL_NETNS_NAMES_H

#include "util/recent.h"
#include "util/share.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#define NETNS_NAME_SIZE (NAME_MAX + 1)

struct netns_names {
	/* To be set by the caller; borrowed. */
	const char *run;  /* the folder of names: "/run/netns" */
	const char *proc; /* "/proc" */
	/* Its own. */
	struct recent names;    /* by number */
	struct recent pids;     /* likewise */
	uint64_t changed_ns;    /* when the folder had last changed as it was read */
	uint64_t read_ns;       /* when that was; 0: never */
	int mounts_fd;          /* tells that something has been mounted; negative: not known */
	DIR *pass;              /* processes that have not been looked at yet; NULL: begin again */
	uint64_t pass_ns;       /* when it has begun */
	struct share share;     /* of looking, which must not cost more than a little */
	struct {                /* the last answer */
		uint64_t at_ns; /* CLOCK_MONOTONIC before it was looked for; 0: there is none */
		uint32_t inum, pid;
		char name[NETNS_NAME_SIZE];
	} last;
};

void netns_names_init(struct netns_names *names, const char *run, const char *proc);

#define NETNS_NAMES_NOW UINT64_MAX

/*
 * As they were at @since_ns (CLOCK_MONOTONIC) or any time later; NETNS_NAMES_NOW: as they are.
 * The name that `ip netns` has given to namespace @inum, else the lowest process id of those that
 * are in it; "" and 0: neither is known. @dying: the namespace is about to end, and only what was
 * known of it before is of use.
 *
 * Takes 50 milliseconds of its own at most, and of all time a twentieth but for a few times: on a
 * machine with very many processes it may take several calls until a process is found.
 */
void netns_names_find(struct netns_names *names, uint32_t inum, bool dying, uint64_t since_ns,
		      char ret_name[NETNS_NAME_SIZE], uint32_t *ret_pid);

/* Accepts names that are zero. */
void netns_names_release(struct netns_names *names);

#endif
