/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device with a program on it that goes to another network namespace takes it along. What the
 * move causes on its way (a slave leaves its bond, pools are cleared) are operations of their own:
 * so this one is only noted when it begins.
 */
#ifndef XDPSNOOP_MOVE_BPF_H
#define XDPSNOOP_MOVE_BPF_H

#include "message.bpf.h"
#include "operation.bpf.h"

struct move {
	__u64 start_ns;
	__u64 dev;    /* struct net_device * */
	__u64 extack; /* struct netlink_ext_ack *, 0: this kernel passes none */
	__u64 msg;    /* its text at entry, not of this move */
	struct wire_place from;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct move);
} moves SEC(".maps");

/* Their devices, for what is caused by a move in other tasks. RTNL lets one move at a time. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u64);
	__type(value, __u8);
} moving SEC(".maps");

static __always_inline bool device_moves(struct net_device *dev)
{
	__u64 at = (__u64)dev;

	return bpf_map_lookup_elem(&moving, &at);
}

/* Whether the device itself goes, or moves away: what belongs to it goes for that reason. */
static __always_inline bool device_goes(struct net_device *dev)
{
	return capture_is_unregistered(dev) || device_moves(dev);
}

static const struct move fresh_move = {};

/* (dev, net, pattern, ...): the fifth argument is an extack, since 6.12. */
static __always_inline void move_enter(void *ctx, __u64 cookie, const __u64 *args)
{
	__u32 tid = bpf_get_current_pid_tgid(), nargs = WIRE_COOKIE_NARGS(cookie);
	struct netlink_ext_ack *extack = nargs > 4 ? (void *)args[4] : NULL;
	struct move *move;
	__u8 yes = 1;

	if (!active)
		return;
	if (bpf_map_update_elem(&moves, &tid, &fresh_move, BPF_ANY)) {
		count(&stats.untracked);
		return;
	}
	move = bpf_map_lookup_elem(&moves, &tid);
	if (!move)
		return;
	move->dev = args[0];
	move->extack = (__u64)extack;
	if (extack)
		move->msg = (__u64)BPF_CORE_READ(extack, _msg);
	capture_place(&move->from, (void *)args[0]);
	stack_take(ctx, STACK_NOTED(tid), WIRE_COOKIE_TARGET(cookie), true);
	bpf_map_update_elem(&moving, &move->dev, &yes, BPF_ANY);
	move->start_ns = bpf_ktime_get_ns();
}

static __always_inline bool state_is_empty(const struct wire_op *wire)
{
	return !wire->state[0].id && !wire->state[1].id && !wire->state[2].id;
}

/* Returns whether it is an operation: with a program, and to somewhere else. */
static __always_inline bool move_fill(struct operation *op, struct frame *frame,
				      const struct move *move, int ret)
{
	struct netlink_ext_ack *extack = (void *)move->extack;
	struct net_device *dev = (void *)move->dev;
	struct wire_op *wire = &op->wire;
	__u64 msg = 0;

	frame->dev = move->dev;
	wire->kind = WIRE_MOVE;
	wire->tail.start_ns = move->start_ns;
	wire->place = move->from;
	operation_device(op, dev);
	operation_state(op, dev);
	if (extack)
		msg = (__u64)BPF_CORE_READ(extack, _msg);
	if (msg && msg != move->msg)
		operation_message(op, msg, 1, WIRE_CHANNEL_EXTACK);
	return !state_is_empty(wire) && (ret || wire->dev.netns != move->from.netns);
}

static __always_inline bool move_return(struct ending *ending, __u64 cookie, int ret)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct move *move = bpf_map_lookup_elem(&moves, &tid);
	bool ends = false;

	if (!move)
		return false;
	ending->took_ns = bpf_ktime_get_ns() - move->start_ns;
	if (operation_noted(ending, HOOK_MOVE, cookie)) {
		ends = move_fill(ending->op, ending->frame, move, ret);
		if (!ends)
			bpf_map_delete_elem(&operations, &tid);
	}
	bpf_map_delete_elem(&moving, &move->dev);
	bpf_map_delete_elem(&moves, &tid);
	return ends;
}

#endif
