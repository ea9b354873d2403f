// SPDX-License-Identifier: GPL-2.0
#include "event/creators.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Links that are detached, and kept, are never heard of again: so there has to be a bound. */
#define LINKS_MAX 65536

struct creator {
	struct recent_entry entry; /* by the link's id */
	uint64_t time_ns;
	uint32_t pid;
	char comm[WIRE_NAME];
	struct process *process; /* a reference */
	bool only_holds;         /* it had the link open as tracing began */
};

static void release_entry(struct recent_entry *entry)
{
	struct creator *creator = (struct creator *)entry;

	process_put(creator->process);
	free(creator);
}

void creators_init(struct creators *creators)
{
	*creators = (struct creators){};
	recent_init(&creators->links, LINKS_MAX, release_entry);
}

void creators_hold(struct creators *creators, uint32_t id, const char *comm,
		   struct process *process)
{
	struct creator *creator = NULL;

	if (!recent_find(&creators->links, id, 0))
		creator = malloc(sizeof(*creator));
	if (!creator) {
		process_put(process);
		return;
	}
	*creator = (struct creator){
		.entry.key = id, .pid = process->pid, .process = process, .only_holds = true
	};
	snprintf(creator->comm, sizeof(creator->comm), "%s", comm);
	if (recent_add(&creators->links, &creator->entry))
		release_entry(&creator->entry);
}

static void note_creator(struct creators *creators, const struct event *event)
{
	struct creator *creator = malloc(sizeof(*creator));

	if (!creator)
		return; /* its end will say that it is lost */
	*creator = (struct creator){
		.entry.key = event->link_id,
		.time_ns = event->time_ns,
		.pid = event->pid,
	};
	memcpy(creator->comm, event->comm, sizeof(creator->comm));
	if (event->who.process)
		creator->process = process_get(event->who.process);
	if (recent_add(&creators->links, &creator->entry))
		release_entry(&creator->entry);
}

static void tell_holder(struct event *event, const struct creator *creator)
{
	event->holder.pid = creator->pid;
	memcpy(event->holder.comm, creator->comm, sizeof(event->holder.comm));
	who_set(&event->holder.who, process_get(creator->process));
}

static void tell_creator(struct event *event, const struct creator *creator)
{
	event->creator.time_ns = creator->time_ns;
	event->creator.pid = creator->pid;
	memcpy(event->creator.comm, creator->comm, sizeof(event->creator.comm));
	if (creator->process)
		who_set(&event->creator.who, process_get(creator->process));
}

void creators_event(struct creators *creators, struct event *event)
{
	struct creator *creator;
	bool done = !event->error && !event->unknown;

	if (!event->link_id)
		return;
	if (event->cause && !strcmp(event->cause, "link-create")) {
		if (done)
			note_creator(creators, event);
		return;
	}
	creator = (struct creator *)recent_find(&creators->links, event->link_id, 0);
	if (creator && creator->only_holds)
		tell_holder(event, creator);
	else if (creator)
		tell_creator(event, creator);
	if (!creator ||
	    creator->only_holds) /* ids are given in order; after 2^31 links they start again */
		event->creator.missing = event->link_id <= creators->newest ? "before" : "lost";
	if (creator && done && event->release)
		recent_remove(&creators->links, &creator->entry);
}

void creators_release(struct creators *creators)
{
	recent_release(&creators->links);
}
