/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two that replace each other on one device: followed from event to event. One displaces the other
 * when it replaces or removes the program that the other one has put there; it is a contest when
 * that has happened often enough, one after the other.
 */
#ifndef XDPSNOOP_EVENT_CONTEST_H
#define XDPSNOOP_EVENT_CONTEST_H

#include "event/event.h"
#include "util/recent.h"

#define CONTEST_COUNT 3               /* from so many displacements on; two are a change of mind */
#define CONTEST_GAP   600000000000ULL /* ns between two; longer, and they begin anew */

struct contests {
	struct recent places;
};

void contests_init(struct contests *contests);

/* Takes note of @event, and adds the contest that it is part of. */
void contests_event(struct contests *contests, struct event *event);

void contests_release(struct contests *contests);

#endif
