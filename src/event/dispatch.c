// SPDX-License-Identifier: GPL-2.0
#include "event/dispatch.h"

#include "util/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct attached *find_place(struct dispatch *dispatch, const struct attached *place)
{
	for (size_t i = 0; i < dispatch->nattached; i++) {
		struct attached *attached = &dispatch->attached[i];

		if (attached->ifindex == place->ifindex && attached->netns == place->netns &&
		    attached->mode == place->mode)
			return attached;
	}
	return NULL;
}

static const struct attached *find_prog(const struct dispatch *dispatch, uint32_t prog)
{
	for (size_t i = 0; i < dispatch->nattached; i++) {
		if (dispatch->attached[i].prog == prog)
			return &dispatch->attached[i];
	}
	return NULL;
}

int dispatch_attach(struct dispatch *dispatch, const struct attached *attached)
{
	struct attached *found = find_place(dispatch, attached), *list;

	if (found && attached->prog) {
		*found = *attached;
		return 0;
	}
	if (found)
		*found = dispatch->attached[--dispatch->nattached];
	if (!attached->prog)
		return 0;
	list = reallocarray(dispatch->attached, dispatch->nattached + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	dispatch->attached = list;
	list[dispatch->nattached++] = *attached;
	return 0;
}

int dispatch_place(struct dispatch *dispatch, const struct placed *placed)
{
	struct placed *list;

	for (size_t i = 0; i < dispatch->nplaced; i++) {
		if (dispatch->placed[i].link == placed->link)
			return 0;
	}
	list = reallocarray(dispatch->placed, dispatch->nplaced + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	dispatch->placed = list;
	list[dispatch->nplaced++] = *placed;
	return 0;
}

static void displace(struct dispatch *dispatch, uint32_t link)
{
	for (size_t i = 0; i < dispatch->nplaced; i++) {
		if (dispatch->placed[i].link == link) {
			dispatch->placed[i] = dispatch->placed[--dispatch->nplaced];
			return;
		}
	}
}

static int component_compare(const void *a, const void *b)
{
	return component_order(a, b);
}

static void list_components(const struct dispatch *dispatch, uint32_t prog, struct components *ret)
{
	size_t count = 0;

	for (size_t i = 0; prog && i < dispatch->nplaced; i++)
		count += dispatch->placed[i].target == prog;
	if (!count)
		return;
	ret->list = calloc(count, sizeof(*ret->list));
	if (!ret->list)
		return;
	for (size_t i = 0; i < dispatch->nplaced; i++) {
		if (dispatch->placed[i].target == prog)
			ret->list[ret->count++] = dispatch->placed[i].component;
	}
	qsort(ret->list, ret->count, sizeof(*ret->list), component_compare);
}

/* The device of a program, NULL if it is on none. The first time that is not known, it is asked. */
static const struct attached *place_of(struct dispatch *dispatch, uint32_t prog)
{
	const struct attached *place = find_prog(dispatch, prog);

	if (!prog || place || dispatch->seeded || !dispatch->seed)
		return place;
	dispatch->seeded = true;
	dispatch->seed(dispatch);
	return find_prog(dispatch, prog);
}

static bool component_event(struct dispatch *dispatch, struct event *event)
{
	const struct attached *place = place_of(dispatch, event->component.target.id);
	struct placed placed = {
		.target = event->component.target.id,
		.link = event->link_id,
		.component.prog = event->prog,
	};

	if (place) {
		event->mode = place->mode;
		event->dev.ifindex = place->ifindex;
		event->dev.netns = place->netns;
		memcpy(event->dev.name, place->name, sizeof(event->dev.name));
	}
	if (event->error)
		return true;
	memcpy(placed.component.func, event->component.func, sizeof(placed.component.func));
	if (event->action == ACTION_COMPONENT_DETACH)
		displace(dispatch, event->link_id);
	else
		dispatch_place(dispatch, &placed);
	return place;
}

static struct attached place_of_event(const struct event *event)
{
	struct attached place = {
		.netns = event->dev.netns,
		.ifindex = event->dev.ifindex,
		.mode = event->mode,
		.prog = event->prog.id,
	};

	memcpy(place.name, event->dev.name, sizeof(place.name));
	return place;
}

/* A device takes what it has in all modes along. */
static void move_event(struct dispatch *dispatch, const struct event *event)
{
	for (size_t i = 0; i < dispatch->nattached; i++) {
		struct attached *attached = &dispatch->attached[i];

		if (attached->ifindex != event->old_dev.ifindex ||
		    attached->netns != event->old_dev.netns)
			continue;
		attached->ifindex = event->dev.ifindex;
		attached->netns = event->dev.netns;
		memcpy(attached->name, event->dev.name, sizeof(attached->name));
	}
}

bool dispatch_event(struct dispatch *dispatch, struct event *event)
{
	struct attached place;

	if (event->action == ACTION_COMPONENT_ATTACH || event->action == ACTION_COMPONENT_DETACH)
		return component_event(dispatch, event);
	list_components(dispatch, event->prog.id, &event->components);
	list_components(dispatch, event->old_prog.id, &event->old_components);
	if (event->error || event->unknown || !event_is_kept(event))
		return true;
	place = place_of_event(event);
	switch (event->action) {
	case ACTION_REMOVE:
		place.prog = 0;
		dispatch_attach(dispatch, &place);
		break;
	case ACTION_INSTALL:
	case ACTION_REPLACE:
	case ACTION_PRESENT:
		dispatch_attach(dispatch, &place);
		break;
	case ACTION_MOVE:
		move_event(dispatch, event);
		break;
	default:
		break;
	}
	return true;
}

void dispatch_release(struct dispatch *dispatch)
{
	free(dispatch->attached);
	free(dispatch->placed);
	*dispatch = (struct dispatch){};
}
