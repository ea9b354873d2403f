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
	[ACTION_POOL_SETUP] = { "Set up AF_XDP pool on", "Failed to set up AF_XDP pool on" },
	[ACTION_POOL_TEARDOWN] = { "Took down AF_XDP pool on",
				   "Failed to take down AF_XDP pool on" },
	[ACTION_COMPONENT_ATTACH] = { "Attached component to XDP on",
				      "Failed to attach component to XDP on" },
	[ACTION_COMPONENT_DETACH] = { "Detached component from XDP on", NULL },
	[ACTION_ENTRY_INSTALL] = { "Installed XDP to map entry",
				   "Failed to install XDP to map entry" },
	[ACTION_ENTRY_REPLACE] = { "Replaced XDP in map entry",
				   "Failed to replace XDP in map entry" },
	[ACTION_ENTRY_REMOVE] = { "Removed XDP from map entry",
				  "Failed to remove XDP from map entry" },
	[ACTION_MAP_ALLOC] = { "Allocated map in", "Failed to allocate map in" },
	[ACTION_MAP_FREE] = { "Freed map in", "Failed to free map in" },
	[ACTION_MOVE] = { "Moved XDP with", "Failed to move XDP with" },
};

static const char *ended_sentence_of(const struct event *event)
{
	const char *text =
		event->error ? sentences[event->action].failed : sentences[event->action].done;

	if (event->action == ACTION_NOOP && !event->prog.id)
		return "Removed nothing from";
	return text ? text : "Unknown operation on";
}

/* How it ended is not known: that it was asked for. */
static const char *const asked[] = {
	[ACTION_INSTALL] = "Asked to install XDP to",
	[ACTION_REPLACE] = "Asked to replace XDP on",
	[ACTION_REMOVE] = "Asked to remove XDP from",
};

static const char *sentence_of(const struct event *event)
{
	if (event->unknown && event->action < ARRAY_SIZE(asked) && asked[event->action])
		return asked[event->action];
	return ended_sentence_of(event);
}

/* What follows, in this order; a field that does not apply is left out. */
static const struct column {
	const char *key, *path;
	bool quoted; /* always, not only a value that would not end at a space */
} columns[] = {
	{ "ifindex", "dev.ifindex" },
	{ "ifname", "dev.ifname" },
	{ "old_ifindex", "old_dev.ifindex" },
	{ "old_ifname", "old_dev.ifname" },
	{ "queue", "xsk.queue" },
	{ "asked", "xsk.asked" },
	{ "got", "xsk.mode" },
	{ "map_id", "map.id" },
	{ "map_name", "map.name" },
	{ "map_type", "map.type" },
	{ "map_key", "map.key" },
	{ "bpf_prog_id", "prog.id" },
	{ "bpf_prog_name", "prog.name" },
	{ "components", "prog.components" },
	{ "old_prog_id", "old_prog.id" },
	{ "old_prog_name", "old_prog.name" },
	{ "old_components", "old_prog.components" },
	{ "dispatcher_id", "dispatcher.id" },
	{ "dispatcher_name", "dispatcher.name" },
	{ "slot", "component.slot" },
	{ "replaces", "component.func" },
	{ "error", "errno" },
	{ "errmsg", "reason", true },
	{ "mode", "mode" },
	{ "flags", "flags" },
	{ "via", "cause" },
	{ "release", "release" },
	{ "link_id", "link.id" },
	{ "link", "link.state" },
	{ "driver", "dev.driver" },
	{ "func", "func" },
	{ "took", "took_ns" },
	{ "driver_took", "driver_took_ns" },
	{ "driver_probe", "driver_probe" },
	{ "pid", "task.pid" },
	{ "comm", "task.comm" },
	{ "netns", "dev.netns" },
	{ "old_netns", "old_dev.netns" },
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

/* As in 0:name,1:name. The kernel lets none of these have a space or a quote. */
static void text_components(FILE *out, const struct components *components)
{
	for (size_t i = 0; i < components->count; i++) {
		const struct component *component = &components->list[i];
		struct number slot = component_slot(component->func);

		if (i)
			fputc(',', out);
		if (slot.known)
			fprintf(out, "%u", slot.value);
		else
			text_bytes(out, component->func, false);
		fputc(':', out);
		text_bytes(out, component->prog.name, false);
	}
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
	case FIELD_NUMBER:
		fprintf(out, "%u", ((const struct number *)value)->value);
		break;
	case FIELD_COMPONENTS:
		text_components(out, value);
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
	if (event->action == ACTION_REMOVE || event->action == ACTION_ENTRY_REMOVE) {
		shown.prog = event->old_prog;
		shown.components = event->old_components;
	}
	if (event->action == ACTION_REMOVE || event->action == ACTION_ENTRY_REMOVE ||
	    event->action == ACTION_NOOP) {
		shown.old_prog.id = shown.old_prog.name[0] = 0;
		shown.old_components = (struct components){};
	}
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
