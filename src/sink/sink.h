/* SPDX-License-Identifier: GPL-2.0 */
/* Where events go. A sink is a row of functions; NULL means: not interested. */
#ifndef XDPSNOOP_SINK_SINK_H
#define XDPSNOOP_SINK_SINK_H

#include "event/event.h"

#include <stdio.h>

struct sink {
	const char *name;
	/* Writes one event, whole. */
	void (*event)(FILE *out, const struct event *event);
	/* Writes that @count operations were lost since the last time. */
	void (*lost)(FILE *out, uint64_t count);
};

extern const struct sink sink_text;
extern const struct sink sink_json;

#endif
