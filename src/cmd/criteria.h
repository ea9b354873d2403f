/* SPDX-License-Identifier: GPL-2.0 */
/* The options that say which events are reported: all of them become one filter. */
#ifndef XDPSNOOP_CMD_CRITERIA_H
#define XDPSNOOP_CMD_CRITERIA_H

#include "filter/filter.h"

/* Their ids for getopt; those with a letter have that. */
enum {
	CRITERION_INTERFACE = 'i',
	CRITERION_PID = 'p',
	CRITERION_NETNS = 512,
	CRITERION_COMM,
	CRITERION_PROG,
	CRITERION_MODE,
	CRITERION_ACTION,
	CRITERION_FAILED,
	CRITERION_DRIVER,
	CRITERION_CGROUP,
	CRITERION_FILTER,
};

#define CRITERIA 11

/* What was asked for: any of those of one kind, and all kinds. To be zeroed before use. */
struct criteria {
	struct filter *kinds[CRITERIA]; /* owned */
};

/* Whether an option is one of these. */
bool criteria_takes(int id);

/*
 * Adds an option with its value. Returns -1 to go on, or the exit code to end with when it makes no
 * sense: an error has been logged then.
 */
int criteria_add(struct criteria *criteria, int id, const char *value);

/*
 * Moves what was asked for into one filter, to be freed; *ret is NULL if nothing was. Returns 0 or
 * -ENOMEM.
 */
int criteria_finish(struct criteria *criteria, struct filter **ret);

void criteria_release(struct criteria *criteria);

#endif
