// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel side. Four program templates and a tracepoint: whatever the backend, a probe is
 * told by its cookie which function it sits on, and ends in hook_enter() and hook_return().
 */
#include "kernel.bpf.h"

#include "capture.bpf.h"
#include "operation.bpf.h"
#include "release.bpf.h"
#include "request.bpf.h"

char LICENSE[] SEC("license") = "GPL";

#define ARGS 6

static __always_inline __u64 hook_cookie(void)
{
	__u64 cookie;

	asm volatile("%0 = %1 ll" : "=r"(cookie) : "i"(WIRE_COOKIE_MAGIC));
	return cookie;
}

/* How many arguments a function takes: its return value lies behind them in a fexit context. */
static __always_inline int hook_nargs(__u32 hook)
{
	switch (hook) {
	case HOOK_NETLINK:
		return 5;
	case HOOK_ATTACH:
	case HOOK_INSTALL:
		return 6;
	case HOOK_REQUEST:
	case HOOK_LINK_UPDATE:
		return 3;
	case HOOK_LINK_DETACH:
	case HOOK_LINK_RELEASE:
	case HOOK_LINK_PUT:
		return 1;
	default:
		return 2;
	}
}

/* Asked before anything is stored: AF_XDP and offload calls leave the union uninitialised. */
static __always_inline bool hook_is_setup(__u32 hook, const __u64 *args)
{
	struct netdev_bpf *bpf = (void *)args[1];
	enum bpf_netdev_command command;

	if (hook != HOOK_DRIVER)
		return true;
	command = BPF_CORE_READ(bpf, command);
	return command == XDP_SETUP_PROG || command == XDP_SETUP_PROG_HW;
}

/* What a call is about, by its arguments. */
struct subject {
	struct net_device *dev;
	struct netlink_ext_ack *extack;
	struct bpf_prog *prog; /* asked for, if asked */
	bool asked;            /* the call says which program is wanted, be it none */
	bool settled;          /* called under RTNL: what the device holds cannot change */
};

/* (link, ...): RTNL is taken inside, the device may go away until then. */
static __always_inline void subject_of_link(struct subject *about, struct wire_op *wire,
					    const __u64 *args)
{
	struct bpf_xdp_link *link = (void *)args[0];

	about->dev = BPF_CORE_READ(link, dev);
	about->asked = true;
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

/* (dev, bpf): reported as asked for only where nobody above has asked. */
static __always_inline void subject_of_driver(struct subject *about, struct operation *op,
					      const __u64 *args)
{
	struct netdev_bpf *bpf = (void *)args[1];

	about->dev = (void *)args[0];
	about->extack = BPF_CORE_READ(bpf, extack);
	about->settled = true;
	if (op->seq == 1) {
		about->prog = BPF_CORE_READ(bpf, prog);
		about->asked = true;
		op->wire.flags = BPF_CORE_READ(bpf, flags);
	}
}

static __always_inline void subject_read(struct subject *about, struct operation *op, __u32 hook,
					 const __u64 *args)
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
		subject_of_link(about, wire, args);
		about->prog = (void *)args[1];
		break;
	case HOOK_LINK_DETACH: /* (link) */
	case HOOK_LINK_RELEASE:
		subject_of_link(about, wire, args);
		wire->removal = true;
		if (hook == HOOK_LINK_RELEASE && op->seq == 1)
			release_take(op, args[0]);
		break;
	case HOOK_ATTACH:
		subject_of_attach(about, op, args);
		break;
	case HOOK_INSTALL: /* (dev, mode, bpf_op, extack, flags, prog) */
		about->dev = (void *)args[0];
		about->extack = (void *)args[3];
		about->settled = true;
		wire->mode = args[1];
		wire->driver_func = args[2];
		if (op->seq == 1) {
			about->prog = (void *)args[5];
			about->asked = true;
		}
		break;
	case HOOK_DRIVER:
		subject_of_driver(about, op, args);
		break;
	}
}

/* Hooks that only take note of something for operations to come. Returns whether it is one. */
static __always_inline bool hook_notes(__u32 hook, const __u64 *args)
{
	switch (hook) {
	case HOOK_REQUEST: /* (skb, nlh, extack) */
		request_enter(args);
		return true;
	case HOOK_LINK_CLOSE: /* (inode, file) */
		release_close(args);
		return true;
	case HOOK_LINK_PUT: /* (link) */
		release_put(args);
		return true;
	case HOOK_NETLINK:
		request_reached();
		return false;
	default:
		return false;
	}
}

static __always_inline int hook_enter(__u64 cookie, const __u64 *args, __u64 stack)
{
	__u32 hook = WIRE_COOKIE_HOOK(cookie);
	struct subject about = {};
	struct netlink_ext_ack *extack;
	struct operation *op;
	struct frame *frame;

	if (hook_notes(hook, args))
		return 0;
	if (!hook_is_setup(hook, args))
		return 0;
	op = operation_get(hook, WIRE_COOKIE_TARGET(cookie), stack);
	if (!op)
		return 0;
	frame = operation_push(op, WIRE_COOKIE_TARGET(cookie));
	if (!frame)
		return 0;
	op->wire.reached |= 1 << (hook & 15);

	subject_read(&about, op, hook, args);
	frame->dev = (__u64)about.dev;
	extack = about.extack;
	frame->extack = (__u64)extack;
	if (extack)
		frame->msg = (__u64)BPF_CORE_READ(extack, _msg);
	if (about.asked)
		capture_prog(&op->wire.prog, about.prog);
	if (about.dev && !op->settled) {
		capture_dev(&op->wire.dev, about.dev);
		capture_state(&op->wire, about.dev);
		op->settled = about.settled;
	}

	/* Last, so that the time a call took does not hold our own reading. */
	frame->start_ns = bpf_ktime_get_ns();
	if (frame->seq == 1)
		op->wire.tail.start_ns = frame->start_ns;
	return 0;
}

static __always_inline int hook_return(__u64 cookie, int ret)
{
	__u64 took_ns = bpf_ktime_get_ns();
	struct operation *op;
	struct netlink_ext_ack *extack;
	struct frame *frame;

	switch (WIRE_COOKIE_HOOK(cookie)) {
	case HOOK_REQUEST:
		return request_return(cookie, ret);
	case HOOK_LINK_CLOSE:
		release_closed();
		return 0;
	case HOOK_LINK_PUT:
		return 0;
	}
	op = operation_find();
	if (!op)
		return 0;
	frame = operation_pop(op, WIRE_COOKIE_TARGET(cookie));
	if (!frame)
		return 0;
	took_ns -= frame->start_ns;
	if (WIRE_COOKIE_HOOK(cookie) == HOOK_LINK_RELEASE)
		ret = 0; /* it returns nothing */
	extack = (void *)frame->extack;
	if (extack) {
		__u64 msg = (__u64)BPF_CORE_READ(extack, _msg);

		/* Neither older than this call nor already taken from a call inside it. */
		if (msg && msg != frame->msg && msg != op->msg)
			operation_message(op, msg, frame->seq);
	}
	operation_returned(op, frame, ret, took_ns);
	if (!op->depth)
		operation_end(op, ret, took_ns);
	return 0;
}

/* A trampoline's context is an array of arguments on the stack of the task. */
SEC("?fentry")
int xdp_fentry(void *ctx)
{
	__u64 args[ARGS] = {};

	bpf_probe_read_kernel(args, sizeof(args), ctx);
	return hook_enter(hook_cookie(), args, (__u64)ctx);
}

SEC("?fexit")
int xdp_fexit(void *ctx)
{
	__u64 cookie = hook_cookie();
	__u64 ret = 0;

	bpf_probe_read_kernel(&ret, sizeof(ret), ctx + 8 * hook_nargs(WIRE_COOKIE_HOOK(cookie)));
	return hook_return(cookie, ret);
}

SEC("?kprobe")
int xdp_kprobe(struct pt_regs *regs)
{
	__u64 args[ARGS] = { REGS_ARGS(regs) };

	return hook_enter(hook_cookie(), args, REGS_STACK(regs));
}

SEC("?kretprobe")
int xdp_kretprobe(struct pt_regs *regs)
{
	return hook_return(hook_cookie(), REGS_RETURN(regs));
}

/*
 * Fires for plain texts even where the kernel passes no extack (links before 6.6, updates,
 * detaches). It fires for every netlink error of the machine: only what a task says while it is
 * inside an operation belongs to one.
 */
SEC("?raw_tp/netlink_extack")
int xdp_extack(struct bpf_raw_tracepoint_args *ctx)
{
	struct operation *op = operation_find();
	struct frame *frame;

	if (!op || !op->depth || op->depth > WIRE_DEPTH)
		return 0;
	frame = &op->frames[(op->depth - 1) & (WIRE_DEPTH - 1)];
	operation_message(op, ctx->args[0], frame->seq);
	return 0;
}
