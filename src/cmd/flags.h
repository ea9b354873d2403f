/* SPDX-License-Identifier: GPL-2.0 */
/* The command line of a verb whose options are there or not, with a value at most. */
#ifndef XDPSNOOP_CMD_FLAGS_H
#define XDPSNOOP_CMD_FLAGS_H

#include <stdbool.h>
#include <stddef.h>

struct flag {
	char letter;
	const char *name;
	const char *argument; /* what a value is called, which may be left out; NULL: takes none */
	const char *about;
	bool *set;          /* made true when the option is there */
	const char **value; /* of the argument, borrowed from argv; left alone without one */
};

struct usage {
	const char *name;      /* "xdpsnoop VERB" */
	const char *arguments; /* "[NAME]...": it takes any number; NULL: none */
	const char *about;     /* what the verb does: one line of its help */
	const char *ending;    /* the last lines of its help */
	const struct flag *flags;
	size_t count;
};

/*
 * Parses @argv; --help and --version are known to every verb. Returns -1 to go on, or the exit
 * code to end with: help and version have been printed then, or an error logged. Arguments are
 * moved to argv[1] and after it, NULL at their end.
 */
int flags_parse(const struct usage *usage, int argc, char **argv);

#endif
