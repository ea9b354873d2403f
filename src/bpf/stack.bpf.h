/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's stack of an operation: that of the deepest function that was entered, the last one
 * of several, until a reason was said. A stack that ends early does not count as deep: before 5.16,
 * what kretprobes put in place of return addresses hides the callers of all functions but the
 * outermost.
 */
#ifndef XDPSNOOP_STACK_BPF_H
#define XDPSNOOP_STACK_BPF_H

#include "ring.bpf.h"

/* Of what is noted when it begins, and is an operation only by its end. */
#define STACK_NOTED(tid) ((tid) | 1U << 30)

struct stacked {
	struct wire_stack best;
	__u64 next[WIRE_STACK_FRAMES];
};

/* By the key of its operation; what is left behind by one that came to nothing gives way. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct stacked);
} stacks SEC(".maps");

static const struct stacked no_stack = {};

const volatile bool stacks_wanted = false;

/* As a function is entered; @first: nothing that was found before counts. */
static __always_inline void stack_take(void *ctx, __u32 key, __u32 target, bool first)
{
	struct stacked *stacked;
	long size;

	if (!stacks_wanted)
		return;
	if (first)
		bpf_map_update_elem(&stacks, &key, &no_stack, BPF_ANY);
	stacked = bpf_map_lookup_elem(&stacks, &key);
	if (!stacked)
		return;
	size = bpf_get_stack(ctx, stacked->next, sizeof(stacked->next), 0);
	if (size <= 0 || (__u64)size / sizeof(__u64) < stacked->best.count)
		return;
	bpf_probe_read_kernel(stacked->best.frames, sizeof(stacked->best.frames), stacked->next);
	stacked->best.count = (__u64)size / sizeof(__u64);
	stacked->best.target = target;
}

/* Of an operation that is not sent. */
static __always_inline void stack_forget(__u32 key)
{
	if (stacks_wanted)
		bpf_map_delete_elem(&stacks, &key);
}

/* Ahead of the record that ends the operation of @calls. */
static __always_inline void stack_send(__u32 key, const struct wire_calls *calls)
{
	struct stacked *stacked;
	struct wire_stack *best;
	__u64 size;

	if (!stacks_wanted)
		return;
	stacked = bpf_map_lookup_elem(&stacks, &key);
	size = stacked ? stacked->best.count : 0;
	barrier_var(size); /* the verifier has to see the value that is checked being used */
	if (!stacked || !size || size > WIRE_STACK_FRAMES) {
		count(&stats.unstacked);
		return;
	}
	best = &stacked->best;
	best->type = WIRE_STACK;
	best->tid = calls->tid;
	best->start_ns = calls->start_ns;
	size = offsetof(struct wire_stack, frames) + size * sizeof(best->frames[0]);
	if (bpf_ringbuf_output(&events, best, size, 0))
		count(&stats.unstacked);
	bpf_map_delete_elem(&stacks, &key);
}

#endif
