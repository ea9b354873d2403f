// SPDX-License-Identifier: GPL-2.0
#include "event/calls.h"

bool call_is_below(const struct event *event, const struct call *call, uint16_t parent)
{
	if (call->parent == parent)
		return true;
	if (parent)
		return false;
	for (size_t i = 0; i < event->ncalls; i++) {
		if (event->calls[i].seq == call->parent)
			return false;
	}
	return true;
}

static void each_below(const struct event *event, uint16_t parent, unsigned int depth,
		       void (*each)(const struct call *call, unsigned int depth, void *arg),
		       void *arg)
{
	/* A callee is entered after its caller: the recursion ends. */
	for (size_t i = 0; i < event->ncalls; i++) {
		const struct call *call = &event->calls[i];

		if (call->seq <= parent || !call_is_below(event, call, parent))
			continue;
		each(call, depth, arg);
		each_below(event, call->seq, depth + 1, each, arg);
	}
}

void calls_each(const struct event *event,
		void (*each)(const struct call *call, unsigned int depth, void *arg), void *arg)
{
	each_below(event, 0, 0, each, arg);
}
