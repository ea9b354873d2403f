// SPDX-License-Identifier: GPL-2.0
/* What stands below the line of an event, in words, a line each: who is in the way, and notes. */
#include "sink/text.h"

#include <string.h>

#define MARGIN "  "

static void print_actor(FILE *out, const struct actor *actor)
{
	text_bytes(out, actor->comm, false);
	fprintf(out, " (pid %u)", actor->pid);
	if (actor->who.container) {
		fputs(" in container ", out);
		text_bytes(out, actor->who.container, false);
	}
}

static void print_since(FILE *out, const struct event *event)
{
	const struct opponent *opponent = &event->opponent;
	char age[DURATION_SIZE];

	if (!opponent->time_ns)
		return;
	duration_print(age,
		       event->time_ns > opponent->time_ns ? event->time_ns - opponent->time_ns : 0);
	fprintf(out, ", put there %s before by ", age);
	print_actor(out, &opponent->creator);
}

static void print_owners(FILE *out, const struct opponent *opponent)
{
	const char *separator = ", open in ";

	for (size_t i = 0; i < opponent->comms.count; i++) {
		fputs(separator, out);
		text_bytes(out, opponent->comms.list[i], false);
		fprintf(out, " (pid %u)", opponent->pids.list[i]);
		separator = ", ";
	}
	if (opponent->missing)
		fputs(opponent->comms.count ? " and perhaps others"
					    : ", who has it open is not known",
		      out);
	else if (!opponent->comms.count)
		fputs(", open in no process", out);
}

static void print_pins(FILE *out, const struct opponent *opponent)
{
	const char *separator = ", pinned at ";

	for (size_t i = 0; i < opponent->pins.count; i++) {
		fputs(separator, out);
		text_bytes(out, opponent->pins.list[i], false);
		separator = ", ";
	}
}

void text_opponent(FILE *out, const struct event *event)
{
	const struct opponent *opponent = &event->opponent;

	if (!opponent->prog.id)
		return;
	fprintf(out, MARGIN "held by: %s program %u",
		strcmp(opponent->mode, "driver") ? opponent->mode : "native", opponent->prog.id);
	if (*opponent->prog.name) {
		fputc(' ', out);
		text_bytes(out, opponent->prog.name, false);
	}
	if (*opponent->dev) {
		fputs(" on ", out);
		text_bytes(out, opponent->dev, false);
	}
	if (opponent->link_id)
		fprintf(out, ", by link %u", opponent->link_id);
	print_since(out, event);
	print_owners(out, opponent);
	print_pins(out, opponent);
	fputc('\n', out);
}

void text_contest(FILE *out, const struct event *event)
{
	struct actor self = { .pid = event->pid, .who.container = event->who.container };
	char span[DURATION_SIZE];

	if (!event->contest.count)
		return;
	memcpy(self.comm, event->comm, sizeof(self.comm));
	duration_print(span, event->contest.span_ns);
	fputs(MARGIN "contest: ", out);
	print_actor(out, &self);
	fputs(" and ", out);
	print_actor(out, &event->contest.with);
	fprintf(out, " have displaced each other %u times in %s\n", event->contest.count, span);
}

void text_notes(FILE *out, const struct event *event)
{
	for (size_t i = 0; i < event->notes.count; i++) {
		fputs(MARGIN "note: ", out);
		text_plain(out, event->notes.list[i]);
		fputc('\n', out);
	}
}
