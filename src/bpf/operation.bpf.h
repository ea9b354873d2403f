/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of an operation: one per task, from the entry of its outermost probed function to
 * the return of it. Calls nest, sleep and migrate, so nothing is kept per CPU.
 */
#ifndef XDPSNOOP_OPERATION_BPF_H
#define XDPSNOOP_OPERATION_BPF_H

#include "capture.bpf.h"
#include "device.bpf.h"
#include "follow.bpf.h"
#include "program.bpf.h"
#include "stack.bpf.h"
#include "task.bpf.h"
#include "wanted.bpf.h"

/* A call that has been entered and has not returned. */
struct frame {
	__u64 start_ns;
	__u64 dev;    /* struct net_device *, 0: not known by its arguments */
	__u64 extack; /* struct netlink_ext_ack *, 0: the caller passed none */
	__u64 msg;    /* extack->_msg at entry: a text that is older than the call */
	__u32 target;
	__u16 seq;
	__u16 parent;
};

/*
 * Whether the program is for one hook, a constant, and has nothing of what others need. One for
 * many hooks is a kprobe: it has nothing of those that these are blind for. To be asked once,
 * before anything depends on the hook: it is a constant, too, where it has been compared with one.
 */
#define IS_FOR_ONE(hook) __builtin_constant_p(hook)

/* What a call is about, by its arguments. */
struct subject {
	struct net_device *dev;
	struct netlink_ext_ack *extack;
	struct bpf_prog *prog; /* asked for, if asked */
	__u8 asked;            /* the call says which program is wanted, be it none */
	__u8 settled;          /* called under RTNL: what the device holds cannot change */
};

/* Of an entry of a devmap or cpumap: (map, key, value, flags) or (map, key). */
struct change {
	__u32 key;
	__u32 what;                    /* the value's first half: an ifindex, or the queue's size */
	int fd;                        /* its second half: a program */
	struct bpf_dtab_netdev *entry; /* of a devmap, as it is now */
	struct bpf_prog *old;
};

struct operation {
	__u64 pending; /* 1 + its place among those counters */
	struct wire_op wire;
	union { /* just behind it */
		struct frame frames[WIRE_DEPTH];
		/* What is sent behind its calls, from the last one on: all calls have returned. */
		char behind[sizeof(struct wire_texts) + sizeof(struct wire_said)];
	};
	__u64 stack;         /* the stack pointer at entry of the outermost call */
	__u64 link;          /* struct bpf_link * of a link being created */
	__u64 pool;          /* struct xsk_buff_pool * being set up */
	__u64 map;           /* struct bpf_map * whose entry is changed */
	__u64 tell_progs[2]; /* struct bpf_prog *: what operation_tell() is to read; 0: nothing */
	__u64 tell_dev;      /* struct net_device *, likewise */
	__u64 entry;         /* what that entry was before: struct bpf_dtab_netdev * */
	__u64 msg;           /* address of the text in said.msg */
	__u32 key;       /* in the table of operations: the thread's id, or what stands for one */
	__u32 stack_key; /* likewise in that of stacks */
	__u32 depth;
	__u16 seq;
	__u8 settled;         /* the device was read under RTNL: what it held is certain */
	__u8 flushed;         /* userspace has calls of it already */
	struct subject about; /* of the call that is being entered */
	struct change change; /* likewise */
	struct wire_texts texts;
	struct wire_said said;
};

/* Preallocated: allocating in a kprobe warns in the kernel's log before 6.1. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct operation);
} operations SEC(".maps");

/* Read-only when the programs are loaded: the verifier drops all that is not asked for. */
const volatile struct wire_filter filter = {};

static const struct operation fresh = {};

static __always_inline struct operation *operation_find(void)
{
	__u32 tid = bpf_get_current_pid_tgid();

	return bpf_map_lookup_elem(&operations, &tid);
}

/* Some functions are only ever outermost: what is found around them was left behind. */
static __always_inline bool hook_is_outermost(__u32 hook)
{
	const __u32 inner = 1 << HOOK_ATTACH | 1 << HOOK_INSTALL | 1 << HOOK_DRIVER |
			    1 << HOOK_LINK_RELEASE | 1 << HOOK_POOL_SETUP | 1 << HOOK_POOL_CLEAR;

	return !(inner & 1 << hook);
}

/*
 * Whether a call is inside @op. A return that was missed (a kretprobe without a free instance, a
 * probe attached late) leaves an operation behind: the outermost call of a living one lies above
 * every call inside it on the task's stack, or at the same place when it ended in a tail call
 * (dev_change_xdp_fd jumps to dev_xdp_attach for a removal on 6.1).
 */
static __always_inline bool operation_holds(const struct operation *op, __u32 hook, __u32 target,
					    __u64 stack)
{
	if (hook_is_outermost(hook))
		return false;
	return stack < op->stack || (stack == op->stack && target != op->frames[0].target);
}

/* A new operation in the place of @key, NULL if there is no room. */
static __always_inline struct operation *operation_begin(__u32 hook, __u32 key)
{
	struct operation *op;

	if (bpf_map_update_elem(&operations, &key, &fresh, BPF_ANY)) {
		count(&stats.untracked);
		return NULL;
	}
	op = bpf_map_lookup_elem(&operations, &key);
	if (!op)
		return NULL;
	op->key = key;
	op->stack_key = key;
	op->wire.type = WIRE_OP;
	op->wire.origin = hook;
	op->wire.mode = WIRE_MODE_UNKNOWN;
	op->wire.followed = follow_is_followed();
	op->wire.tail.type = WIRE_CHUNK;
	return op;
}

/* The device that @op is about, as it is now. */
static __always_inline void operation_device(struct operation *op, struct net_device *dev)
{
	capture_dev(&op->wire.dev, dev);
	op->tell_dev = (__u64)dev;
}

/* The program that is asked for. */
static __always_inline void operation_prog(struct operation *op, struct bpf_prog *prog)
{
	capture_prog(&op->wire.prog, prog);
	op->tell_progs[0] = (__u64)prog;
}

/* Another one: what was there, or what a component goes into. */
static __always_inline void operation_other(struct operation *op, struct wire_prog *to,
					    struct bpf_prog *prog)
{
	capture_prog(to, prog);
	op->tell_progs[1] = (__u64)prog;
}

/* What the device has. What is offloaded to it was told as the program that was asked for. */
static __always_inline void operation_state(struct operation *op, struct net_device *dev)
{
	op->tell_progs[1] = (__u64)capture_state(&op->wire, dev);
}

/*
 * Reads what is told once for many operations, and of devices: after all the rest, and with
 * nothing known but the operation. The verifier follows each way that leads here, and start-up is
 * as slow as it is.
 */
static __attribute__((noinline)) int operation_tell_what(struct operation *op)
{
	__u64 dev = op->tell_dev;

	op->tell_dev = 0;
	if (dev)
		device_texts(&op->texts, &op->wire, dev);
#pragma unroll
	for (int i = 0; i < 2; i++) {
		__u64 prog = op->tell_progs[i];

		op->tell_progs[i] = 0;
		if (prog)
			program_tell(prog);
	}
	return 0;
}

/* The same, and of the current task. */
static __always_inline int operation_tell(struct operation *op)
{
	if (!op->wire.task_stamp)
		op->wire.task_stamp = task_tell();
	return operation_tell_what(op);
}

/* The task's operation, a new one if it is in none. */
static __always_inline struct operation *operation_get(__u32 hook, __u32 target, __u64 stack)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 tid = id;
	struct operation *op = bpf_map_lookup_elem(&operations, &tid);

	if (op && operation_holds(op, hook, target, stack))
		return op;
	if (op)
		count(&stats.stale);
	if (!active) {
		bpf_map_delete_elem(&operations, &tid);
		return NULL;
	}
	op = operation_begin(hook, tid);
	if (!op)
		return NULL;
	op->stack = stack;
	op->wire.pid = id >> 32;
	bpf_get_current_comm(op->wire.comm, sizeof(op->wire.comm));
	op->wire.tail.tid = tid;
	return op;
}

/* The innermost call. */
static __always_inline struct frame *operation_frame(struct operation *op)
{
	return &op->frames[(op->depth - 1) & (WIRE_DEPTH - 1)];
}

/* Whether a call of that function is the innermost one of the task. */
static __always_inline bool operation_is_in(__u32 target)
{
	struct operation *op = operation_find();

	return op && op->depth && operation_frame(op)->target == target;
}

static __always_inline struct frame *operation_push(struct operation *op, __u32 target)
{
	struct frame *frame, *caller;
	__u32 depth = op->depth;

	if (depth >= WIRE_DEPTH) {
		count(&stats.deep);
		return NULL;
	}
	frame = &op->frames[depth & (WIRE_DEPTH - 1)];
	caller = &op->frames[(depth - 1) & (WIRE_DEPTH - 1)];
	frame->parent = depth ? caller->seq : 0;
	frame->seq = ++op->seq;
	frame->target = target;
	frame->dev = 0;
	frame->extack = 0;
	frame->msg = 0;
	op->depth = depth + 1;
	return frame;
}

/*
 * The place, from 1, of the innermost call of @target that the current task is in; 0: it is in
 * none.
 */
GLOBAL __u64 operation_place(__u64 target)
{
	struct operation *op = operation_find();
	__u64 place;

	GLOBAL_HAS(1);
	if (!op)
		return 0;
	place = op->depth;
	for (__u64 i = 0; place && i < WIRE_DEPTH; i++, place--) {
		if (op->frames[(place - 1) & (WIRE_DEPTH - 1)].target == target)
			return place;
	}
	return 0;
}

/* The frame of a function that returns; calls above it have returned unseen. @op is the task's. */
static __always_inline struct frame *operation_pop(struct operation *op, __u32 target)
{
	__u32 place = op->depth;

	if (place && operation_frame(op)->target != target)
		place = operation_place(target);
	if (!place)
		return NULL;
	op->wire.missed += op->depth - place;
	op->depth = place - 1;
	return &op->frames[(place - 1) & (WIRE_DEPTH - 1)];
}

static __always_inline void operation_flush(struct operation *op)
{
	struct wire_calls *tail = &op->wire.tail;

	op->flushed = true;
	if (bpf_ringbuf_output(&events, tail, sizeof(*tail), 0))
		tail->lost += tail->ncalls;
	tail->ncalls = 0;
}

static __always_inline void operation_returned(struct operation *op, struct frame *frame, int ret,
					       __u64 took_ns)
{
	struct wire_calls *tail = &op->wire.tail;
	struct net_device *dev = (void *)frame->dev;
	struct wire_call *call;

	if (tail->ncalls >= WIRE_CALLS)
		operation_flush(op);
	call = &tail->calls[tail->ncalls & (WIRE_CALLS - 1)];
	call->took_ns = took_ns;
	call->ret = ret;
	call->target = frame->target;
	call->seq = frame->seq;
	call->parent = frame->parent;
	call->ifindex = 0;
	call->ifname[0] = 0;
	if (dev) {
		call->ifindex = BPF_CORE_READ(dev, ifindex);
		bpf_core_read_str(call->ifname, sizeof(call->ifname), &dev->name);
	}
	tail->ncalls++;
}

/* Whether nothing has happened, and nothing was meant to. */
static __always_inline bool operation_is_idle(const struct wire_op *wire, int ret)
{
	/* The close of a link that was detached, or has lost its device. */
	if (wire->origin == HOOK_LINK_RELEASE)
		return !(wire->reached & 1 << HOOK_INSTALL);
	/* A socket that shares the pool of another one. */
	return wire->origin == HOOK_BIND && ret >= 0 && !(wire->reached & 1 << HOOK_POOL_SETUP);
}

/* Puts the @length bytes at @text behind the @size of the record. Returns the size of both. */
static __always_inline __u64 operation_add(struct operation *op, __u64 size, const void *text,
					   __u64 length, __u64 limit)
{
	if (!length)
		return size;
	barrier_var(length); /* the verifier has to see the value that is checked being used */
	if (length > limit || bpf_probe_read_kernel((void *)&op->wire + size, length, text))
		return size;
	return size + length;
}

/* All calls have returned, and where their frames were there is room. */
static __always_inline __u64 operation_add_texts(struct operation *op, __u64 size)
{
	size = operation_add(op, size, &op->texts, op->wire.texts, sizeof(op->texts));
	return operation_add(op, size, &op->said, op->wire.said, sizeof(op->said));
}

/* A call that returns, and whether its operation ends with it is for its depth to tell. */
struct ending {
	struct operation *op;
	struct frame *frame;
	__u64 took_ns;
};

/*
 * One that was only noted as it began, and is an operation by its end, with a single call. Returns
 * whether there was room for it.
 */
static __always_inline bool operation_noted(struct ending *ending, __u32 hook, __u64 cookie)
{
	__u32 tid = bpf_get_current_pid_tgid(), target = WIRE_COOKIE_TARGET(cookie);
	struct operation *op = operation_get(hook, target, 0);
	struct frame *frame = op ? operation_push(op, target) : NULL;

	if (!frame)
		return false;
	op->depth = 0;
	op->stack_key = STACK_NOTED(tid);
	ending->op = op;
	ending->frame = frame;
	return true;
}

/* Returns whether a record of it is in the ring buffer. */
static __always_inline bool operation_end(struct operation *op, int ret, __u64 took_ns)
{
	struct xsk_buff_pool *pool = (void *)op->pool;
	struct bpf_link *link = (void *)op->link;
	struct wire_op *wire = &op->wire;
	__u32 key = op->key;
	bool sent = false;
	__u64 size;

	if (operation_is_idle(wire, ret))
		goto out;
	wire->took_ns = took_ns;
	wire->ret = ret;
	if (!op->flushed && !wire_is_wanted(&filter, wire)) {
		count(&stats.filtered);
		stack_forget(op->stack_key);
		goto out;
	}
	wire->lost = stats.lost;
	if (link && ret >= 0) /* a link has its id only when its creation has succeeded */
		wire->link_id = BPF_CORE_READ(link, id);
	if (pool && ret >= 0 && !wire->removal)
		wire->pool.zerocopy = BPF_CORE_READ(pool, umem, zc);
	if (op->seq)
		stack_send(op->stack_key, &wire->tail);
	size = wire->tail.ncalls;
	barrier_var(size); /* the verifier has to see the value that is checked being used */
	if (size > WIRE_CALLS)
		goto out;
	size = offsetof(struct wire_op, tail.calls) + size * sizeof(struct wire_call);
	size = operation_add_texts(op, size);
	sent = !bpf_ringbuf_output(&events, wire, size, 0);
	if (!sent)
		count(&stats.lost);
out:
	bpf_map_delete_elem(&operations, &key);
	return sent;
}

#endif
