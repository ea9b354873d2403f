/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs that are put on the same tracepoint several times. The kernel does not run a program
 * that is running on the same processor, in a task that has lost it to another one: there the next
 * copy does what is to be done. The first is the program itself, the others do no more than jump
 * to it. Since the tracepoints of system calls can be preempted (trace_call_bpf_faultable() of
 * kernel/trace/bpf_trace.c, 7.x); before, there are no copies.
 */
#ifndef XDPSNOOP_TURN_BPF_H
#define XDPSNOOP_TURN_BPF_H

#include "operation.bpf.h"

/* How many there are of each, numbered by their cookies in the order of their turns. 0: just one.
 */
const volatile __u32 copies = 0;

/* The task in which the first copy was run last on this processor, until the last copy is run. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WIRE_TURNS);
	__type(key, __u32);
	__type(value, __u32);
} turns SEC(".maps");

/*
 * What the copies jump to, by enum wire_turn. What jumps itself has its stack on that of the task.
 * Else the kernel may give it one for each processor (check_max_stack_depth() of
 * kernel/bpf/verifier.c, 6.13), as one task at a time is inside: that is not so here.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, WIRE_TURNS);
	__type(key, __u32);
	__type(value, __u32);
} bodies SEC(".maps");

/*
 * Whether there is nothing to do for this copy. If other tasks had their turns between, it can not
 * be known that the first copy was run: what is done has to do nothing when done again. That is so
 * at the end of a call, where the operation is gone then; at its begin, it is there.
 */
static __always_inline bool turn_is_over(void *ctx, __u32 turn)
{
	__u32 tid = bpf_get_current_pid_tgid(), *task;
	__u64 copy;
	bool over;

	if (!copies)
		return false;
	copy = bpf_get_attach_cookie(ctx);
	if (copy >= copies) /* never: see bodies */
		bpf_tail_call(ctx, &bodies, WIRE_TURNS);
	task = bpf_map_lookup_elem(&turns, &turn);
	if (!task)
		return copy;
	if (!copy) {
		*task = tid;
		return false;
	}
	over = *task == tid;
	if (over && copy == copies - 1)
		*task = 0;
	return over;
}

/* The same at the begin of a call. */
static __always_inline bool turn_to_enter_is_over(void *ctx, __u32 turn)
{
	if (turn_is_over(ctx, turn))
		return true;
	return copies && bpf_get_attach_cookie(ctx) && operation_find();
}

#endif
