// SPDX-License-Identifier: GPL-2.0
#include "event/contest.h"

#include "event/occupants.h"
#include "util/cleanup.h"

#include <stdlib.h>
#include <string.h>

#define PLACES_MAX 4096
#define SIDES_MAX  4 /* that take part in the change of one device; the oldest gives way */

/* One that has put programs there: a process, or a program that is run again and again. */
struct side {
	struct actor last;         /* its last deed's */
	uint32_t before;           /* the process that did the same before that one; 0: none */
	char prog_name[WIRE_NAME]; /* what it puts there; empty: not known */
	bool returned;             /* the same process has come again, after another one */
	uint64_t time_ns;          /* 0: there is no such side */
};

struct place {
	struct recent_entry entry; /* by device and mode */
	struct side sides[SIDES_MAX];
	struct side *owner; /* of what is there; NULL: not known */
	/* Displacements of one by the other, one after the other. */
	const struct side *pair[2];
	uint32_t count;
	uint64_t first_ns, last_ns;
};

static void release_entry(struct recent_entry *entry)
{
	struct place *place = (struct place *)entry;

	for (size_t i = 0; i < SIDES_MAX; i++)
		actor_release(&place->sides[i].last);
	free(place);
}

void contests_init(struct contests *contests)
{
	recent_init(&contests->places, PLACES_MAX, release_entry);
}

static struct place *place_get(struct contests *contests, const struct event *event)
{
	uint64_t key = place_key(event->dev.netns, event->dev.ifindex);
	struct place *place =
		(struct place *)recent_find(&contests->places, key, (uint64_t)*event->mode);

	if (place)
		return place;
	place = calloc(1, sizeof(*place));
	if (!place)
		return NULL;
	place->entry.key = key;
	place->entry.subkey = *event->mode;
	if (!recent_add(&contests->places, &place->entry))
		return place;
	release_entry(&place->entry);
	return NULL;
}

/*
 * The process that has been here before, or one that does what another one has done. If that one
 * comes back they are not the same: two instances of one agent.
 */
static struct side *side_find(struct place *place, const struct event *event)
{
	for (size_t i = 0; i < SIDES_MAX; i++) {
		if (place->sides[i].time_ns && place->sides[i].last.pid == event->pid)
			return &place->sides[i];
	}
	for (size_t i = 0; event->prog.id && i < SIDES_MAX; i++) {
		struct side *side = &place->sides[i];

		if (side->time_ns && !side->returned && side->before != event->pid &&
		    !memcmp(side->last.comm, event->comm, sizeof(event->comm)) &&
		    !memcmp(side->prog_name, event->prog.name, sizeof(side->prog_name)))
			return side;
	}
	return NULL;
}

static struct side *side_new(struct place *place)
{
	struct side *side = &place->sides[0];

	for (size_t i = 1; i < SIDES_MAX; i++) {
		if (place->sides[i].time_ns < side->time_ns)
			side = &place->sides[i];
	}
	if (place->owner == side)
		place->owner = NULL;
	if (place->pair[0] == side || place->pair[1] == side)
		place->count = 0;
	actor_release(&side->last);
	*side = (struct side){};
	return side;
}

static struct side *side_get(struct place *place, const struct event *event)
{
	struct side *side = side_find(place, event);

	if (!side)
		side = side_new(place);
	if (side->time_ns && side->last.pid != event->pid)
		side->before = side->last.pid;
	else if (side->time_ns && place->owner != side)
		side->returned = true;
	actor_set(&side->last, event);
	side->time_ns = event->end_ns ? event->end_ns : 1;
	if (event->prog.id)
		memcpy(side->prog_name, event->prog.name, sizeof(side->prog_name));
	return side;
}

static void displace(struct place *place, const struct side *by, const struct side *whom,
		     uint64_t now)
{
	bool same = (place->pair[0] == by && place->pair[1] == whom) ||
		    (place->pair[0] == whom && place->pair[1] == by);

	if (!same || now - place->last_ns > CONTEST_GAP)
		place->count = 0;
	if (!place->count)
		place->first_ns = now;
	place->pair[0] = by;
	place->pair[1] = whom;
	place->last_ns = now;
	place->count++;
}

/* One script that runs the same command with one program and another is one side, not two. */
static bool is_one_script(const struct side *one, const struct side *other)
{
	return !one->returned && !other->returned && one->last.who.ppid > 1 &&
	       one->last.who.ppid == other->last.who.ppid &&
	       !memcmp(one->last.comm, other->last.comm, sizeof(one->last.comm));
}

static void tell(const struct place *place, const struct side *by, const struct side *whom,
		 struct event *event)
{
	if (place->count < CONTEST_COUNT || is_one_script(by, whom))
		return;
	event->contest.count = place->count;
	event->contest.span_ns = place->last_ns - place->first_ns;
	event->contest.interval_ns = event->contest.span_ns / (place->count - 1);
	actor_copy(&event->contest.with, &whom->last);
}

/* Who deletes a device has nothing against its program. */
static bool is_gone(const struct event *event)
{
	return !strcmp(event->cause, "unregister") || !strcmp(event->cause, "netns-exit");
}

void contests_event(struct contests *contests, struct event *event)
{
	struct side *side, *owner;
	struct place *place;

	if (event->error || event->unknown || !event_is_kept(event))
		return;
	if (event->action != ACTION_INSTALL && event->action != ACTION_REPLACE &&
	    event->action != ACTION_REMOVE)
		return;
	place = place_get(contests, event);
	if (!place)
		return;
	if (!event->pid || is_gone(event)) {
		place->owner = NULL;
		return;
	}
	side = side_get(place, event);
	owner = place->owner;
	if (owner && owner != side && event->action != ACTION_INSTALL) {
		displace(place, side, owner, event->end_ns);
		tell(place, side, owner, event);
	}
	place->owner = event->action == ACTION_REMOVE ? NULL : side;
}

void contests_release(struct contests *contests)
{
	recent_release(&contests->places);
}
