/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Success that is not what it seems, in words: a removal that has removed nothing, generic mode
 * that was not the first choice, a success without effect.
 */
#ifndef XDPSNOOP_EVENT_NOTES_H
#define XDPSNOOP_EVENT_NOTES_H

#include "event/event.h"
#include "util/recent.h"

/* Native mode that was refused this long before is why generic was chosen. */
#define NOTES_FALLBACK 10000000000ULL /* ns */

struct notes {
	struct recent refusals; /* of native mode, by device */
};

void notes_init(struct notes *notes);

/* Adds to @event what there is to note. */
void notes_event(const struct notes *notes, struct event *event);

/*
 * Remembers of @event what notes of later ones need. Only of those that are reported: what a filter
 * leaves out may not even have left the kernel, and must not make a difference.
 */
void notes_reported(struct notes *notes, const struct event *event);

void notes_release(struct notes *notes);

#endif
