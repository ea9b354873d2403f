/* SPDX-License-Identifier: GPL-2.0 */
/* The calls of an event as a tree. */
#ifndef XDPSNOOP_EVENT_CALLS_H
#define XDPSNOOP_EVENT_CALLS_H

#include "event/event.h"

/*
 * Whether @call stands directly below the call with number @parent; 0: whether it is outermost. A
 * caller that was lost leaves its callees without a place: they are outermost.
 */
bool call_is_below(const struct event *event, const struct call *call, uint16_t parent);

/*
 * Calls @each for every call, callers before their callees and in the order of entry, with its
 * depth in the tree: 0 is outermost.
 */
void calls_each(const struct event *event,
		void (*each)(const struct call *call, unsigned int depth, void *arg), void *arg);

#endif
