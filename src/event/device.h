/* SPDX-License-Identifier: GPL-2.0 */
/* What the device of an operation is, beside its name and number. */
#ifndef XDPSNOOP_EVENT_DEVICE_H
#define XDPSNOOP_EVENT_DEVICE_H

#include "event/event.h"
#include "event/record.h"

/* Adds it to @event, which must not be copied to another place after that. */
void event_add_device(const struct record *record, struct event *event);

/* Adds what the namespaces of @event are called, as far as that is known or found at once. */
void event_add_netns(struct netns_names *names, struct event *event);

#endif
