// SPDX-License-Identifier: GPL-2.0
#include "cmd/flags.h"

#include "cmd/cmd.h"
#include "util/cleanup.h"
#include "util/log.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define FLAGS_MAX 8

static void print_help(const struct usage *usage, const struct flag *flags, size_t count)
{
	printf("Usage: %s [OPTION]...%s%s\n%s\n\n", usage->name, usage->arguments ? " " : "",
	       usage->arguments ? usage->arguments : "", usage->about);
	for (size_t i = 0; i < count; i++) {
		char left[40];

		snprintf(left, sizeof(left), "--%s%s%s%s", flags[i].name,
			 flags[i].argument ? "[=" : "", flags[i].argument ? flags[i].argument : "",
			 flags[i].argument ? "]" : "");
		printf("  -%c, %-22s %s\n", flags[i].letter, left, flags[i].about);
	}
	printf("\n%s", usage->ending);
}

static int usage_error(const struct usage *usage)
{
	fprintf(stderr, "Try '%s --help'.\n", usage->name);
	return EXIT_USAGE;
}

/* Fills getopt's tables from @flags; @longs has room for one more, which ends it. */
static void flags_describe(const struct flag *flags, size_t count, struct option *longs,
			   char *letters)
{
	for (size_t i = 0; i < count; i++) {
		longs[i] = (struct option){ flags[i].name,
					    flags[i].argument ? optional_argument : no_argument,
					    NULL, flags[i].letter };
		*letters++ = flags[i].letter;
		if (flags[i].argument)
			letters = stpcpy(letters, "::");
	}
	*letters = '\0';
}

static void flags_set(const struct flag *flags, size_t count, int letter, const char *value)
{
	for (size_t i = 0; i < count; i++) {
		if (flags[i].letter != letter)
			continue;
		*flags[i].set = true;
		if (value)
			*flags[i].value = value;
	}
}

int flags_parse(const struct usage *usage, int argc, char **argv)
{
	bool help = false, version = false;
	const struct flag common[] = {
		{ 'h', "help", NULL, "print this help", &help },
		{ 'V', "version", NULL, "print the version", &version },
	};
	struct flag flags[FLAGS_MAX + ARRAY_SIZE(common)];
	struct option longs[ARRAY_SIZE(flags) + 1] = {};
	char letters[3 * ARRAY_SIZE(flags) + 1];
	size_t count = usage->count;
	int letter;

	memcpy(flags, usage->flags, count * sizeof(*flags));
	memcpy(flags + count, common, sizeof(common));
	count += ARRAY_SIZE(common);
	flags_describe(flags, count, longs, letters);
	argv[0] = (char *)usage->name; /* in getopt's words */
	while ((letter = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (letter == '?')
			return usage_error(usage);
		flags_set(flags, count, letter, optarg);
	}
	if (usage->arguments) {
		memmove(argv + 1, argv + optind, (argc - optind + 1) * sizeof(*argv));
	} else if (optind < argc) {
		log_error("'%s' is not an option", argv[optind]);
		return usage_error(usage);
	}
	if (help)
		print_help(usage, flags, count);
	else if (version)
		printf("xdpsnoop %s\n", XDPSNOOP_VERSION);
	return help || version ? EXIT_DONE : -1;
}
