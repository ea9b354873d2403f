// SPDX-License-Identifier: GPL-2.0
#include "cmd/opponents.h"

#include <string.h>

void opponents_init(struct opponents *opponents)
{
	*opponents = (struct opponents){};
	occupants_init(&opponents->occupants);
	contests_init(&opponents->contests);
	notes_init(&opponents->notes);
}

static void add_owners(struct owners *owners, struct opponent *opponent)
{
	enum wire_held_kind what = opponent->link_id ? WIRE_HELD_LINK : WIRE_HELD_PROG;
	uint32_t id = opponent->link_id ? opponent->link_id : opponent->prog.id;

	if (!owners_find(owners, what, id, opponent->creator.pid)) {
		opponent->missing = "processes";
		return;
	}
	for (size_t i = 0; i < owners->count; i++) {
		const struct owner *owner = &owners->list[i];

		memcpy(opponent->comm_bytes[i], owner->comm, sizeof(owner->comm));
		opponent->pids.list[opponent->pids.count++] = owner->pid;
		texts_add(&opponent->comms, opponent->comm_bytes[i]);
	}
	if (owners->complete)
		opponent->comms.known = true;
	else
		opponent->missing = "processes";
}

void opponents_event(struct opponents *opponents, struct event *event)
{
	occupants_event(&opponents->occupants, event);
	if (event->opponent.prog.id)
		add_owners(&opponents->owners, &event->opponent);
	contests_event(&opponents->contests, event);
	notes_event(&opponents->notes, event);
}

void opponents_reported(struct opponents *opponents, const struct event *event)
{
	notes_reported(&opponents->notes, event);
}

void opponents_release(struct opponents *opponents)
{
	occupants_release(&opponents->occupants);
	contests_release(&opponents->contests);
	notes_release(&opponents->notes);
}
