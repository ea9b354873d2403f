// SPDX-License-Identifier: GPL-2.0
/* What an operation means that is not about the program of a device: pools, components, maps. */
#include "event/objects.h"

#include "util/cleanup.h"

#include <bpf/libbpf.h>
#include <linux/if_xdp.h>
#include <string.h>

const char *gone_cause(const struct wire_dev *dev)
{
	if (!dev->moving && !dev->unregistering)
		return NULL;
	if (dev->netns_dying) /* a physical device is moved out of it, others are deleted */
		return "netns-exit";
	return dev->moving ? "netns-move" : "unregister";
}

static void interpret_pool(const struct wire_op *op, struct event *ret)
{
	const struct wire_pool *pool = &op->pool;
	const char *gone = gone_cause(&op->dev);

	ret->action = op->removal ? ACTION_POOL_TEARDOWN : ACTION_POOL_SETUP;
	ret->xsk.queue = (struct number){ pool->known, pool->queue };
	if (op->origin == HOOK_DRIVER)
		ret->cause = op->dev.slave ? "nested" : "direct";
	else if (op->removal)
		ret->cause = gone ? gone : "socket-release";
	else
		ret->cause = "bind";
	if (!op->removal && op->origin != HOOK_DRIVER)
		ret->xsk.asked = pool->asked & XDP_ZEROCOPY ? "zerocopy"
				 : pool->asked & XDP_COPY   ? "copy"
							    : "any";
	if (op->ret >= 0)
		ret->xsk.mode = pool->zerocopy ? "zerocopy" : "copy";
}

struct number component_slot(const char *func)
{
	struct number none = {};
	uint32_t value = 0;

	if (strncmp(func, "prog", 4) || !func[4])
		return none;
	for (const char *digit = func + 4; *digit; digit++) {
		if (*digit < '0' || *digit > '9' || digit - func > 7)
			return none;
		value = value * 10 + *digit - '0';
	}
	return (struct number){ true, value };
}

int component_order(const struct component *left, const struct component *right)
{
	struct number l = component_slot(left->func), r = component_slot(right->func);

	if (l.known != r.known)
		return r.known - l.known;
	if (l.known && l.value != r.value)
		return (l.value > r.value) - (l.value < r.value);
	return strcmp(left->func, right->func);
}

static void interpret_component(const struct wire_op *op, struct event *ret)
{
	ret->action = op->removal ? ACTION_COMPONENT_DETACH : ACTION_COMPONENT_ATTACH;
	ret->cause = op->removal ? "link-release" : "link-create";
	ret->component.target = op->component.target;
	memcpy(ret->component.func, op->component.func, sizeof(ret->component.func));
	ret->component.slot = component_slot(op->component.func);
}

static void interpret_map(const struct wire_op *op, struct event *ret)
{
	ret->map.id = op->map.id;
	memcpy(ret->map.name, op->map.name, sizeof(ret->map.name));
	if (op->map.type)
		ret->map.type = libbpf_bpf_map_type_str(op->map.type);
}

static void interpret_entry(const struct wire_op *op, struct event *ret)
{
	const char *gone = gone_cause(&op->dev);

	interpret_map(op, ret);
	if (!op->map.whole)
		ret->map.key = (struct number){ true, op->map.key };
	ret->old_prog = op->map.old;
	if (op->removal)
		ret->action = ACTION_ENTRY_REMOVE;
	else
		ret->action = op->map.old.id ? ACTION_ENTRY_REPLACE : ACTION_ENTRY_INSTALL;
	switch (op->origin) {
	case HOOK_ENTRY_UPDATE:
		ret->cause = "map-update";
		break;
	case HOOK_ENTRY_DELETE:
		ret->cause = "map-delete";
		break;
	default:
		ret->cause = op->map.whole ? "map-release" : gone;
		break;
	}
}

static void interpret_offloaded(const struct wire_op *op, struct event *ret)
{
	const char *gone = gone_cause(&op->dev);

	interpret_map(op, ret);
	ret->action = op->removal ? ACTION_MAP_FREE : ACTION_MAP_ALLOC;
	if (op->origin == HOOK_DRIVER)
		ret->cause = "direct";
	else if (op->removal)
		ret->cause = gone ? gone : "map-release";
	else
		ret->cause = "map-create";
}

void event_interpret_object(const struct wire_op *op, struct event *ret)
{
	static void (*const kinds[])(const struct wire_op *, struct event *) = {
		[WIRE_POOL] = interpret_pool,
		[WIRE_COMPONENT] = interpret_component,
		[WIRE_ENTRY] = interpret_entry,
		[WIRE_MAP] = interpret_offloaded,
	};

	if (op->kind < ARRAY_SIZE(kinds) && kinds[op->kind])
		kinds[op->kind](op, ret);
}
