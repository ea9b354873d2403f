// SPDX-License-Identifier: GPL-2.0
#include "cmd/options.h"

#include "cmd/cmd.h"
#include "cmd/criteria.h"
#include "filter/push.h"
#include "probe/prober.h"
#include "sink/sink.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/parse.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum {
	OPTION_BACKEND = 256,
	OPTION_READY_FD,
	OPTION_NO_PIN,
	OPTION_SNAPSHOT,
	OPTION_FIELDS,
	OPTION_TIME,
	OPTION_COLOR,
	OPTION_CALLS,
	OPTION_COLLAPSE,
	OPTION_NO_PUSH,
	OPTION_STACK,
	OPTION_NO_ADVICE,
	OPTION_FAIL_ON_ERROR,
};

/* Every option once: getopt's table and the help text are made from it. */
static const struct description {
	int id; /* its letter, or a number of its own */
	const char *name, *argument, *about;
	enum options_verb verb; /* 0: of both */
} descriptions[] = {
	{ 'j', "json", NULL, "print one JSON object a line" },
	{ 'o', "output", "FILE", "append events to FILE; SIGHUP opens it again", VERB_TRACE },
	{ 'o', "output", "FILE", "append events to FILE; - is stdout", VERB_EXEC },
	{ 'w', "wait", NULL, "wait for all that the command has started", VERB_EXEC },
	{ OPTION_FAIL_ON_ERROR, "fail-on-error", NULL,
	  "end with 1 if an operation of the command has failed, and it has not", VERB_EXEC },
	{ OPTION_FIELDS, "fields", "LIST",
	  "print only these, in this order: prog.id,dev.*; 'help' lists all" },
	{ OPTION_TIME, "time", "FORMAT", "of text: local (default), utc, mono, delta, none" },
	{ OPTION_COLOR, "color", "WHEN", "auto (default: on a terminal), always, never" },
	{ OPTION_CALLS, "calls", NULL, "print the tree of calls below each event" },
	{ OPTION_STACK, "stack", NULL, "print the kernel's stack below each event" },
	{ OPTION_NO_ADVICE, "no-advice", NULL,
	  "print no cause and no remedy below events that failed" },
	{ OPTION_COLLAPSE, "collapse", NULL,
	  "of text: count events that repeat one before, in one line" },
	{ OPTION_SNAPSHOT, "snapshot", NULL, "begin with what is attached already", VERB_TRACE },
	{ 'd', "duration", "SEC", "end after SEC seconds (1.5 is fine)", VERB_TRACE },
	{ 'c', "count", "N", "end after N events", VERB_TRACE },
	{ CRITERION_INTERFACE, "interface", "IFACE",
	  "only what is done to this device; or a pattern" },
	{ CRITERION_NETNS, "netns", "NETNS",
	  "in this network namespace: a name, process id, inode number or path" },
	{ CRITERION_PID, "pid", "PID", "by this process" },
	{ CRITERION_COMM, "comm", "NAME", "by tasks of this name; or a pattern" },
	{ CRITERION_PROG, "prog", "PROG",
	  "with this program, as the new or the old one: id, name or tag" },
	{ CRITERION_MODE, "mode", "MODE", "in this mode: generic, driver, offload" },
	{ CRITERION_ACTION, "action", "ACTION",
	  "of this kind: install, replace, remove, noop, ..." },
	{ CRITERION_FAILED, "failed", NULL, "only failures" },
	{ CRITERION_DRIVER, "driver", "NAME", "on devices of this driver; or a pattern" },
	{ CRITERION_CGROUP, "cgroup", "PATH", "by tasks in this cgroup, or in one below it" },
	{ CRITERION_FILTER, "filter", "EXPR",
	  "only events for which EXPR is true: docs/filters.md" },
	{ OPTION_NO_PUSH, "no-kernel-filter", NULL, "filter in userspace only" },
	{ OPTION_BACKEND, "backend", "NAME",
	  "auto (default), fexit, kprobe, kprobe.multi, kprobe.session, tracepoint" },
	{ OPTION_NO_PIN, "no-pin", NULL, "never keep a module from being unloaded" },
	{ OPTION_READY_FD, "ready-fd", "FD", "write a line to FD, and close it, when listening",
	  VERB_TRACE },
	{ 'v', "verbose", NULL, "list what is probed, and what is not and why" },
	{ 'h', "help", NULL, "print this help" },
	{ 'V', "version", NULL, "print the version" },
};

static bool is_of(const struct description *option, enum options_verb verb)
{
	return !option->verb || option->verb == verb;
}

static void print_options(enum options_verb verb)
{
	for (size_t i = 0; i < ARRAY_SIZE(descriptions); i++) {
		const struct description *option = &descriptions[i];
		char left[40], letter[8] = "    ";

		if (!is_of(option, verb))
			continue;
		if (option->id < 256)
			snprintf(letter, sizeof(letter), "-%c, ", option->id);
		snprintf(left, sizeof(left), "%s--%s %s", letter, option->name,
			 option->argument ? option->argument : "");
		printf("  %-24s %s\n", left, option->about);
	}
}

static void print_help(void)
{
	printf("Usage: xdpsnoop [trace] [OPTION]...\n"
	       "Trace the installation, replacement and removal of XDP programs on net "
	       "devices.\n\nCommands (COMMAND --help has the options of one):\n");
	for (const struct verb *verb = verbs; verb->name; verb++)
		printf("  %-24s %s\n", verb->name, verb->about);
	printf("\nOptions of trace:\n");
	print_options(VERB_TRACE);
	printf("\nEvents go to stdout, everything else to stderr. Exit status: 0 done, 1 failed\n"
	       "while running, 2 wrong usage, 3 not possible on this system.\n");
}

static void print_exec_help(void)
{
	printf("Usage: xdpsnoop exec [OPTION]... [--] COMMAND [ARGUMENT]...\n"
	       "Trace what a command, and all that descends from it, does to XDP, and what others\n"
	       "do to the same devices meanwhile.\n\n");
	print_options(VERB_EXEC);
	printf("\nEvents and the summary go to stderr, as stdout is the command's. Exit status: "
	       "that\n"
	       "of the command, or 128 + the signal that it died of; 127 if it does not exist, "
	       "126\n"
	       "if it can not be executed. Before it starts: 1 failed, 2 wrong usage, 3 not "
	       "possible\n"
	       "on this system.\n");
}

static int bad_usage(enum options_verb verb)
{
	fprintf(stderr, "Try 'xdpsnoop %s--help'.\n", verb == VERB_EXEC ? "exec " : "");
	return EXIT_USAGE;
}

/* -EINVAL and -ERANGE of the parsers, in the user's words. */
static int bad_value(const char *option, const char *value, int err, const char *wanted)
{
	log_error("--%s: '%s' is %s; %s is expected", option, value,
		  err == -ERANGE ? "out of range" : "not a number", wanted);
	return EXIT_USAGE;
}

static int parse_count(const char *value, struct options *options)
{
	int err = parse_number(value, 1, UINT64_MAX, &options->count);

	return err ? bad_value("count", value, err, "a whole number of events, 1 or more") : -1;
}

static int parse_duration(const char *value, struct options *options)
{
	int err = parse_seconds(value, &options->duration_ns);

	return err ? bad_value("duration", value, err, "a number of seconds above 0") : -1;
}

static int parse_ready_fd(const char *value, struct options *options)
{
	uint64_t fd;
	int err = parse_number(value, 0, INT_MAX, &fd);

	if (err)
		return bad_value("ready-fd", value, err, "a file descriptor");
	if (fcntl(fd, F_GETFD) < 0) {
		log_error("--ready-fd: file descriptor %s is not open", value);
		return EXIT_USAGE;
	}
	options->ready_fd = fd;
	return -1;
}

static int parse_backend(const char *value, struct options *options)
{
	char names[128] = "auto";

	for (size_t i = 0; backends[i]; i++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), ", %s",
			 backends[i]->name);
	if (strcmp(value, "auto") && !backend_find(value)) {
		log_error("--backend: there is no '%s'; one of these is expected: %s", value,
			  names);
		return EXIT_USAGE;
	}
	options->prober.backend = value;
	return -1;
}

static int parse_option(int id, const char *value, enum options_verb verb, struct options *options)
{
	if (criteria_takes(id))
		return criteria_add(&options->criteria, id, value);
	switch (id) {
	case 'j':
		options->sink = &sink_json;
		return -1;
	case 'o':
		options->output = strcmp(value, "-") ? value : NULL;
		options->standard_fd = STDOUT_FILENO;
		return -1;
	case 'w':
		options->waits_all = true;
		return -1;
	case OPTION_FAIL_ON_ERROR:
		options->fails = true;
		return -1;
	case OPTION_FIELDS:
		return style_parse_fields(value, &options->style);
	case OPTION_TIME:
		return style_parse_time(value, &options->style);
	case OPTION_COLOR:
		return style_parse_colours(value, &options->style);
	case OPTION_CALLS:
		options->style.style.calls = true;
		return -1;
	case OPTION_COLLAPSE:
		options->style.collapses = true;
		return -1;
	case OPTION_NO_ADVICE:
		options->style.style.no_advice = true;
		return -1;
	case OPTION_STACK:
		options->prober.stacks = true;
		return -1;
	case 'd':
		return parse_duration(value, options);
	case 'c':
		return parse_count(value, options);
	case OPTION_BACKEND:
		return parse_backend(value, options);
	case OPTION_READY_FD:
		return parse_ready_fd(value, options);
	case OPTION_NO_PIN:
		options->prober.no_pin = true;
		return -1;
	case OPTION_NO_PUSH:
		options->no_push = true;
		return -1;
	case OPTION_SNAPSHOT:
		options->snapshot = options->prober.looks = true;
		return -1;
	case 'v':
		options->verbose = true;
		return -1;
	case 'h':
		if (verb == VERB_EXEC)
			print_exec_help();
		else
			print_help();
		return EXIT_DONE;
	case 'V':
		printf("xdpsnoop %s\n", XDPSNOOP_VERSION);
		return EXIT_DONE;
	default: /* getopt has said what is wrong */
		return bad_usage(verb);
	}
}

/* All that was asked for is known. */
static int finish(struct options *options)
{
	if (criteria_finish(&options->criteria, &options->filter)) {
		log_error("there is not enough memory for the filter");
		return EXIT_FAILED;
	}
	if (!options->no_push)
		filter_push(options->filter, &options->prober.filter);
	return style_finish(&options->style, options->sink, &options->prober.stacks);
}

void options_log_filter(const struct options *options, bool pushed)
{
	_cleanup_(free_pointer) char *text = NULL;
	size_t size;
	FILE *out;

	if (!options->verbose || !options->filter)
		return;
	out = open_memstream(&text, &size);
	if (!out)
		return;
	fputs("Filter: ", out);
	filter_print(options->filter, out);
	if (pushed && wire_filter_drops(&options->prober.filter)) {
		fputs("\nFailures that leave the kernel: ", out);
		filter_push_print(&options->prober.filter, out);
	}
	fclose(out);
	fprintf(stderr, "%s\n", text); /* it may be longer than a line of the log */
}

void options_release(struct options *options)
{
	criteria_release(&options->criteria);
	filter_free(options->filter);
	options->filter = NULL;
}

/* What getopt wants to know of the options of @verb; "+": it ends at the command. */
static void describe(enum options_verb verb, struct option *longs, char *letters)
{
	if (verb == VERB_EXEC)
		*letters++ = '+';
	for (size_t i = 0; i < ARRAY_SIZE(descriptions); i++) {
		const struct description *option = &descriptions[i];

		if (!is_of(option, verb))
			continue;
		*longs++ =
			(struct option){ option->name, option->argument != NULL, NULL, option->id };
		if (option->id < 256) {
			*letters++ = option->id;
			if (option->argument)
				*letters++ = ':';
		}
	}
	*letters = '\0';
}

/* What is left of the command line: nothing, or a command to run. */
static int take_rest(char **rest, enum options_verb verb, struct options *options)
{
	if (verb == VERB_TRACE && *rest)
		log_error("'%s' is neither an option nor a command", *rest);
	else if (verb == VERB_EXEC && !*rest)
		log_error("exec: a command to run is missing");
	else
		return finish(options);
	return bad_usage(verb);
}

int options_parse(int argc, char **argv, enum options_verb verb, struct options *ret)
{
	struct option longs[ARRAY_SIZE(descriptions) + 1] = {};
	char letters[2 * ARRAY_SIZE(descriptions) + 2];
	int id, exit_code;

	*ret = (struct options){ .prober.backend = "auto", .sink = &sink_text, .ready_fd = -1 };
	ret->standard_fd = verb == VERB_EXEC ? STDERR_FILENO : STDOUT_FILENO;
	describe(verb, longs, letters);
	argv[0] = (char *)"xdpsnoop"; /* the name in getopt's words */
	while ((id = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		exit_code = parse_option(id, optarg, verb, ret);
		if (exit_code >= 0)
			return exit_code;
	}
	if (verb == VERB_EXEC) {
		ret->command = argv + optind;
		ret->prober.follows = ret->prober.looks = true;
	}
	return take_rest(argv + optind, verb, ret);
}
