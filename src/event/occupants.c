// SPDX-License-Identifier: GPL-2.0
#include "event/occupants.h"

#include <stdlib.h>

/* Devices that go without a word (their namespace was not traced) leave theirs behind. */
#define OCCUPANTS_MAX 4096

struct occupant {
	struct recent_entry entry; /* by device and mode */
	uint32_t prog;
	uint64_t time_ns;
	struct actor by;
};

static void release_entry(struct recent_entry *entry)
{
	struct occupant *occupant = (struct occupant *)entry;

	actor_release(&occupant->by);
	free(occupant);
}

void occupants_init(struct occupants *occupants)
{
	recent_init(&occupants->table, OCCUPANTS_MAX, release_entry);
}

/* Its first letter tells a mode from the others. */
static struct occupant *find(const struct occupants *occupants, uint32_t netns, uint32_t ifindex,
			     const char *mode)
{
	return (struct occupant *)recent_find(&occupants->table, place_key(netns, ifindex),
					      (uint64_t)*mode);
}

static void tell(const struct occupants *occupants, const struct event *event,
		 struct opponent *opponent)
{
	const struct occupant *occupant;

	if (!opponent->prog.id)
		return;
	occupant = find(occupants, event->dev.netns, opponent->ifindex, opponent->mode);
	if (!occupant || occupant->prog != opponent->prog.id)
		return;
	opponent->time_ns = occupant->time_ns;
	actor_copy(&opponent->creator, &occupant->by);
}

static void put(struct occupants *occupants, const struct event *event)
{
	struct occupant *occupant = calloc(1, sizeof(*occupant));

	if (!occupant)
		return;
	occupant->entry.key = place_key(event->dev.netns, event->dev.ifindex);
	occupant->entry.subkey = *event->mode;
	occupant->prog = event->prog.id;
	occupant->time_ns = event->time_ns;
	actor_set(&occupant->by, event);
	if (recent_add(&occupants->table, &occupant->entry))
		release_entry(&occupant->entry);
}

static void take(struct occupants *occupants, const struct event *event, const char *mode)
{
	struct occupant *occupant = find(occupants, event->dev.netns, event->dev.ifindex, mode);

	if (occupant)
		recent_remove(&occupants->table, &occupant->entry);
}

/* A device takes what it has in all modes along; who has put it there stays the same. */
static void move(struct occupants *occupants, const struct event *event)
{
	for (int mode = 0; mode < WIRE_MODES; mode++) {
		struct occupant *old = find(occupants, event->old_dev.netns, event->old_dev.ifindex,
					    mode_name(mode));
		struct occupant *occupant = old ? calloc(1, sizeof(*occupant)) : NULL;

		if (!occupant)
			continue;
		occupant->entry.key = place_key(event->dev.netns, event->dev.ifindex);
		occupant->entry.subkey = old->entry.subkey;
		occupant->prog = old->prog;
		occupant->time_ns = old->time_ns;
		actor_copy(&occupant->by, &old->by);
		recent_remove(&occupants->table, &old->entry);
		if (recent_add(&occupants->table, &occupant->entry))
			release_entry(&occupant->entry);
	}
}

void occupants_event(struct occupants *occupants, struct event *event)
{
	tell(occupants, event, &event->opponent);
	if (event->error || event->unknown || !event_is_kept(event))
		return;
	switch (event->action) {
	case ACTION_INSTALL:
	case ACTION_REPLACE:
		put(occupants, event);
		break;
	case ACTION_REMOVE:
		take(occupants, event, event->mode);
		break;
	case ACTION_MOVE:
		move(occupants, event);
		break;
	default:
		break;
	}
}

void occupants_release(struct occupants *occupants)
{
	recent_release(&occupants->table);
}
