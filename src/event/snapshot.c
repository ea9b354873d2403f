// SPDX-License-Identifier: GPL-2.0
#include "event/snapshot.h"

#include "event/assemble.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct snapshot_device *find_device(const struct snapshot *snapshot, uint32_t netns,
					   uint32_t ifindex)
{
	for (size_t i = 0; i < snapshot->ndevices; i++) {
		struct snapshot_device *device = &snapshot->devices[i];

		if (device->ifindex == ifindex && device->netns == netns)
			return device;
	}
	return NULL;
}

static const struct snapshot_netns *find_netns(const struct snapshot *snapshot, uint32_t inum)
{
	for (size_t i = 0; i < snapshot->nnetns; i++) {
		if (snapshot->netns[i].inum == inum)
			return &snapshot->netns[i];
	}
	return NULL;
}

int snapshot_add_netns(struct snapshot *snapshot, uint32_t inum, uint64_t from_ns, uint64_t to_ns)
{
	struct snapshot_netns *list;

	list = reallocarray(snapshot->netns, snapshot->nnetns + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	snapshot->netns = list;
	list[snapshot->nnetns++] = (struct snapshot_netns){ inum, from_ns, to_ns };
	snapshot->end_ns = to_ns;
	return 0;
}

static struct snapshot_device *add_device(struct snapshot *snapshot,
					  const struct snapshot_device *device)
{
	struct snapshot_device *list;

	list = reallocarray(snapshot->devices, snapshot->ndevices + 1, sizeof(*list));
	if (!list)
		return NULL;
	snapshot->devices = list;
	list[snapshot->ndevices] = *device;
	return &list[snapshot->ndevices++];
}

int snapshot_add_device(struct snapshot *snapshot, const struct wire_op *op, bool has_links,
			uint64_t from_ns, uint64_t to_ns)
{
	struct snapshot_device device = {
		.netns = op->dev.netns,
		.ifindex = op->dev.ifindex,
		.has_links = has_links,
		.from_ns = from_ns,
		.to_ns = to_ns,
	};

	for (int mode = 0; mode < WIRE_MODES; mode++) {
		device.prog[mode] = op->state[mode].id;
		device.link[mode] = op->state_link[mode];
	}
	snapshot->end_ns = to_ns;
	return add_device(snapshot, &device) ? 0 : -ENOMEM;
}

/*
 * What is known of a device; @none if it had nothing. NULL: it is in a namespace that was not
 * looked at, or did not exist then.
 */
static struct snapshot_device *known_device(const struct snapshot *snapshot, uint32_t netns,
					    uint32_t ifindex, struct snapshot_device *none)
{
	struct snapshot_device *device = find_device(snapshot, netns, ifindex);
	const struct snapshot_netns *place;

	if (device)
		return device;
	place = find_netns(snapshot, netns);
	if (!place)
		return NULL;
	*none = (struct snapshot_device){
		.netns = netns,
		.ifindex = ifindex,
		.has_links = true,
		.from_ns = place->from_ns,
		.to_ns = place->to_ns,
	};
	return none;
}

static bool has_met(const struct snapshot_device *device, const struct wire_op *op)
{
	for (int mode = 0; mode < WIRE_MODES; mode++) {
		if (op->state[mode].id != device->prog[mode] ||
		    (device->has_links && op->state_link[mode] != device->link[mode]))
			return false;
	}
	return true;
}

/* When @op has read what its device had before; from outside, not later. */
static uint64_t op_seen_ns(const struct wire_op *op)
{
	return op->seen_ns ? op->seen_ns : op->tail.start_ns;
}

/* Takes note of what @device has after @op, which has met what it had. */
static void device_change(struct snapshot_device *device, const struct wire_op *op)
{
	struct event event;

	if (op->ret < 0 || op->unknown)
		return;
	device->is_told = op->by_syscall;
	if (op->origin == HOOK_DELETE) {
		memset(device->prog, 0, sizeof(device->prog));
		memset(device->link, 0, sizeof(device->link));
		return;
	}
	event_interpret(op, &event);
	for (int mode = 0; event.mode && mode < WIRE_MODES; mode++) {
		if (event.mode != mode_name(mode) || event.action == ACTION_NOOP)
			continue;
		device->prog[mode] = event.action == ACTION_REMOVE ? 0 : op->prog.id;
		/* Netlink changes nothing that a link holds, so it leaves none. */
		device->link[mode] = event.action == ACTION_REMOVE ? 0 : op->link_id;
	}
}

/* Of no operation that is told only because of what it has met: there is none to be told twice. */
static bool is_about_programs(const struct wire_op *op)
{
	if (op->kind != WIRE_PROG || !op->dev.ifindex || !op->dev.name[0] || op->link_dead)
		return false;
	/* The core keeps no program of a lower device. */
	return op->origin != HOOK_DRIVER || !op->dev.slave;
}

static bool has_programs(const struct snapshot_device *device)
{
	static const uint32_t none[WIRE_MODES];

	return device && memcmp(device->prog, none, sizeof(none));
}

/*
 * A device that moved between two looks may be in the snapshot at its new place, at the old one, at
 * both or at none. Only the first has all of it already.
 */
static bool admits_move(struct snapshot *snapshot, const struct wire_op *op)
{
	struct snapshot_device nothing, *from, *to;

	if (op->ret < 0)
		return true;
	from = find_device(snapshot, op->place.netns, op->place.ifindex);
	to = known_device(snapshot, op->dev.netns, op->dev.ifindex, &nothing);
	if (!to || op_seen_ns(op) >= to->to_ns)
		return true;
	if (has_programs(to) && !has_programs(from))
		return false;
	if (to == &nothing)
		to = add_device(snapshot, &nothing);
	for (int mode = 0; to && mode < WIRE_MODES; mode++) {
		to->prog[mode] = op->state[mode].id;
		to->link[mode] = op->state_link[mode];
	}
	return true;
}

bool snapshot_admits(struct snapshot *snapshot, const struct wire_op *op)
{
	struct snapshot_device nothing, *device;

	if (op_seen_ns(op) >= snapshot->end_ns)
		return true;
	if (op->kind == WIRE_MOVE)
		return admits_move(snapshot, op);
	if (!is_about_programs(op))
		return true;
	device = known_device(snapshot, op->dev.netns, op->dev.ifindex, &nothing);
	if (!device || device->is_told || op_seen_ns(op) >= device->to_ns)
		return true;
	if (op->tail.start_ns + op->took_ns < device->from_ns || !has_met(device, op))
		return false;
	if (device == &nothing)
		device = add_device(snapshot, &nothing);
	if (device)
		device_change(device, op);
	return true;
}

void snapshot_record(const struct wire_look *look, enum wire_mode mode, uint64_t now_ns,
		     struct snapshot_record *ret)
{
	*ret = (struct snapshot_record){};
	ret->op = (struct wire_op){
		.type = WIRE_OP,
		.origin = HOOK_PRESENT,
		.mode = mode,
		.dev = look->op.dev,
		.prog = look->op.state[mode],
		.link_id = look->op.state_link[mode],
		.flags = look->link_flags[mode],
		.texts = look->op.texts,
		.tail = { .type = WIRE_CHUNK, .start_ns = now_ns },
	};
	ret->size = offsetof(struct wire_op, tail.calls) + look->op.texts;
	memcpy(ret->bytes + offsetof(struct wire_op, tail.calls), &look->texts, look->op.texts);
}

void snapshot_release(struct snapshot *snapshot)
{
	free(snapshot->devices);
	free(snapshot->netns);
	*snapshot = (struct snapshot){};
}
