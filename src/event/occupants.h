/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who has put which program on which device, and when: followed from event to event, so that a
 * refusal names who was first. What is older than the trace is not known.
 */
#ifndef XDPSNOOP_EVENT_OCCUPANTS_H
#define XDPSNOOP_EVENT_OCCUPANTS_H

#include "event/event.h"
#include "util/recent.h"

struct occupants {
	struct recent table;
};

void occupants_init(struct occupants *occupants);

/* Adds to @event since when its opponent is there and by whom, and takes note of what it did. */
void occupants_event(struct occupants *occupants, struct event *event);

void occupants_release(struct occupants *occupants);

/* A place in a table: @mode is one of mode_name(). */
static inline uint64_t place_key(uint32_t netns, uint32_t ifindex)
{
	return (uint64_t)netns << 32 | ifindex;
}

#endif
