/* SPDX-License-Identifier: GPL-2.0 */
/* The parts that lines of text are made of. */
#ifndef XDPSNOOP_SINK_TEXT_H
#define XDPSNOOP_SINK_TEXT_H

#include "sink/sink.h"

#define TIME_SIZE     64
#define DURATION_SIZE 32

/* 2024-03-01T12:34:56.000000789Z */
void time_print_utc(char to[TIME_SIZE], uint64_t ns);

/* The time of @event in the format of @style; empty for TIME_NONE. */
void time_print(char to[TIME_SIZE], const struct style *style, const struct event *event);

/* 1.234ms */
void duration_print(char to[DURATION_SIZE], uint64_t ns);

enum colour {
	COLOUR_NONE,
	COLOUR_DONE,
	COLOUR_FAILED,
	COLOUR_UNKNOWN,
	COLOUR_ERROR,
	COLOUR_REASON,
};

/* What follows has this colour, where @style has any; COLOUR_NONE ends it. */
void text_colour(FILE *out, const struct style *style, enum colour colour);

/* Up to a NUL: escaped, and quoted if asked to or if it would not end at a space. */
void text_bytes(FILE *out, const char *bytes, bool quoted);

/* Up to a NUL, escaped: for the end of a line. */
void text_plain(FILE *out, const char *bytes);

/* The value of a field that applies, for people: 1.234ms, -17 (EEXIST). */
void text_value(FILE *out, const struct style *style, const struct field *field,
		const struct event *event, bool quoted);

/* The same as the field's name and unit have it: 1234567, -17. */
void text_exact(FILE *out, const struct style *style, const struct field *field,
		const struct event *event);

/* Why @event failed and what to do, a line each; nothing where that is not known. */
void text_advice(FILE *out, const struct style *style, const struct event *event);

/* The calls of @event, one on a line, callees further to the right. */
void text_calls(FILE *out, const struct style *style, const struct event *event);

/* What the event was refused for, a contest, and notes: each on a line, if there is any. */
void text_opponent(FILE *out, const struct event *event);
void text_contest(FILE *out, const struct event *event);
void text_notes(FILE *out, const struct event *event);

/* Of sinks: what comes after the last event. */
void text_summary(FILE *out, const struct summary *summary);
void json_summary(FILE *out, const struct summary *summary);

/* Its stack, one function on a line. */
void text_stack(FILE *out, const struct event *event);

#endif
