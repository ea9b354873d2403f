/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file that lines are written to, or stdout. Lines wait in memory until they are whole: whoever
 * reads along, and whatever fails, there is no half a line.
 */
#ifndef XDPSNOOP_UTIL_OUTPUT_H
#define XDPSNOOP_UTIL_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

struct output {
	const char *path; /* borrowed; NULL: stdout */
	int fd;
	FILE *stream; /* to be written to, by whole lines */
	char *text;   /* what waits; as of open_memstream() */
	size_t size;
	int err; /* the first failure, after which nothing is written */
	/*
	 * Whoever has a reader that does not read is not waited for any longer when one of these
	 * descriptors can be read: -ECANCELED. Borrowed; -1: none.
	 */
	int stops[2];
};

/*
 * Opens @path to append to it; one that is not there is made for its owner only. NULL stands for
 * stdout. A FIFO has to have a reader (-ENXIO). Returns 0 or a negative errno.
 */
int output_open(struct output *ret, const char *path);

/* Writes what waits. Returns 0 or a negative errno, of this time or an earlier one. */
int output_flush(struct output *output);

/* To be called after each line or so: writes if much waits. output_flush() tells of failures. */
void output_relieve(struct output *output);

/*
 * Opens the path again, as its file may have been renamed: what waits goes into the old one, all
 * that follows into the new, by the same descriptor. If that fails, the old one stays in use.
 * Returns 0 or a negative errno.
 */
int output_reopen(struct output *output);

/* Does not write what waits. Accepts one that is zero. */
void output_close(struct output *output);

#endif
