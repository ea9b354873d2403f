/* SPDX-License-Identifier: GPL-2.0 */
/* Where events go. A sink is a row of functions; NULL means: not interested. */
#ifndef XDPSNOOP_SINK_SINK_H
#define XDPSNOOP_SINK_SINK_H

#include "event/account.h"
#include "event/fields.h"

#include <stdio.h>

/* How the time is shown in text. */
enum time_format {
	TIME_LOCAL,
	TIME_UTC,
	TIME_MONO,  /* CLOCK_MONOTONIC */
	TIME_DELTA, /* since the event before */
	TIME_NONE,
};

/* How events are written. Zero: all of it, plain. */
struct style {
	const struct field *fields[FIELDS_MAX]; /* only these, in this order */
	size_t nfields;                         /* 0: what the sink shows by itself */
	enum time_format time;
	bool colours;
	bool calls;      /* in text: the tree of calls below the event */
	bool no_advice;  /* in text: no cause and remedy below the event */
	uint64_t before; /* end_ns of the event before, for TIME_DELTA; 0: there was none */
};

struct sink {
	const char *name;
	/* Writes one event, whole. */
	void (*event)(FILE *out, const struct style *style, const struct event *event);
	/* Writes that @count operations were lost since the last time. */
	void (*lost)(FILE *out, uint64_t count);
	/* Writes how a command has ended, after its last event. */
	void (*summary)(FILE *out, const struct summary *summary);
};

extern const struct sink sink_text;
extern const struct sink sink_json;

#endif
