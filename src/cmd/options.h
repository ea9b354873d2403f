/* SPDX-License-Identifier: GPL-2.0 */
/* The options of `xdpsnoop trace` and `xdpsnoop exec`. */
#ifndef XDPSNOOP_CMD_OPTIONS_H
#define XDPSNOOP_CMD_OPTIONS_H

#include "cmd/criteria.h"
#include "cmd/style.h"
#include "probe/prober.h"

#include <stdbool.h>
#include <stdint.h>

struct options {
	struct prober_options prober; /* the backend's name is borrowed from argv */
	const struct sink *sink;
	struct style_options style;
	const char *output;   /* borrowed from argv; NULL: standard_fd */
	int standard_fd;      /* where events go by themselves */
	uint64_t duration_ns; /* 0: until interrupted */
	uint64_t count;       /* events to report; 0: no limit */
	int ready_fd;         /* told when ready; -1: none */
	bool snapshot;        /* begin with what is attached */
	bool verbose;
	char **command; /* borrowed from argv: what exec is to run; NULL: this is a trace */
	bool waits_all; /* for all that descends from it */
	bool fails;     /* with status 1 if an operation of it does */
	bool no_push;   /* all filtering is done in userspace */
	struct criteria criteria; /* until it is the filter */
	struct filter *filter;    /* owned; NULL: every event is reported */
};

enum options_verb {
	VERB_TRACE = 1,
	VERB_EXEC = 2,
};

/*
 * Parses @argv. Returns -1 to go on, or the exit code to end with: help and version have been
 * printed then, or an error logged. In any case @ret is to be released.
 */
int options_parse(int argc, char **argv, enum options_verb verb, struct options *ret);

/*
 * With --verbose: the filter as it was understood, and the part of it that the kernel side looks
 * at, if it is @pushed there.
 */
void options_log_filter(const struct options *options, bool pushed);

void options_release(struct options *options);

#endif
