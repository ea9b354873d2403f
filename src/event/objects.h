/* SPDX-License-Identifier: GPL-2.0 */
/* The meaning of operations that are not about the program of a device. Pure. */
#ifndef XDPSNOOP_EVENT_OBJECTS_H
#define XDPSNOOP_EVENT_OBJECTS_H

#include "event/event.h"

/* Adds to @ret what is peculiar to the kind of @op. */
void event_interpret_object(const struct wire_op *op, struct event *ret);

/* Why something ended with its device: "unregister", "netns-exit", "netns-move"; NULL: it is there.
 */
const char *gone_cause(const struct wire_dev *dev);

#endif
