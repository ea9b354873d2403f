/* SPDX-License-Identifier: GPL-2.0 */
/* The options that say how events are written. */
#ifndef XDPSNOOP_CMD_STYLE_H
#define XDPSNOOP_CMD_STYLE_H

#include "sink/sink.h"

enum colour_choice {
	COLOURS_AUTO, /* on a terminal */
	COLOURS_ALWAYS,
	COLOURS_NEVER,
};

struct style_options {
	struct style style;
	enum colour_choice colours;
	bool timed;     /* a format of the time was asked for */
	bool collapses; /* events that repeat one before are counted */
};

/*
 * Each parses what an option was given. They return -1 to go on, or the exit code to end with: an
 * error has been logged then, or what was asked for printed.
 */
int style_parse_fields(const char *value, struct style_options *options);
int style_parse_time(const char *value, struct style_options *options);
int style_parse_colours(const char *value, struct style_options *options);

/*
 * Makes the options agree with each other, and with @sink; a stack that is asked for as a field is
 * wanted. Returns as above.
 */
int style_finish(struct style_options *options, const struct sink *sink, bool *stacks);

/* Decides about colours in what is written to @fd. */
void style_settle(struct style_options *options, int fd);

#endif
