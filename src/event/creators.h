/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who has made which link: followed from event to event, so that the end of a link, which is often
 * the end of a process or the doing of a kworker, names who it was of. Of a link of before the
 * start it is known at most who had it open then.
 */
#ifndef XDPSNOOP_EVENT_CREATORS_H
#define XDPSNOOP_EVENT_CREATORS_H

#include "event/event.h"
#include "util/recent.h"

struct creators {
	struct recent links;
	uint32_t newest; /* the last link of before the start */
};

void creators_init(struct creators *creators);

/* Takes note of a link that @event has made, and adds its creator to other events of a link. */
void creators_event(struct creators *creators, struct event *event);

/*
 * Link @id is of before the start, and @process has it open, which is given away with its
 * reference: its creator perhaps. The first that is told of counts.
 */
void creators_hold(struct creators *creators, uint32_t id, const char *comm,
		   struct process *process);

void creators_release(struct creators *creators);

#endif
