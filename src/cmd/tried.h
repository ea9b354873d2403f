/* SPDX-License-Identifier: GPL-2.0 */
/* What became of trying each backend. */
#ifndef XDPSNOOP_CMD_TRIED_H
#define XDPSNOOP_CMD_TRIED_H

#include <stddef.h>

struct tried {
	const char *name;
	const char *about;   /* what it is good for */
	const char *problem; /* why it does not work; NULL: it does. Static text */
};

#define TRIED_MAX 8

struct tried_list {
	struct tried list[TRIED_MAX]; /* best first */
	size_t count;
	const char *used[TRIED_MAX]; /* names of those that tracing would use, in this order */
	size_t nused;
	const char *untried; /* why none could be tried; NULL: they were. Static text */
};

struct backend_set;
struct targets;
struct system_state;

/*
 * Tries each backend on one function of @targets, and takes it away again: what the kernel will
 * let us do, it does not say before. Then makes the choice that is made for tracing; @ret_set is
 * empty if nothing works.
 */
void backends_try(const struct system_state *system, const struct targets *targets,
		  struct tried_list *ret, struct backend_set *ret_set);

#endif
