// SPDX-License-Identifier: GPL-2.0
#include "cmd/style.h"

#include "cmd/cmd.h"
#include "event/select.h"
#include "util/cleanup.h"
#include "util/escape.h"
#include "util/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME_SHOWN 64 /* of a name that is none */

static int bad_field(const char *name, size_t length)
{
	char word[NAME_SHOWN + 1], escaped[ESCAPE_SIZE(NAME_SHOWN)];
	const struct field *nearest;

	if (!length) {
		log_error("--fields: a name is missing; names have commas between them");
		return EXIT_USAGE;
	}
	snprintf(word, sizeof(word), "%.*s", (int)length, name);
	escape_bytes(escaped, word, NAME_SHOWN);
	nearest = field_nearest(word);
	if (nearest)
		log_error("--fields: there is no field '%s'; is '%s' meant? --fields help lists "
			  "all",
			  escaped, nearest->path);
	else
		log_error("--fields: there is no field '%s'; --fields help lists all", escaped);
	return EXIT_USAGE;
}

int style_parse_fields(const char *value, struct style_options *options)
{
	struct selection selection;
	const char *bad;
	size_t length;

	if (!strcmp(value, "help")) {
		fields_print(stdout);
		return EXIT_DONE;
	}
	if (fields_select(value, &selection, &bad, &length))
		return bad_field(bad, length);
	memcpy(options->style.fields, selection.list, sizeof(selection.list));
	options->style.nfields = selection.count;
	return -1;
}

/* The place of @value among @words, or -1 with an error that names them all. */
static int find_word(const char *option, const char *value, const char *const *words, size_t count)
{
	char list[128] = "";

	for (size_t i = 0; i < count; i++) {
		if (!strcmp(words[i], value))
			return i;
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", i ? ", " : "",
			 words[i]);
	}
	log_error("--%s: there is no '%s'; one of these is expected: %s", option, value, list);
	return -1;
}

int style_parse_time(const char *value, struct style_options *options)
{
	static const char *const words[] = {
		[TIME_LOCAL] = "local", [TIME_UTC] = "utc",   [TIME_MONO] = "mono",
		[TIME_DELTA] = "delta", [TIME_NONE] = "none",
	};
	int found = find_word("time", value, words, ARRAY_SIZE(words));

	if (found < 0)
		return EXIT_USAGE;
	options->style.time = found;
	options->timed = true;
	return -1;
}

int style_parse_colours(const char *value, struct style_options *options)
{
	static const char *const words[] = {
		[COLOURS_AUTO] = "auto",
		[COLOURS_ALWAYS] = "always",
		[COLOURS_NEVER] = "never",
	};
	int found = find_word("color", value, words, ARRAY_SIZE(words));

	if (found < 0)
		return EXIT_USAGE;
	options->colours = found;
	return -1;
}

static bool has_field(const struct style *style, const struct field *field)
{
	for (size_t i = 0; i < style->nfields; i++) {
		if (style->fields[i] == field)
			return true;
	}
	return false;
}

/* What stands below the line in text is a field in JSON: asked for either way, it is there. */
static void want(struct style *style, const char *path, bool *wanted)
{
	const struct field *field = field_find(path);

	if (has_field(style, field))
		*wanted = true;
	else if (*wanted && style->nfields)
		style->fields[style->nfields++] = field;
}

int style_finish(struct style_options *options, const struct sink *sink, bool *stacks)
{
	if (sink != &sink_text && (options->timed || options->collapses)) {
		log_error(options->timed ? "--time is for text: JSON has the time as UTC, and as "
					   "mono_ns"
					 : "--collapse is for text: in JSON each event is an "
					   "object of its own");
		fprintf(stderr, "Try 'xdpsnoop --help'.\n");
		return EXIT_USAGE;
	}
	want(&options->style, "calls", &options->style.calls);
	want(&options->style, "stack", stacks);
	return -1;
}

void style_settle(struct style_options *options, int fd)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (options->colours == COLOURS_AUTO)
		options->style.colours =
			isatty(fd) && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
	else
		options->style.colours = options->colours == COLOURS_ALWAYS;
}
