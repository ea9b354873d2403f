// SPDX-License-Identifier: GPL-2.0
/* What an operation means: from what the hooks saw to action, cause and mode. */
#include "event/assemble.h"

#include "event/flags.h"
#include "event/objects.h"
#include "util/cleanup.h"

#include <linux/if_link.h>
#include <stdbool.h>
#include <string.h>

const char *mode_name(enum wire_mode mode)
{
	static const char *const names[] = {
		[WIRE_MODE_GENERIC] = "generic",
		[WIRE_MODE_DRIVER] = "driver",
		[WIRE_MODE_OFFLOAD] = "offload",
	};

	return mode < ARRAY_SIZE(names) ? names[mode] : NULL;
}

/*
 * Where dev_xdp_install was not reached, it is what dev_xdp_mode() of net/core/dev.c makes of the
 * flags (the same since 5.9).
 */
enum wire_mode operation_mode(const struct wire_op *op)
{
	if (op->mode < WIRE_MODES)
		return op->mode;
	switch (op->flags & XDP_FLAGS_MODES) {
	case XDP_FLAGS_HW_MODE:
		return WIRE_MODE_OFFLOAD;
	case XDP_FLAGS_DRV_MODE:
		return WIRE_MODE_DRIVER;
	case XDP_FLAGS_SKB_MODE:
		return WIRE_MODE_GENERIC;
	case 0:
		break;
	default:
		return WIRE_MODE_UNKNOWN;
	}
	if (op->origin == HOOK_DRIVER)
		return WIRE_MODE_DRIVER; /* a lower device's driver, called by its master */
	if (!op->dev.name[0] || !op->dev.ifindex) /* it was not found */
		return WIRE_MODE_UNKNOWN;
	return op->dev.native ? WIRE_MODE_DRIVER : WIRE_MODE_GENERIC;
}

static const char *const releases[] = {
	[WIRE_RELEASE_CLOSE] = "close",
	[WIRE_RELEASE_EXIT] = "exit",
	[WIRE_RELEASE_UNPIN] = "unpin",
};

static const char *cause_of(const struct wire_op *op)
{
	static const char *const causes[] = {
		[HOOK_REQUEST] = "netlink",         [HOOK_NETLINK] = "netlink",
		[HOOK_LINK_CREATE] = "link-create", [HOOK_LINK_UPDATE] = "link-update",
		[HOOK_LINK_DETACH] = "link-detach", [HOOK_LINK_RELEASE] = "link-release",
		[HOOK_PRESENT] = "snapshot",
	};

	if (op->origin == HOOK_DRIVER)
		return op->dev.slave ? "nested" : "direct";
	if (op->origin == HOOK_MOVE)
		return op->place.netns_dying ? "netns-exit" : "netns-move";
	if (op->origin == HOOK_INSTALL)
		return gone_cause(&op->dev);
	if (op->origin < ARRAY_SIZE(causes))
		return causes[op->origin];
	return NULL;
}

/*
 * What was on the device: in the mode of the operation, or else in another one. Unknown for
 * a lower device, whose state the core does not keep.
 */
static enum wire_mode old_mode_of(const struct wire_op *op, enum wire_mode mode)
{
	if (mode < WIRE_MODES && op->state[mode].id)
		return mode;
	for (int other = 0; other < WIRE_MODES; other++) {
		if (op->state[other].id)
			return other;
	}
	return WIRE_MODE_UNKNOWN;
}

static enum action action_of(const struct wire_op *op, const struct wire_prog *old)
{
	bool removal = op->removal || !op->prog.id;

	if (op->origin == HOOK_PRESENT)
		return ACTION_PRESENT;

	/* Refused before its program was looked at (a bad descriptor): it was to be installed. */
	if ((op->origin == HOOK_NETLINK || op->origin == HOOK_REQUEST) && !op->removal)
		removal = false;
	if (op->ret >= 0 && !op->unknown && op->prog.id == (old ? old->id : 0) &&
	    op->origin != HOOK_DRIVER)
		return ACTION_NOOP;
	/* What the link had was not read under RTNL, but this is certain. */
	if (op->ret >= 0 && op->origin == HOOK_LINK_UPDATE && !op->by_syscall &&
	    !(op->reached & 1 << HOOK_INSTALL))
		return ACTION_NOOP;
	if (removal)
		return ACTION_REMOVE;
	if (op->origin == HOOK_LINK_UPDATE)
		return ACTION_REPLACE;
	if (op->origin == HOOK_LINK_CREATE || op->flags & XDP_FLAGS_UPDATE_IF_NOEXIST)
		return ACTION_INSTALL; /* these never replace */
	return old && old->id ? ACTION_REPLACE : ACTION_INSTALL;
}

/* The link is still there, and has no device: by this operation, or by an earlier one. */
static bool link_is_dead(const struct wire_op *op, const struct event *event)
{
	if (op->link_dead)
		return true;
	if (!event->link_id)
		return false;
	/* The core lets a link go with its device whatever the driver says. */
	if (op->origin == HOOK_INSTALL)
		return gone_cause(&op->dev);
	return op->origin == HOOK_LINK_DETACH && !event->error;
}

static void interpret_prog(const struct wire_op *op, struct event *ret)
{
	enum wire_mode mode = operation_mode(op), old_mode = old_mode_of(op, mode);

	ret->action = action_of(op, mode < WIRE_MODES ? &op->state[mode] : NULL);
	ret->cause = cause_of(op);
	ret->mode = mode_name(mode);
	/* A device that goes takes its link with it: the kernel calls no link operation for that.
	 */
	if (op->origin == HOOK_INSTALL && mode < WIRE_MODES)
		ret->link_id = op->state_link[mode];
	if (old_mode < WIRE_MODES) {
		ret->old_prog = op->state[old_mode];
		ret->old_mode = mode_name(old_mode);
	}
	if (link_is_dead(op, ret))
		ret->link_state = "dead";
}

/* The program that goes with its device. Native and generic exclude each other. */
static void interpret_move(const struct wire_op *op, struct event *ret)
{
	enum wire_mode mode = old_mode_of(op, WIRE_MODE_UNKNOWN);

	ret->action = ACTION_MOVE;
	ret->cause = cause_of(op);
	ret->mode = mode_name(mode);
	ret->old_dev = op->place;
	if (mode < WIRE_MODES) {
		ret->prog = op->state[mode];
		ret->link_id = op->state_link[mode];
	}
}

void event_interpret(const struct wire_op *op, struct event *ret)
{
	*ret = (struct event){
		.took_ns = op->took_ns,
		.error = op->ret < 0 ? op->ret : 0,
		.unknown = op->unknown,
		.result = op->unknown   ? "unknown"
			  : op->ret < 0 ? "error"
					: "ok",
		.dev.ifindex = op->dev.ifindex,
		.dev.netns = op->dev.netns,
		.prog = op->prog,
		.link_id = op->link_id,
		.pid = op->pid,
		.tid = op->actor_tid ? op->actor_tid : op->tail.tid,
		.release = op->release < ARRAY_SIZE(releases) ? releases[op->release] : NULL,
		.driver_func = op->driver_func,
		.driver_text = op->dev.xmit,
		.lost_calls = op->tail.lost + op->missed,
		.end_ns = op->tail.start_ns + op->took_ns,
		.bus_driver = op->dev.bus_driver[0],
	};
	memcpy(ret->dev.name, op->dev.name, sizeof(ret->dev.name));
	memcpy(ret->comm, op->comm, sizeof(ret->comm));
	memcpy(ret->driver, op->dev.bus_driver, sizeof(op->dev.bus_driver));
	if (!ret->driver[0])
		memcpy(ret->driver, op->dev.kind, sizeof(op->dev.kind));
	if (op->kind == WIRE_POOL)
		flags_format_pool(ret->flags, op->pool.asked);
	else
		flags_format_prog(ret->flags, op->flags);
	if (op->kind == WIRE_PROG)
		interpret_prog(op, ret);
	else if (op->kind == WIRE_MOVE)
		interpret_move(op, ret);
	else
		event_interpret_object(op, ret);
}
