// SPDX-License-Identifier: GPL-2.0
/* A sentence with its device, then key=value: for people, and for grep. */
#include "sink/sink.h"

#include "event/fields.h"
#include "util/cleanup.h"
#include "util/escape.h"

#include <string.h>
#include <time.h>

#define NSEC 1000000000ULL

/* The first words of a line; the tool's oldest promise, and part of its interface. */
static const struct {
	const char *done, *failed;
} sentences[] = {
	[ACTION_INSTALL] = { "Installed XDP to", "Failed to install XDP to" },
	[ACTION_REPLACE] = { "Replaced XDP on", "Failed to replace XDP on" },
	[ACTION_REMOVE] = { "Removed XDP from", "Failed to remove XDP from" },
	[ACTION_NOOP] = { "Kept XDP as it was on", NULL },
};

static const char *sentence_of(const struct event *event)
{
	const char *text =
		event->error ? sentences[event->action].failed : sentences[event->action].done;

	if (event->action == ACTION_NOOP && !event->prog.id)
		return "Removed nothing from";
	return text ? text : "Unknown operation on";
}

/* What follows, in this order; a field that does not apply is left out. */
static const struct column {
	const char *key, *path;
	bool quoted; /* always, not only a value that would not end at a space */
} columns[] = {
	{ "ifindex", "dev.ifindex" },
	{ "ifname", "dev.ifname" },
	{ "bpf_prog_id", "prog.id" },
	{ "bpf_prog_name", "prog.name" },
	{ "old_prog_id", "old_prog.id" },
	{ "old_prog_name", "old_prog.name" },
	{ "error", "errno" },
	{ "errmsg", "reason", true },
	{ "mode", "mode" },
	{ "via", "cause" },
	{ "release", "release" },
	{ "link_id", "link.id" },
	{ "driver", "dev.driver" },
	{ "func", "func" },
	{ "took", "took_ns" },
	{ "driver_took", "driver_took_ns" },
	{ "pid", "task.pid" },
	{ "comm", "task.comm" },
	{ "netns", "dev.netns" },
	{ "lost_calls", "lost_calls" },
};

static void text_time(FILE *out, uint64_t ns)
{
	time_t seconds = ns / NSEC;
	char text[64];
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y/%m/%d %H:%M:%S", &tm);
	fputs(text, out);
}

static void text_duration(FILE *out, uint64_t ns)
{
	static const struct {
		uint64_t unit;
		const char *name;
	} units[] = { { NSEC, "s" }, { 1000000, "ms" }, { 1000, "us" } };

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		uint64_t unit = units[i].unit;

		if (ns >= unit) { /* cut, not rounded: 999.9999 ms is not 1000 ms */
			fprintf(out, "%llu.%03u%s", (unsigned long long)(ns / unit),
				(unsigned int)(ns % unit / (unit / 1000)), units[i].name);
			return;
		}
	}
	fprintf(out, "%uns", (unsigned int)ns);
}

/* Escaped, and quoted where a space or a quote would make the line ambiguous. */
static void text_bytes(FILE *out, const char *bytes, bool quoted)
{
	char escaped[ESCAPE_SIZE(WIRE_MSG)];

	escape_bytes(escaped, bytes, WIRE_MSG);
	if (!quoted && !escaped[strcspn(escaped, " \"=")]) {
		fputs(escaped, out);
		return;
	}
	fputc('"', out);
	for (const char *c = escaped; *c; c++) {
		if (*c == '"')
			fputc('\\', out);
		fputc(*c, out);
	}
	fputc('"', out);
}

static void text_value(FILE *out, const struct column *column, const struct field *field,
		       const struct event *event)
{
	const void *value = field_value(field, event);
	char buffer[16];

	switch (field->type) {
	case FIELD_WORD:
		fputs(*(const char *const *)value, out);
		break;
	case FIELD_BYTES:
		text_bytes(out, value, column->quoted);
		break;
	case FIELD_ERRNO:
		fprintf(out, "%d (%s)", *(const int *)value,
			error_name(*(const int *)value, buffer));
		break;
	case FIELD_U32:
		fprintf(out, "%u", *(const uint32_t *)value);
		break;
	case FIELD_U64:
		text_duration(out, *(const uint64_t *)value);
		break;
	default:
		break;
	}
}

/* Nothing was removed, in the mode that was asked: what is there in another one stays. */
static void text_remaining(FILE *out, const struct event *event)
{
	char escaped[ESCAPE_SIZE(WIRE_NAME)];

	escape_bytes(escaped, event->old_prog.name, WIRE_NAME);
	fprintf(out, " stays=\"%s program %u %s\"", event->old_mode, event->old_prog.id, escaped);
}

static void text_event(FILE *out, const struct event *event)
{
	struct event shown = *event;

	/* A removal is about the program that goes; a no-op has one program, not an old and a new.
	 */
	if (event->action == ACTION_REMOVE)
		shown.prog = event->old_prog;
	if (event->action == ACTION_REMOVE || event->action == ACTION_NOOP)
		shown.old_prog.id = shown.old_prog.name[0] = 0;
	text_time(out, event->time_ns);
	fprintf(out, " %s", sentence_of(event));
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		const struct field *field = field_find(columns[i].path);

		if (!field || !field_is_present(field, &shown))
			continue;
		fprintf(out, " %s=", columns[i].key);
		text_value(out, &columns[i], field, &shown);
	}
	if (event->action == ACTION_NOOP && !event->prog.id && event->old_prog.id)
		text_remaining(out, event);
	fputc('\n', out);
}

const struct sink sink_text = {
	.name = "text",
	.event = text_event,
};
