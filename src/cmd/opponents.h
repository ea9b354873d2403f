/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of what an operation was refused for, beyond what the kernel side has told. */
#ifndef XDPSNOOP_CMD_OPPONENTS_H
#define XDPSNOOP_CMD_OPPONENTS_H

#include "event/contest.h"
#include "event/notes.h"
#include "event/occupants.h"
#include "kernel/owners.h"

struct opponents {
	struct occupants occupants;
	struct contests contests;
	struct notes notes;
	struct owners owners;
};

void opponents_init(struct opponents *opponents);

/*
 * Adds to @event who holds what it was refused for, whether it is part of a contest, and what else
 * is to be noted. To be called once for each event, in their order.
 */
void opponents_event(struct opponents *opponents, struct event *event);

/* @event is one that the filter lets through: see notes_reported(). */
void opponents_reported(struct opponents *opponents, const struct event *event);

void opponents_release(struct opponents *opponents);

#endif
