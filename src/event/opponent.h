/* SPDX-License-Identifier: GPL-2.0 */
/* What was in the way of an operation that the kernel has refused for that. Pure. */
#ifndef XDPSNOOP_EVENT_OPPONENT_H
#define XDPSNOOP_EVENT_OPPONENT_H

#include "event/event.h"
#include "event/record.h"

/*
 * Fills in the opponent of @event, which has been interpreted from the same record: what its
 * operation has met on its device, or on one above. By the kernel's own rules, so that an error of
 * the driver's has no holder.
 */
void event_add_opponent(const struct record *record, struct event *event);

#endif
