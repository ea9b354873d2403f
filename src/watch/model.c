// SPDX-License-Identifier: GPL-2.0
#include "watch/model.h"

#include "event/assemble.h"
#include "util/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct watched *model_find(struct model *model, uint32_t netns, uint32_t ifindex)
{
	for (size_t i = 0; i < model->count; i++) {
		struct watched *watched = &model->list[i];

		if (watched->dev.ifindex == ifindex && watched->dev.netns == netns)
			return watched;
	}
	return NULL;
}

static struct watched *model_add(struct model *model, const struct wire_dev *dev)
{
	struct watched *watched = model_find(model, dev->netns, dev->ifindex), *list;

	if (watched)
		return watched;
	list = reallocarray(model->list, model->count + 1, sizeof(*list));
	if (!list)
		return NULL;
	model->list = list;
	watched = &list[model->count++];
	*watched = (struct watched){ .dev = *dev };
	return watched;
}

static bool watched_is_empty(const struct watched *watched)
{
	for (int mode = 0; mode < WIRE_MODES; mode++) {
		if (watched->held[mode].prog.id)
			return false;
	}
	return true;
}

void model_trim(struct model *model, uint64_t before_ns)
{
	for (size_t i = model->count; i-- > 0;) {
		if (watched_is_empty(&model->list[i]) && model->list[i].changed_ns <= before_ns)
			model->list[i] = model->list[--model->count];
	}
}

bool model_is_unclear(const struct model *model, uint64_t since_ns)
{
	for (size_t i = 0; i < model->count; i++) {
		if (model->list[i].unclear_ns > since_ns)
			return true;
	}
	return false;
}

void model_release(struct model *model)
{
	free(model->list);
	*model = (struct model){};
}

/* A record of what has happened to @watched, by the time @now_ns. */
static struct wire_op found_op(const struct watched *watched, enum wire_hook origin,
			       uint64_t now_ns)
{
	struct wire_op op = {
		.type = WIRE_OP,
		.origin = origin,
		.by_syscall = true,
		.mode = WIRE_MODE_UNKNOWN,
		.dev = watched->dev,
		.tail = { .type = WIRE_CHUNK, .start_ns = now_ns },
	};

	for (int mode = 0; mode < WIRE_MODES; mode++) {
		op.state[mode] = watched->held[mode].prog;
		op.state_link[mode] = watched->held[mode].link;
	}
	return op;
}

static struct wire_op found_removal(const struct watched *watched, int mode, enum wire_hook origin,
				    uint64_t now_ns)
{
	struct wire_op op = found_op(watched, origin, now_ns);

	op.removal = true;
	op.mode = mode;
	if (origin != HOOK_INSTALL) {
		op.link_id = watched->held[mode].link;
		op.flags = watched->held[mode].flags;
	}
	return op;
}

/* The program in @mode has gone, and the device is still there. */
static void found_gone(struct watched *watched, int mode, uint64_t now_ns,
		       bool (*is_link_there)(uint32_t id, void *arg), model_found *found, void *arg)
{
	const struct held *held = &watched->held[mode];
	bool released = held->link && !is_link_there(held->link, arg);
	struct wire_op op =
		found_removal(watched, mode, released ? HOOK_LINK_RELEASE : HOOK_NONE, now_ns);

	found(&op, arg);
	watched->held[mode] = (struct held){};
}

/* When the state in @op was read: a failure has it from its end. */
static uint64_t op_seen_ns(const struct wire_op *op)
{
	return op->tail.start_ns + (op->ret < 0 ? op->took_ns : 0);
}

static bool op_has_state(const struct wire_op *op)
{
	return op->by_syscall && op->dev.ifindex && op->dev.name[0] && !op->link_dead;
}

void model_amend(struct model *model, struct wire_op *op)
{
	const struct watched *watched = model_find(model, op->dev.netns, op->dev.ifindex);
	struct event event;

	if (!watched || op->ret < 0 || op->unknown || op->origin != HOOK_NETLINK ||
	    !op_has_state(op) || op->tail.start_ns >= watched->changed_ns)
		return;
	event_interpret(op, &event);
	for (int mode = 0; mode < WIRE_MODES; mode++) {
		/* What a link held had gone: model_meet() tells of it. */
		if (event.mode == mode_name(mode) && !watched->held[mode].link)
			op->state[mode] = watched->held[mode].prog;
	}
}

/*
 * A link is only made where nothing is, and netlink changes nothing that a link holds: whatever is
 * held there went before, even if that was after the call had begun.
 */
static bool op_needs_room(const struct wire_op *op, int mode, const struct held *held)
{
	struct event event;

	if (op->ret < 0 || op->unknown ||
	    !(op->origin == HOOK_LINK_CREATE || (op->origin == HOOK_NETLINK && held->link)))
		return false;
	event_interpret(op, &event);
	return event.mode == mode_name(mode);
}

void model_meet(struct model *model, const struct wire_op *op,
		bool (*is_link_there)(uint32_t id, void *arg), model_found *found, void *arg)
{
	struct watched *watched = model_find(model, op->dev.netns, op->dev.ifindex);
	uint64_t seen_ns = op_seen_ns(op);

	if (!watched || !op_has_state(op))
		return;
	for (int mode = 0; mode < WIRE_MODES; mode++) {
		struct held *held = &watched->held[mode];

		if (seen_ns <= watched->changed_ns && !op_needs_room(op, mode, held))
			continue;
		if (held->prog.id && !op->state[mode].id)
			found_gone(watched, mode, seen_ns, is_link_there, found, arg);
		/* What replaces another unseen leaves nothing that could be told. */
		held->prog = op->state[mode];
		held->link = op->state_link[mode];
	}
	if (seen_ns > watched->changed_ns)
		watched->changed_ns = seen_ns;
}

int model_apply(struct model *model, const struct wire_op *op, uint64_t record)
{
	struct watched *watched = model_find(model, op->dev.netns, op->dev.ifindex);
	struct event event;

	if (watched)
		watched->touched = record;
	if (op->origin == HOOK_DELETE || op->ret < 0 || op->unknown || op->kind != WIRE_PROG ||
	    !op_has_state(op))
		return 0;
	event_interpret(op, &event);
	if (event.action == ACTION_NOOP || !event.mode)
		return 0;
	watched = model_add(model, &op->dev);
	if (!watched)
		return -ENOMEM;
	for (int mode = 0; mode < WIRE_MODES; mode++) {
		if (event.mode != mode_name(mode))
			continue;
		watched->held[mode] = (struct held){};
		if (event.action != ACTION_REMOVE)
			watched->held[mode] = (struct held){ op->prog, op->link_id, op->flags };
	}
	watched->dev = op->dev;
	watched->touched = record;
	watched->changed_ns = op->tail.start_ns + op->took_ns;
	return 0;
}

bool model_differs(const struct watched *watched, const struct wire_look *look)
{
	if (!look->address || look->op.dev.netns != watched->dev.netns ||
	    look->op.dev.ifindex != watched->dev.ifindex)
		return true;
	for (int mode = 0; mode < WIRE_MODES; mode++) {
		if (look->op.state[mode].id != watched->held[mode].prog.id ||
		    look->op.state_link[mode] != watched->held[mode].link)
			return true;
	}
	return false;
}

void model_locate(struct watched *watched, const struct wire_look *look)
{
	watched->address = look->address;
	watched->mac = look->mac;
}

/* The same device, wherever it is: an address may have been used again by another. */
static bool is_same_device(const struct watched *watched, const struct wire_look *look)
{
	const struct wire_dev *dev = &look->op.dev;

	if (!look->address)
		return false;
	if (dev->netns == watched->dev.netns && dev->ifindex == watched->dev.ifindex)
		return true;
	return look->address == watched->address && look->mac == watched->mac &&
	       dev->xmit == watched->dev.xmit &&
	       (look->mac || !strcmp(dev->name, watched->dev.name));
}

static void found_move(struct watched *watched, const struct wire_look *look, uint64_t now_ns,
		       model_found *found, void *arg)
{
	struct wire_op op = found_op(watched, HOOK_MOVE, now_ns);

	op.kind = WIRE_MOVE;
	op.place.ifindex = watched->dev.ifindex;
	op.place.netns = watched->dev.netns;
	op.place.netns_dying = !look->netns_found;
	memcpy(op.place.name, watched->dev.name, sizeof(op.place.name));
	op.dev = look->op.dev;
	found(&op, arg);
}

/*
 * The device has gone. A link that it had is left without one, until it is closed: when that has
 * happened, too, nobody knows which came first.
 */
static void found_unregistered(struct watched *watched, const struct wire_look *look,
			       uint64_t now_ns, bool (*is_link_there)(uint32_t id, void *arg),
			       model_found *found, void *arg)
{
	for (int mode = 0; mode < WIRE_MODES; mode++) {
		const struct held *held = &watched->held[mode];
		bool unclear = held->link && !is_link_there(held->link, arg);
		struct wire_op op;

		op = found_removal(watched, mode, unclear ? HOOK_NONE : HOOK_INSTALL, now_ns);
		op.dev.unregistering = true;
		op.dev.netns_dying = !look->netns_found;
		if (held->prog.id)
			found(&op, arg);
		watched->held[mode] = (struct held){};
	}
}

void model_delete(struct model *model, const struct wire_op *op, model_found *found, void *arg)
{
	struct watched *watched = model_find(model, op->dev.netns, op->dev.ifindex);

	for (int mode = 0; mode < WIRE_MODES; mode++) {
		struct wire_op removal = {};

		/* No more of it is there: neither calls nor texts, nor what was said. */
		memcpy(&removal, op, offsetof(struct wire_op, tail.calls));
		removal.tail.ncalls = 0;
		removal.texts = 0;
		removal.said = 0;
		removal.origin = HOOK_INSTALL;
		removal.mode = mode;
		removal.dev.unregistering = true;
		if (op->state[mode].id)
			found(&removal, arg);
		if (watched)
			watched->held[mode] = (struct held){};
	}
}

void model_correct(struct watched *watched, const struct wire_look *look, uint64_t now_ns,
		   bool (*is_link_there)(uint32_t id, void *arg), model_found *found, void *arg)
{
	watched->changed_ns = now_ns;
	if (!is_same_device(watched, look)) {
		found_unregistered(watched, look, now_ns, is_link_there, found, arg);
		return;
	}
	if (look->op.dev.netns != watched->dev.netns && !watched_is_empty(watched))
		found_move(watched, look, now_ns, found, arg);
	watched->dev = look->op.dev;
	model_locate(watched, look);
	for (int mode = 0; mode < WIRE_MODES; mode++) {
		struct held *held = &watched->held[mode];

		if (held->prog.id && !look->op.state[mode].id)
			found_gone(watched, mode, now_ns, is_link_there, found, arg);
		*held = (struct held){ look->op.state[mode], look->op.state_link[mode],
				       look->link_flags[mode] };
	}
}

int model_learn(struct model *model, const struct wire_look *look, uint64_t now_ns)
{
	struct watched *watched;

	if (!look->address)
		return 0;
	watched = model_add(model, &look->op.dev);
	if (!watched)
		return -ENOMEM;
	model_locate(watched, look);
	watched->changed_ns = now_ns;
	for (int mode = 0; mode < WIRE_MODES; mode++)
		watched->held[mode] =
			(struct held){ look->op.state[mode], look->op.state_link[mode],
				       look->link_flags[mode] };
	return 0;
}
