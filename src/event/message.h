/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's words: which of those that were said explain a failure, and which are warnings. */
#ifndef XDPSNOOP_EVENT_MESSAGE_H
#define XDPSNOOP_EVENT_MESSAGE_H

#include "event/event.h"
#include "event/record.h"

/* "extack", "tracepoint", "log"; NULL: none. Static. */
const char *channel_name(unsigned int channel);

/*
 * Fills the reason and the warnings of @event, which has been interpreted from the same record.
 * Texts that are longer than WIRE_SHOWN are cut, and end in "...".
 */
void event_add_messages(const struct record *record, struct event *event);

/* The text that was set in that call and is to be shown with it, NULL if there is none. */
const char *call_message(const struct event *event, const struct call *call);

#endif
