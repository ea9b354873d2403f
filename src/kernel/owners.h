/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which processes have a program or a link open, for those who can not wait: they are gone through
 * within a share of time.
 */
#ifndef XDPSNOOP_KERNEL_OWNERS_H
#define XDPSNOOP_KERNEL_OWNERS_H

#include "kernel/held.h"
#include "kernel/processes.h"
#include "util/share.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OWNERS_MAX 8

struct owner {
	uint32_t pid;
	char comm[PROCESS_COMM_SIZE];
};

struct owners {
	/* To be set before the first search. */
	struct held_look held;
	bool are_hidden; /* processes_are_hidden(): then nothing is looked for */
	/* What the last owners_find() has found. */
	struct owner list[OWNERS_MAX];
	size_t count;
	bool complete; /* no process was left out, and none had no room */
	/* Its own. */
	enum wire_held_kind what;
	uint32_t id;
	uint64_t cost_ns; /* of a search, the most of the last ones */
	struct share share;
};

/*
 * Looks for processes that have program or link @id open, beginning with process @first (0: none),
 * for 100 milliseconds of its own at most, and a twentieth of all time but for a few: what is known
 * beyond that is not complete, and what is left of the last answer. Returns whether anything is
 * known.
 */
bool owners_find(struct owners *owners, enum wire_held_kind what, uint32_t id, uint32_t first);

#endif
