/* SPDX-License-Identifier: GPL-2.0 */
/* What was in the way of an operation that the kernel has refused for that. Pure. */
#ifndef XDPSNOOP_EVENT_OPPONENT_H
#define XDPSNOOP_EVENT_OPPONENT_H

#include "event/event.h"

/*
 * Fills in @ret->opponent from what @op, which wanted to change @mode, has met on its device, or on
 * one above. By the kernel's own rules, so that an error of the driver's has no holder.
 */
void opponent_interpret(const struct wire_op *op, enum wire_mode mode, struct event *ret);

#endif
