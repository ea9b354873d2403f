/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Of text: an event that is the same as one before, but for its times, is counted and not written.
 * A line tells how many there were when something else comes, or nothing does.
 *
 * The one before it is a matter of what it is. A failure changes nothing, and several tasks that
 * try again and again fail in turns: it is counted with its like among those since the last
 * change. What changes something is counted only if nothing else has come between: whoever reads
 * the events must be able to tell from them what a device has.
 */
#ifndef XDPSNOOP_SINK_COLLAPSE_H
#define XDPSNOOP_SINK_COLLAPSE_H

#include "sink/sink.h"

#define COLLAPSE_SILENCE 1000000000ULL  /* ns without an event, after which it is told */
#define COLLAPSE_LONG    10000000000ULL /* ns of events, likewise: a flood may have no end */
#define COLLAPSE_KINDS   64             /* that are known at a time */

/* Events that are the same. */
struct collapse_kind {
	char *text; /* owned: as the first was written, without its times */
	size_t size;
	uint64_t count;          /* repetitions that have not been told */
	uint64_t from_ns, to_ns; /* when the one before them ended, and the last of them */
};

/* Zero: there was no event yet. */
struct collapse {
	struct collapse_kind kinds[COLLAPSE_KINDS]; /* in the order they were written */
	size_t nkinds;
	bool has_left;     /* the last line that was written is not about the last of them */
	uint64_t heard_ns; /* CLOCK_MONOTONIC when the last one came, */
	uint64_t begin_ns; /* and the first that has not been told; 0: all are told */
};

/*
 * Returns whether @event, that comes at @now_ns (CLOCK_MONOTONIC, not 0), repeats one before, and
 * is counted; else writes to @out what there is to tell of earlier ones: @event is to be written
 * then.
 */
bool collapse_event(struct collapse *collapse, FILE *out, const struct style *style,
		    const struct event *event, uint64_t now_ns);

/* To be called when collapse_due() has come: tells of repetitions if none has come for long. */
void collapse_tick(struct collapse *collapse, FILE *out, uint64_t now_ns);

/* CLOCK_MONOTONIC when there will be something to tell if nothing comes; 0: there will not. */
uint64_t collapse_due(const struct collapse *collapse);

/* Tells what there is to tell. The next event is written, whatever it is. */
void collapse_end(struct collapse *collapse, FILE *out);

void collapse_release(struct collapse *collapse);

#endif
