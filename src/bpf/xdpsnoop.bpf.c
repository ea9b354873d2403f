// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel side. Templates and tracepoints: whatever the backend, a probe is told by its cookie
 * which function it sits on, and ends in hook_enter() and hook_return().
 */
#include "kernel.bpf.h"

#include "answer.bpf.h"
#include "entry.bpf.h"
#include "follow.bpf.h"
#include "held.bpf.h"
#include "message.bpf.h"
#include "move.bpf.h"
#include "operation.bpf.h"
#include "pool.bpf.h"
#include "release.bpf.h"
#include "request.bpf.h"
#include "send.bpf.h"
#include "subject.bpf.h"
#include "syscall.bpf.h"
#include "turn.bpf.h"
#include "upper.bpf.h"
#include "walk.bpf.h"

char LICENSE[] SEC("license") = "GPL";

#define ARGS 6

static __always_inline __u64 hook_cookie(void)
{
	__u64 cookie;

	asm volatile("%0 = %1 ll" : "=r"(cookie) : "i"(WIRE_COOKIE_MAGIC));
	return cookie;
}

/*
 * Hooks that only take note of something for operations to come, or that are operations by
 * themselves. Returns whether it is one.
 */
static __always_inline bool hook_notes(void *ctx, __u32 hook, bool for_one, __u64 cookie,
				       const __u64 *args)
{
	struct drop drop = {};

	switch (hook) {
	case HOOK_REQUEST: /* (skb, nlh, extack) */
		request_enter(ctx, cookie, args);
		break;
	case HOOK_LINK_CLOSE: /* (inode, file) */
		release_close(&drop, args);
		break;
	case HOOK_LINK_PUT: /* (link) */
		release_put(&drop, args);
		break;
	case HOOK_PIN_UNLINK: /* (dir, dentry) */
		release_unlink(&drop, args);
		break;
	case HOOK_PIN_FREE: /* (inode) */
		release_unpin(args[0]);
		break;
	case HOOK_POOL_PUT: /* (pool, xs) */
		pool_put(&drop, args[0]);
		break;
	case HOOK_DEVMAP_DROP: /* (rcu) */
		if (for_one)
			entry_dropped(args[0]);
		break;
	case HOOK_MAP_PUT: /* (map) */
		map_put(&drop, args[0]);
		break;
	case HOOK_MAP_FREE:
		if (for_one)
			map_freed(cookie, args[0]);
		break;
	case HOOK_MOVE: /* (dev, net, pattern, ...) */
		move_enter(ctx, cookie, args);
		break;
	case HOOK_NETLINK:
		request_reached();
		return false;
	default:
		return false;
	}
	if (drop.object) /* one place, for the verifier */
		release_note(&drop);
	return true;
}

/* @hook is that of the cookie, or a constant. */
static __always_inline int hook_enter(void *ctx, __u32 hook, __u64 cookie, const __u64 *args,
				      __u64 stack)
{
	const bool for_one = IS_FOR_ONE(hook);
	struct netlink_ext_ack *extack;
	struct change change = {};
	struct subject *about;
	struct operation *op;
	struct frame *frame;

	if (hook_notes(ctx, hook, for_one, cookie, args) ||
	    !subject_concerns(hook, for_one, args, &change))
		return 0;
	op = operation_get(hook, WIRE_COOKIE_TARGET(cookie), stack);
	if (!op)
		return 0;
	frame = operation_push(op, WIRE_COOKIE_TARGET(cookie));
	if (!frame)
		return 0;
	op->wire.reached |= 1 << (hook & 31);

	/* In memory: of each way to here, and through that, is left one state for the verifier. */
	if (for_one)
		op->change = change;
	about = &op->about;
	*about = fresh.about;
	subject_read(about, op, hook, for_one, args);
	frame->dev = (__u64)about->dev;
	extack = about->extack;
	frame->extack = (__u64)extack;
	if (extack)
		frame->msg = (__u64)BPF_CORE_READ(extack, _msg);
	if (about->asked)
		operation_prog(op, about->prog);
	if (about->dev && !op->settled) {
		operation_device(op, about->dev);
		operation_state(op, about->dev);
		op->settled = about->settled;
		if (about->settled)
			op->wire.seen_ns = bpf_ktime_get_ns();
	}

	if (!op->msg) /* what comes after a reason did not lead to it */
		stack_take(ctx, op->stack_key, frame->target, frame->seq == 1);
	operation_tell(op);
	/* Last, so that the time a call took does not hold our own reading. */
	frame = operation_frame(op);
	frame->start_ns = bpf_ktime_get_ns();
	if (frame->seq == 1)
		op->wire.tail.start_ns = frame->start_ns;
	return 0;
}

/* A call of an operation returns. */
static __always_inline bool hook_ends_call(struct ending *ending, __u32 hook, bool for_one,
					   __u64 cookie, int ret)
{
	__u64 now = bpf_ktime_get_ns();
	struct operation *op = operation_find();
	struct frame *frame;

	if (!op)
		return false;
	frame = operation_pop(op, WIRE_COOKIE_TARGET(cookie));
	if (!frame)
		return false;
	ending->op = op;
	ending->frame = frame;
	ending->took_ns = now - frame->start_ns;
	message_read(op, frame);
	if (hook == HOOK_COMPONENT_ATTACH)
		component_attached(op, ret);
	if (hook == HOOK_LINK_UPDATE || hook == HOOK_LINK_DETACH)
		subject_check_link(op);
	if (for_one && hook_is_entry(hook))
		entry_changed(op, ret);
	if (hook == HOOK_ATTACH && ret == -EEXIST && frame->dev)
		device_upper(&op->wire.upper, frame->dev);
	return true;
}

/* The pool may have been cleared while this waited for RTNL: then it has done nothing. */
static __always_inline bool hook_ends_release(struct ending *ending, __u64 cookie)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct operation *op = operation_find();

	if (op && op->wire.origin == HOOK_POOL_RELEASE && pool_is_cleared(op->pool)) {
		bpf_map_delete_elem(&operations, &tid);
		return false;
	}
	return hook_ends_call(ending, HOOK_POOL_RELEASE, false, cookie, 0);
}

static __always_inline bool hook_ends(struct ending *ending, __u32 hook, bool for_one, __u64 cookie,
				      int ret)
{
	switch (hook) {
	case HOOK_REQUEST:
		return request_return(ending, cookie, ret);
	case HOOK_MOVE:
		return move_return(ending, cookie, ret);
	case HOOK_LINK_CLOSE:
		release_closed();
		return false;
	case HOOK_POOL_RELEASE:
		return hook_ends_release(ending, cookie);
	default:
		return hook_ends_call(ending, hook, for_one, cookie, ret);
	}
}

/* Whether a hook learns at the end what it is about, or more of it. */
static __always_inline bool hook_tells_late(__u32 hook)
{
	return hook == HOOK_REQUEST || hook == HOOK_MOVE || hook == HOOK_LINK_UPDATE ||
	       hook == HOOK_LINK_DETACH;
}

static __always_inline bool hook_returns_nothing(__u32 hook)
{
	return hook == HOOK_POOL_RELEASE || hook == HOOK_LINK_RELEASE || hook == HOOK_POOL_CLEAR ||
	       hook == HOOK_COMPONENT_RELEASE;
}

static __always_inline int hook_return(__u32 hook, __u64 cookie, int ret)
{
	const bool for_one = IS_FOR_ONE(hook);
	struct ending ending = {};
	struct operation *op;

	if (hook_returns_nothing(hook))
		ret = 0;
	if (!hook_ends(&ending, hook, for_one, cookie, ret))
		return 0;
	op = ending.op;
	if (hook_tells_late(hook))
		operation_tell(op);
	operation_returned(op, ending.frame, ret, ending.took_ns);
	if (!op->depth)
		operation_end(op, ret, ending.took_ns);
	return 0;
}

/*
 * Templates. libbpf relocates them, userspace copies them with a cookie for each function and loads
 * the copies (src/probe/templates.c): none of them is loaded itself, but this one, the first.
 */
SEC("?template")
int xdp_relocated(void *ctx)
{
	return 0;
}

/*
 * What a trampoline's program knows of its function. One that several functions share is put on one
 * of them, and jumped to from the others (src/probe/shared.c).
 */
static __always_inline __u64 trampoline_cookie(void *ctx, __u64 constant)
{
	__u64 cookie;
	void *jumps;

	if (!(constant & WIRE_COOKIE_SHARED))
		return constant;
	asm volatile("%0 = %1 ll" : "=r"(jumps) : "i"(WIRE_JUMPS_MAGIC));
	cookie = bpf_get_attach_cookie(ctx);
	if (!cookie) /* never: as in turn_is_over() */
		bpf_tail_call(ctx, jumps, 1);
	return cookie;
}

/*
 * A trampoline's context is an array of arguments on the stack of the task. A twin runs after the
 * other one, in case that it was skipped (struct backend). Notes that are taken twice are the same;
 * a call is entered once. The same function is never inside itself, where there is a twin.
 */
static __always_inline int fentry(void *ctx, __u32 hook)
{
	__u64 args[ARGS] = {}, cookie = trampoline_cookie(ctx, hook_cookie());

	if (cookie & WIRE_COOKIE_TWIN && operation_is_in(WIRE_COOKIE_TARGET(cookie)))
		return 0;
	bpf_probe_read_kernel(args, sizeof(args), ctx);
	return hook_enter(ctx, hook, cookie, args, (__u64)ctx);
}

static __always_inline int fexit(void *ctx, __u32 hook)
{
	__u64 constant = hook_cookie();
	__u64 ret = 0;

	/* It lies behind the arguments. */
	bpf_probe_read_kernel(&ret, sizeof(ret), ctx + 8 * WIRE_COOKIE_NARGS(constant));
	return hook_return(hook, trampoline_cookie(ctx, constant), ret);
}

static __always_inline int kprobe(struct pt_regs *regs, __u32 hook)
{
	__u64 args[ARGS] = { REGS_ARGS(regs) };

	return hook_enter(regs, hook, hook_cookie(), args, REGS_STACK(regs));
}

static __always_inline int kretprobe(struct pt_regs *regs, __u32 hook)
{
	return hook_return(hook, hook_cookie(), REGS_RETURN(regs));
}

#define TEMPLATE(kind, hook, name)      \
	SEC("?template")                \
	int kind##_##name(void *ctx)    \
	{                               \
		return kind(ctx, hook); \
	}
#define TEMPLATES_BLIND_ENTRY(hook, name) TEMPLATE(fentry, hook, name)
#define TEMPLATES_BLIND_WHOLE(hook, name) \
	TEMPLATE(fentry, hook, name)      \
	TEMPLATE(fexit, hook, name)
#define TEMPLATES_ENTRY(hook, name)  \
	TEMPLATE(fentry, hook, name) \
	TEMPLATE(kprobe, hook, name)
#define TEMPLATES_WHOLE(hook, name)       \
	TEMPLATES_BLIND_WHOLE(hook, name) \
	TEMPLATE(kprobe, hook, name)      \
	TEMPLATE(kretprobe, hook, name)
#define TEMPLATES(hook, name, kind) TEMPLATES_##kind(hook, name)

WIRE_HOOKS(TEMPLATES)

/*
 * One program on many functions: the cookie comes with the attachment. Functions of their own, as
 * the verifier wants room on the stack for both.
 */
static __attribute__((noinline)) int enter_any(struct pt_regs *regs, __u64 cookie)
{
	__u64 args[ARGS] = { REGS_ARGS(regs) };

	return hook_enter(regs, WIRE_COOKIE_HOOK(cookie), cookie, args, REGS_STACK(regs));
}

static __attribute__((noinline)) int return_any(struct pt_regs *regs, __u64 cookie)
{
	return hook_return(WIRE_COOKIE_HOOK(cookie), cookie, REGS_RETURN(regs));
}

SEC("?template")
int multi(struct pt_regs *regs)
{
	return enter_any(regs, bpf_get_attach_cookie(regs));
}

SEC("?template")
int multi_return(struct pt_regs *regs)
{
	return return_any(regs, bpf_get_attach_cookie(regs));
}

/*
 * The same program at entry and return, which asks bpf_session_is_return() where it is. That is a
 * function of the kernel with another prototype in each of 6.12 and 7.x, which libbpf refuses to
 * mix: another call stands for it, and is overwritten by it (src/probe/multi.c). At entry, 1
 * says that the return is of no interest.
 */
static __always_inline bool session_is_return(void *ctx)
{
	bool is_return;

	asm volatile("r1 = %1; call %2; %0 = r0"
		     : "=r"(is_return)
		     : "r"(ctx), "i"(BPF_FUNC_get_numa_node_id)
		     : "r0", "r1", "r2", "r3", "r4", "r5");
	return is_return;
}

SEC("?template")
int session(struct pt_regs *regs)
{
	__u64 cookie = bpf_get_attach_cookie(regs);

	if (session_is_return(regs)) {
		return_any(regs, cookie);
		return 0;
	}
	enter_any(regs, cookie);
	return !!(WIRE_ENTRIES & 1U << WIRE_COOKIE_HOOK(cookie));
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
	operation_message(op, ctx->args[0], frame->seq, WIRE_CHANNEL_TRACEPOINT);
	return 0;
}

/*
 * (text, length): a line for the kernel's log, without what the console puts before it. Since 5.19
 * (printk_sprint() of kernel/printk/printk.c) it fires in the task that writes the line; before,
 * when one gets to a console, in whatever task has that to do: userspace attaches it only since.
 */
SEC("?raw_tp/console")
int xdp_log(struct bpf_raw_tracepoint_args *ctx)
{
	message_log(ctx, ctx->args[0], ctx->args[1]);
	return 0;
}

/* System calls, where no function can be probed: those few, and none of raw_syscalls. */
SEC("?tp/syscalls/sys_enter_bpf")
int xdp_bpf_enter(struct syscall_trace_enter *ctx)
{
	if (active && !turn_to_enter_is_over(ctx, WIRE_TURN_BPF_ENTER))
		syscall_bpf_enter(ctx->args[0], ctx->args[1], ctx->args[2]);
	return 0;
}

SEC("?tp/syscalls/sys_exit_bpf")
int xdp_bpf_exit(struct syscall_trace_exit *ctx)
{
	if (!turn_is_over(ctx, WIRE_TURN_BPF_EXIT))
		syscall_bpf_return(ctx->ret);
	return 0;
}

SEC("?tp/syscalls/sys_enter_sendto")
int xdp_sendto_enter(struct syscall_trace_enter *ctx)
{
	__u64 args[ARGS] = { ctx->args[0], ctx->args[1], ctx->args[2],
			     ctx->args[3], ctx->args[4], ctx->args[5] };

	if (active && !turn_to_enter_is_over(ctx, WIRE_TURN_SENDTO_ENTER))
		send_to_enter(args);
	return 0;
}

SEC("?tp/syscalls/sys_enter_sendmsg")
int xdp_sendmsg_enter(struct syscall_trace_enter *ctx)
{
	__u64 args[] = { ctx->args[0], ctx->args[1] };

	if (active && !turn_to_enter_is_over(ctx, WIRE_TURN_SENDMSG_ENTER))
		send_message_enter(args);
	return 0;
}

SEC("?tp/syscalls/sys_exit_sendto")
int xdp_sendto_exit(struct syscall_trace_exit *ctx)
{
	if (!turn_is_over(ctx, WIRE_TURN_SENDTO_EXIT))
		send_return(ctx->ret);
	return 0;
}

SEC("?tp/syscalls/sys_exit_sendmsg")
int xdp_sendmsg_exit(struct syscall_trace_exit *ctx)
{
	if (!turn_is_over(ctx, WIRE_TURN_SENDMSG_EXIT))
		send_return(ctx->ret);
	return 0;
}

/* (msg): why the kernel did not attach a link, since 6.6. */
SEC("?raw_tp/bpf_xdp_link_attach_failed")
int xdp_link_failed(struct bpf_raw_tracepoint_args *ctx)
{
	struct operation *op = operation_find();

	if (op && op->depth && !op->said.msg.text[0])
		operation_message(op, ctx->args[0], 1, WIRE_CHANNEL_TRACEPOINT);
	return 0;
}

/* (parent, child), (task) */
SEC("?raw_tp/sched_process_fork")
int xdp_fork(struct bpf_raw_tracepoint_args *ctx)
{
	follow_fork((void *)ctx->args[1]);
	return 0;
}

SEC("?raw_tp/sched_process_free")
int xdp_free(struct bpf_raw_tracepoint_args *ctx)
{
	follow_free((void *)ctx->args[0]);
	return 0;
}

/* (begin): never attached, but run by the process whose next children are to be followed. */
SEC("?raw_tp/xdpsnoop_follow")
int xdp_follow(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;

	follow_from = ctx->args[0] ? pid : 0;
	return pid;
}

/*
 * (fd): the program, or the link, that a path in bpffs is a pin of: likewise, in the task that has
 * it open.
 */
SEC("?raw_tp/xdpsnoop_pin")
int xdp_pin(struct bpf_raw_tracepoint_args *ctx)
{
	struct file *file = capture_file_of_fd(ctx->args[0]);
	struct bpf_prog *prog;
	struct bpf_link *link;

	if (!file || BPF_CORE_READ(file, f_inode, i_sb, s_magic) != BPF_FS_MAGIC)
		return 0;
	prog = BPF_CORE_READ(file, f_inode, i_private);
	if (!prog)
		return 0;
	/* Only a program's aux points back at it. */
	if (BPF_CORE_READ(prog, aux, prog) == prog)
		return BPF_CORE_READ(prog, aux, id);
	link = (void *)prog;
	prog = BPF_CORE_READ(link, prog);
	if (!prog || BPF_CORE_READ(prog, aux, prog) != prog)
		return 0;
	return BPF_CORE_READ(link, id) | WIRE_PIN_LINK;
}

/* (fd, from): never attached, but run on request. */
SEC("?raw_tp/xdpsnoop_held")
int xdp_held(struct bpf_raw_tracepoint_args *ctx)
{
	return held_look(ctx->args[0], ctx->args[1]);
}

/*
 * (netns, ifindex, address, descriptor): never attached, but run on request. The namespace is
 * behind the descriptor if it has no number. Tells what the programs are, too.
 */
SEC("?raw_tp/xdpsnoop_look")
int xdp_look(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 inum = ctx->args[0];
	struct net_device *dev;
	struct net *net;

	look_begin();
	net = inum ? walk_to(inum) : look_open(ctx->args[3]);
	look.netns_found = !!net;
	dev = walk_to_device(net, ctx->args[1], ctx->args[2]);
	if (!dev)
		return 0;
	look_tell(dev);
#pragma unroll
	for (int mode = 0; mode < WIRE_MODES; mode++) {
		struct bpf_prog *prog = capture_held(dev, mode);

		if (prog)
			program_tell((__u64)prog);
	}
	return 0;
}
