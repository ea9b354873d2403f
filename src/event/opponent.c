// SPDX-License-Identifier: GPL-2.0
#include "event/opponent.h"

#include "event/assemble.h"

#include <errno.h>
#include <linux/if_link.h>
#include <string.h>

/* Begins of dev_xdp_attach()'s texts, net/core/dev.c: the second one is in dev_xdp_install() since
 * 6.12. */
#define UPPER_HAS "Cannot attach when an upper device"
#define TWO_MODES "Native and generic XDP can't be active"

static bool says(const struct record *record, const char *begin)
{
	return !strncmp(record->said.msg.text, begin, strlen(begin));
}

/* Generic and native exclude each other; what is offloaded is alone. */
static enum wire_mode other_mode(enum wire_mode mode)
{
	if (mode == WIRE_MODE_OFFLOAD)
		return WIRE_MODE_UNKNOWN;
	return mode == WIRE_MODE_GENERIC ? WIRE_MODE_DRIVER : WIRE_MODE_GENERIC;
}

/*
 * The mode of the program that dev_xdp_attach() finds in the way (the same rules since 5.9), or
 * bpf_xdp_link_update(): EPERM, where the link does not have the expected program.
 */
static enum wire_mode mode_in_the_way(const struct record *record, enum wire_mode mode)
{
	const struct wire_op *op = record->op;
	const bool taken = op->state[mode].id;
	enum wire_mode other = other_mode(mode);

	switch (op->ret) {
	case -EBUSY:
		if (op->state_link[mode] || (taken && (op->origin == HOOK_LINK_CREATE ||
						       op->flags & XDP_FLAGS_UPDATE_IF_NOEXIST)))
			return mode;
		break;
	case -EEXIST:
		if (op->flags & XDP_FLAGS_REPLACE && !says(record, TWO_MODES))
			return taken ? mode : WIRE_MODE_UNKNOWN;
		if (!op->removal && other < WIRE_MODES && op->state[other].id)
			return other;
		break;
	case -EPERM:
		if (op->origin == HOOK_LINK_UPDATE && !op->by_syscall && taken)
			return mode;
		break;
	}
	return WIRE_MODE_UNKNOWN;
}

/* What a kernel says that does not say why: nothing of the device's own explains it. */
static bool is_upper(const struct record *record, enum wire_mode found)
{
	const struct wire_op *op = record->op;

	if (op->ret != -EEXIST)
		return false;
	return says(record, UPPER_HAS) ||
	       (!record->said.msg.text[0] && found == WIRE_MODE_UNKNOWN &&
		!(op->flags & XDP_FLAGS_REPLACE));
}

static bool may_be_refused(const struct wire_op *op, enum wire_mode mode)
{
	const bool asks = op->origin == HOOK_NETLINK || op->origin == HOOK_LINK_CREATE ||
			  op->origin == HOOK_LINK_UPDATE;

	return asks && !op->unknown && op->dev.ifindex && mode < WIRE_MODES &&
	       !(op->reached & 1 << HOOK_DRIVER);
}

static void take_upper(const struct wire_upper *upper, struct opponent *ret)
{
	if (!upper->ifindex || upper->mode >= WIRE_MODES)
		return;
	ret->prog = upper->prog;
	ret->mode = mode_name(upper->mode);
	ret->link_id = upper->link;
	ret->ifindex = upper->ifindex;
	memcpy(ret->dev, upper->name, sizeof(ret->dev));
}

void event_add_opponent(const struct record *record, struct event *event)
{
	struct opponent *opponent = &event->opponent;
	const struct wire_op *op = record->op;
	enum wire_mode mode = operation_mode(op), found;

	if (op->kind != WIRE_PROG || !may_be_refused(op, mode))
		return;
	found = mode_in_the_way(record, mode);
	if (is_upper(record, found)) {
		take_upper(&op->upper, opponent);
	} else if (found < WIRE_MODES) {
		opponent->prog = op->state[found];
		opponent->mode = mode_name(found);
		opponent->link_id = op->state_link[found];
		opponent->ifindex = op->dev.ifindex;
	}
}
