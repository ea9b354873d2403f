/* SPDX-License-Identifier: GPL-2.0 */
/* What a call is about: of each probed function, the meaning of its arguments. */
#ifndef XDPSNOOP_SUBJECT_BPF_H
#define XDPSNOOP_SUBJECT_BPF_H

#include "component.bpf.h"
#include "entry.bpf.h"
#include "operation.bpf.h"
#include "pool.bpf.h"
#include "release.bpf.h"

/* (link, ...): RTNL is taken inside, the device may go away until then. */
static __always_inline void subject_of_link(struct subject *about, struct operation *op,
					    const __u64 *args)
{
	struct bpf_xdp_link *link = (void *)args[0];
	struct wire_op *wire = &op->wire;

	about->dev = BPF_CORE_READ(link, dev);
	about->asked = true;
	wire->link_dead = !about->dev;
	wire->link_id = BPF_CORE_READ(link, link.id);
	wire->flags = BPF_CORE_READ(link, flags);
}

/* (dev, extack, link, new_prog, old_prog, flags): a link comes with its program inside. */
static __always_inline void subject_of_attach(struct subject *about, struct operation *op,
					      const __u64 *args)
{
	struct bpf_xdp_link *link = (void *)args[2];

	about->dev = (void *)args[0];
	about->extack = (void *)args[1];
	about->prog = link ? BPF_CORE_READ(link, link.prog) : (void *)args[3];
	about->asked = true;
	about->settled = true;
	op->link = args[2];
	op->wire.flags = args[5];
}

/* (offmap, cmd) */
static __always_inline void subject_of_offmap(struct subject *about, struct operation *op,
					      const __u64 *args)
{
	struct bpf_offloaded_map *map = (void *)args[0];

	about->dev = BPF_CORE_READ(map, netdev);
	about->settled = true;
	op->wire.kind = WIRE_MAP;
	op->wire.removal = (__u32)args[1] == BPF_OFFLOAD_MAP_FREE;
	capture_map(&op->wire.map, (void *)map);
	map_in_device(op, args[0], about->dev, !op->wire.removal);
}

/* A driver's call that nobody has asked for, about something that is not its program. */
static __always_inline void subject_of_orphan(struct subject *about, struct operation *op,
					      struct netdev_bpf *bpf,
					      enum bpf_netdev_command command)
{
	struct xsk_buff_pool *pool;
	__u64 args[2] = {};

	if (command == XDP_SETUP_XSK_POOL) {
		pool = BPF_CORE_READ(bpf, xsk.pool);
		op->wire.kind = WIRE_POOL;
		op->wire.removal = !pool;
		op->wire.pool.known = true;
		op->wire.pool.queue = BPF_CORE_READ(bpf, xsk.queue_id);
		op->wire.pool.zerocopy = true;
		return;
	}
	args[0] = (__u64)BPF_CORE_READ(bpf, offmap);
	args[1] = command;
	subject_of_offmap(about, op, args);
}

/* (dev, bpf): reported as asked for only where nobody above has asked. */
static __always_inline void subject_of_driver(struct subject *about, struct operation *op,
					      const __u64 *args)
{
	struct netdev_bpf *bpf = (void *)args[1];
	enum bpf_netdev_command command = BPF_CORE_READ(bpf, command);

	if (command != XDP_SETUP_PROG && command != XDP_SETUP_PROG_HW) {
		if (op->seq == 1)
			subject_of_orphan(about, op, bpf, command);
	} else {
		about->extack = BPF_CORE_READ(bpf, extack);
		if (op->seq == 1) {
			about->prog = BPF_CORE_READ(bpf, prog);
			about->asked = true;
			op->wire.flags = BPF_CORE_READ(bpf, flags);
		}
	}
	about->dev = (void *)args[0];
	about->settled = true;
}

/* (dev, mode, bpf_op, extack, flags, prog) */
static __always_inline void subject_of_install(struct subject *about, struct operation *op,
					       const __u64 *args)
{
	about->dev = (void *)args[0];
	about->extack = (void *)args[3];
	about->settled = true;
	op->wire.mode = args[1];
	op->wire.driver_func = args[2];
	if (op->seq == 1) {
		about->prog = (void *)args[5];
		about->asked = true;
	}
}

/* What is not about the program of a device. */
static __always_inline void subject_of_other(struct subject *about, struct operation *op,
					     __u32 hook, bool for_one, const __u64 *args)
{
	switch (hook) {
	case HOOK_BIND:
		about->dev = pool_bind(op, args);
		break;
	case HOOK_POOL_SETUP:
		about->dev = pool_setup(op, args);
		about->settled = true;
		break;
	case HOOK_POOL_CLEAR:
		about->dev = pool_clear(op, args[0]);
		about->settled = true;
		break;
	case HOOK_POOL_RELEASE:
		about->dev = pool_clear(op, pool_of_work(args[0]));
		break;
	case HOOK_COMPONENT_ATTACH:
		about->prog = (void *)args[0];
		about->asked = true;
		component_attach(op, args);
		break;
	case HOOK_COMPONENT_RELEASE:
		about->prog = BPF_CORE_READ((struct bpf_link *)args[0], prog);
		about->asked = true;
		component_release(op, args[0]);
		release_take(op, args[0]);
		break;
	case HOOK_ENTRY_UPDATE:
	case HOOK_ENTRY_DELETE:
		if (!for_one)
			break;
		about->dev = entry_change(op, hook, (void *)args[0], &about->prog);
		about->asked = true;
		break;
	case HOOK_OFFLOAD_MAP:
		subject_of_offmap(about, op, args);
		break;
	}
}

static __always_inline void subject_read(struct subject *about, struct operation *op, __u32 hook,
					 bool for_one, const __u64 *args)
{
	struct wire_op *wire = &op->wire;

	switch (hook) {
	case HOOK_NETLINK: /* (dev, extack, fd, expected_fd, flags) */
		about->dev = (void *)args[0];
		about->extack = (void *)args[1];
		about->settled = true;
		about->prog = capture_prog_of_fd(args[2]);
		about->asked = true;
		wire->removal = (int)args[2] < 0;
		wire->flags = args[4];
		break;
	case HOOK_LINK_CREATE: /* (attr, prog) */
		about->prog = (void *)args[1];
		about->asked = true;
		capture_request(wire, (void *)args[0]);
		break;
	case HOOK_LINK_UPDATE: /* (link, new_prog, old_prog) */
		subject_of_link(about, op, args);
		op->link = args[0];
		about->prog = (void *)args[1];
		break;
	case HOOK_LINK_DETACH: /* (link) */
	case HOOK_LINK_RELEASE:
		subject_of_link(about, op, args);
		if (hook == HOOK_LINK_DETACH)
			op->link = args[0];
		wire->removal = true;
		if (hook == HOOK_LINK_RELEASE && op->seq == 1)
			release_take(op, args[0]);
		break;
	case HOOK_ATTACH:
		subject_of_attach(about, op, args);
		break;
	case HOOK_INSTALL:
		subject_of_install(about, op, args);
		break;
	case HOOK_DRIVER:
		subject_of_driver(about, op, args);
		break;
	default:
		subject_of_other(about, op, hook, for_one, args);
		break;
	}
}

/*
 * An update or detach that has changed nothing was only seen before it waited for RTNL: what it met
 * is what is there now. A link that has lost its device meanwhile is as if it had been without one
 * from the start. The caller holds a reference to the link.
 */
static __always_inline void subject_check_link(struct operation *op)
{
	struct bpf_xdp_link *link = (void *)op->link;
	struct net_device *dev;

	if (op->settled || op->wire.link_dead)
		return;
	dev = BPF_CORE_READ(link, dev);
	if (dev) {
		operation_state(op, dev);
		return;
	}
	op->wire.link_dead = true;
	op->wire.dev = fresh.wire.dev;
	op->wire.texts = 0;
	__builtin_memset(op->wire.state, 0, sizeof(op->wire.state));
	__builtin_memset(op->wire.state_link, 0, sizeof(op->wire.state_link));
}

/* Calls of no concern: asked before anything is stored. */
static __always_inline bool subject_concerns(__u32 hook, bool for_one, const __u64 *args,
					     struct change *change)
{
	struct netdev_bpf *bpf;

	switch (hook) {
	case HOOK_DRIVER:
		bpf = (void *)args[1];
		return BPF_CORE_READ(bpf, command) <= XDP_SETUP_XSK_POOL;
	case HOOK_POOL_CLEAR:
		return pool_concerns(args[0]);
	case HOOK_POOL_RELEASE:
		return pool_concerns(pool_of_work(args[0]));
	case HOOK_COMPONENT_ATTACH:
		return prog_is_component((void *)args[0]);
	case HOOK_COMPONENT_RELEASE:
		return component_link_concerns(args[0]);
	case HOOK_ENTRY_UPDATE:
	case HOOK_ENTRY_DELETE:
		return for_one && entry_concerns(change, hook, args);
	default:
		return true;
	}
}

#endif
