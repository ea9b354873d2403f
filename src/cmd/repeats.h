/* SPDX-License-Identifier: GPL-2.0 */
/* What --collapse does in a trace: a clock that only runs while there is something to tell. */
#ifndef XDPSNOOP_CMD_REPEATS_H
#define XDPSNOOP_CMD_REPEATS_H

#include "sink/collapse.h"

struct repeats {
	int timer_fd; /* to be read: repeats_ready(); negative: --collapse was not asked for */
	bool ticks;
	struct collapse collapse;
};

/* Returns 0 or a negative errno. */
int repeats_open(struct repeats *repeats);
void repeats_close(struct repeats *repeats);

/*
 * Whether @event is not to be written. What is to be told of those before it is written to @out.
 * As all of these, it does nothing where --collapse was not asked for.
 */
bool repeats_event(struct repeats *repeats, FILE *out, const struct style *style,
		   const struct event *event);

/* After a batch of events: what has been counted will be told, if nothing comes. */
void repeats_wait(struct repeats *repeats);

/* The time has come. */
void repeats_ready(struct repeats *repeats, FILE *out);

/* Tells what there is to tell. */
void repeats_end(struct repeats *repeats, FILE *out);

#endif
