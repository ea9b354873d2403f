// SPDX-License-Identifier: GPL-2.0
/* A sentence with its device, then key=value: for people, and for grep. */
#include "sink/text.h"

#include "util/cleanup.h"
#include "util/escape.h"

#include <string.h>

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
	[ACTION_PRESENT] = { "Found XDP on", NULL },
	[ACTION_CARRIER] = { "Regained carrier on", NULL },
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
	{ "bpf_prog_full_name", "prog.full_name" },
	{ "components", "prog.components" },
	{ "old_prog_id", "old_prog.id" },
	{ "old_prog_name", "old_prog.name" },
	{ "old_prog_full_name", "old_prog.full_name" },
	{ "old_components", "old_prog.components" },
	{ "dispatcher_id", "dispatcher.id" },
	{ "dispatcher_name", "dispatcher.name" },
	{ "slot", "component.slot" },
	{ "replaces", "component.func" },
	{ "error", "errno" },
	{ "errmsg", "reason", true },
	{ "errmsg_from", "reason_source" },
	{ "warnings", "warnings" },
	{ "lost_with", "carrier.operation" },
	{ "lost_for", "carrier.lost_ns" },
	{ "back_after", "carrier.back_ns" },
	{ "mode", "mode" },
	{ "flags", "flags" },
	{ "whose", "whose" },
	{ "via", "cause" },
	{ "release", "release" },
	{ "link_id", "link.id" },
	{ "link", "link.state" },
	{ "creator_pid", "link.creator.pid" },
	{ "creator", "link.creator.comm" },
	{ "creator_missing", "link.creator.missing" },
	{ "holder_pid", "link.holder.pid" },
	{ "holder", "link.holder.comm" },
	{ "driver", "dev.driver" },
	{ "func", "func" },
	{ "took", "took_ns" },
	{ "driver_took", "driver_took_ns" },
	{ "driver_probe", "driver_probe" },
	{ "pid", "task.pid" },
	{ "comm", "task.comm" },
	{ "uid", "task.uid" },
	{ "cmd", "task.cmdline", true },
	{ "ppid", "task.ppid" },
	{ "parent", "task.parent_comm" },
	{ "container", "task.container" },
	{ "pod", "task.pod" },
	{ "netns", "dev.netns" },
	{ "netns_name", "dev.netns_name" },
	{ "old_netns", "old_dev.netns" },
	{ "old_netns_name", "old_dev.netns_name" },
	{ "lost_calls", "lost_calls" },
};

/* Its field, searched for once: doing so for each event would be most of what an event costs. */
static const struct field *column_field(size_t index)
{
	static const struct field *found[ARRAY_SIZE(columns)];

	if (!found[index])
		found[index] = field_find(columns[index].path);
	return found[index];
}

static void text_sentence(FILE *out, const struct style *style, const struct event *event)
{
	text_colour(out, style,
		    event->unknown ? COLOUR_UNKNOWN
		    : event->error ? COLOUR_FAILED
				   : COLOUR_DONE);
	fputs(sentence_of(event), out);
	text_colour(out, style, COLOUR_NONE);
}

static void text_line(FILE *out, const struct style *style, const struct event *event)
{
	struct event shown = *event;
	char time[TIME_SIZE];

	/* A removal is about the program that goes; a no-op has one program, not an old and a new.
	 */
	if (event->action == ACTION_REMOVE || event->action == ACTION_ENTRY_REMOVE) {
		shown.prog = event->old_prog;
		shown.prog_is = event->old_prog_is;
		shown.components = event->old_components;
	}
	if (event->action == ACTION_REMOVE || event->action == ACTION_ENTRY_REMOVE ||
	    event->action == ACTION_NOOP) {
		shown.old_prog.id = shown.old_prog.name[0] = 0;
		shown.old_prog_is = (struct program){};
		shown.old_components = (struct components){};
	}
	/* Where it mostly comes from goes without saying. */
	if (shown.reason_source && !strcmp(shown.reason_source, "extack"))
		shown.reason_source = NULL;
	if (event->whose && !strcmp(event->whose, "own"))
		shown.whose = NULL; /* as is to be expected: others are marked */
	time_print(time, style, event);
	fprintf(out, "%s%s", time, *time ? " " : "");
	text_sentence(out, style, event);
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		const struct field *field = column_field(i);

		if (!field || !field_is_present(field, &shown))
			continue;
		fprintf(out, " %s=", columns[i].key);
		text_value(out, style, field, &shown, columns[i].quoted);
	}
	fputc('\n', out);
}

/* Whether the field has its place on the line, and not below. */
static bool is_on_line(const struct style *style, const struct field *field,
		       const struct event *event)
{
	if (field->type == FIELD_CALLS || field->type == FIELD_STACK ||
	    !field_is_present(field, event))
		return false;
	return field->offset != offsetof(struct event, time_ns) || style->time != TIME_NONE;
}

static void text_fields(FILE *out, const struct style *style, const struct event *event)
{
	const char *separator = "";

	for (size_t i = 0; i < style->nfields; i++) {
		const struct field *field = style->fields[i];

		if (!is_on_line(style, field, event))
			continue;
		fprintf(out, "%s%s=", separator, field->path);
		text_exact(out, style, field, event);
		separator = " ";
	}
	fputc('\n', out);
}

static void text_event(FILE *out, const struct style *style, const struct event *event)
{
	if (style->nfields)
		text_fields(out, style, event);
	else
		text_line(out, style, event);
	if (!style->nfields) {
		text_opponent(out, event);
		text_advice(out, style, event);
		text_contest(out, event);
		text_notes(out, event);
	}
	if (style->calls)
		text_calls(out, style, event);
	text_stack(out, event);
}

const struct sink sink_text = {
	.name = "text",
	.event = text_event,
	.summary = text_summary,
};
