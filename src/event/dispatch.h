/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which programs sit on which devices, and what components (freplace) they have: followed from
 * event to event, so that a component's event finds its device, and the event of a dispatcher its
 * components.
 */
#ifndef XDPSNOOP_EVENT_DISPATCH_H
#define XDPSNOOP_EVENT_DISPATCH_H

#include "event/event.h"

/* A program on a device. */
struct attached {
	uint32_t netns, ifindex;
	char name[WIRE_NAME];
	const char *mode; /* static */
	uint32_t prog;
};

/* A component in its place. */
struct placed {
	uint32_t target; /* the program that it is in */
	uint32_t link;
	struct component component;
};

struct dispatch {
	struct attached *attached; /* owned */
	size_t nattached;
	struct placed *placed; /* owned */
	size_t nplaced;
	/*
	 * Called once, when a component goes into a program that no event has told of: to add
	 * with dispatch_attach() what is attached now. May be NULL.
	 */
	void (*seed)(struct dispatch *dispatch);
	bool seeded;
	uint32_t newest; /* the last program of before the start: those after it come by events */
};

/* Takes note that @prog (an id) is on a device in @mode; 0: that nothing is. 0 or -ENOMEM. */
int dispatch_attach(struct dispatch *dispatch, const struct attached *attached);

/* Takes note of a component; a link that is known already is not added again. 0 or -ENOMEM. */
int dispatch_place(struct dispatch *dispatch, const struct placed *placed);

/*
 * Takes note of @event, and adds to it the components of its programs, or the device of its
 * component. Returns whether the event is to be reported: a component that goes into, or out of,
 * a program which sits on no device changes nothing yet.
 */
bool dispatch_event(struct dispatch *dispatch, struct event *event);

void dispatch_release(struct dispatch *dispatch);

#endif
