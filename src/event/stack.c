// SPDX-License-Identifier: GPL-2.0
#include "event/stack.h"

#include "util/cleanup.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What follows the last function of a module, or of the kernel, may be anything that has no symbol:
 * code that was compiled at run time, where the kernel hides it. How far a function reaches there.
 */
#define LAST_SIZE 16384

int stack_copy(struct stack *to, const struct wire_stack *from)
{
	struct stack_frame *list = calloc(from->count + 1, sizeof(*list)); /* one may be added */

	if (!list)
		return -ENOMEM;
	for (uint32_t i = 0; i < from->count; i++)
		list[i].addr = from->frames[i];
	free(to->list);
	*to = (struct stack){ list, from->count, from->target };
	return 0;
}

static const struct symbol_entry *find_function(const struct symbol_table *symbols, uint64_t addr)
{
	const struct symbol_entry *entry = symbol_table_around(symbols, addr), *next;

	if (!entry)
		return NULL;
	next = symbol_table_next(symbols, entry);
	if ((!next || strcmp(symbol_table_module(symbols, entry),
			     symbol_table_module(symbols, next)) != 0) &&
	    addr - entry->addr >= LAST_SIZE)
		return NULL;
	return entry;
}

/* Where a function returns to that a kretprobe waits for: its caller is hidden by that. */
static bool is_return_probe(const struct symbol_table *symbols, uint64_t addr)
{
	static const char *const names[] = { "kretprobe_trampoline", "__kretprobe_trampoline",
					     "arch_rethook_trampoline", "return_to_handler" };
	const struct symbol_entry *entry = symbol_table_function(symbols, addr);

	for (size_t i = 0; entry && i < ARRAY_SIZE(names); i++) {
		if (!strcmp(symbol_table_name(symbols, entry), names[i]))
			return true;
	}
	return false;
}

/* The address of a caller is where it goes on: behind the call, maybe its last instruction. */
static void frame_name(struct stack_frame *frame, const struct symbol_table *symbols,
		       bool is_caller)
{
	bool is_behind = is_caller && !is_return_probe(symbols, frame->addr);
	const struct symbol_entry *entry = find_function(symbols, frame->addr - is_behind);

	if (!entry)
		return;
	frame->func = symbol_table_name(symbols, entry);
	frame->module = symbol_table_module(symbols, entry);
	frame->offset = frame->addr - entry->addr;
}

/* Whether the frame is inside of the probed function. Names are not enough: several have the same.
 */
static bool frame_is_in(const struct stack_frame *frame, const struct target *target)
{
	if (!frame->func)
		return false;
	if (target->addr)
		return frame->addr - frame->offset == target->addr;
	return !strcmp(frame->func, target->func) && !strcmp(frame->module, target->module);
}

/* The probed function has just been entered: what is above it on the stack are the probe's own. */
static void drop_probe(struct stack *stack, const struct target *target)
{
	size_t first = 0;

	while (first < stack->count && !frame_is_in(&stack->list[first], target))
		first++;
	if (first < stack->count) {
		stack->count -= first;
		memmove(stack->list, stack->list + first, stack->count * sizeof(*stack->list));
		return;
	}
	/* Where the registers were not all there, the stack begins with its caller. */
	memmove(stack->list + 1, stack->list, stack->count * sizeof(*stack->list));
	stack->count++;
	stack->list[0] = (struct stack_frame){ .addr = target->addr,
					       .func = target->func,
					       .module = target->module };
}

/* A trampoline calls the function that has called it: that one is there twice, around it. */
static void drop_trampolines(struct stack *stack)
{
	size_t kept = 0;
	bool dropped = false;

	for (size_t i = 0; i < stack->count; i++) {
		const struct stack_frame *frame = &stack->list[i];
		const struct stack_frame *last = kept ? &stack->list[kept - 1] : NULL;

		if (frame->func && module_is_made_up(frame->module)) {
			dropped = true;
			continue;
		}
		if (dropped && last && frame->func && last->func == frame->func)
			continue;
		dropped = false;
		stack->list[kept++] = *frame;
	}
	stack->count = kept;
}

void stack_name(struct stack *stack, const struct symbol_table *symbols,
		const struct targets *targets)
{
	for (size_t i = 0; i < stack->count; i++)
		frame_name(&stack->list[i], symbols, i > 0);
	if (stack->count && stack->target < targets->count)
		drop_probe(stack, &targets->list[stack->target]);
	drop_trampolines(stack);
}

void frame_print(char to[FRAME_SIZE], const struct stack_frame *frame)
{
	if (!frame->func)
		snprintf(to, FRAME_SIZE, "0x%" PRIx64, frame->addr);
	else if (!strcmp(frame->module, MODULE_VMLINUX))
		snprintf(to, FRAME_SIZE, "%s+0x%" PRIx64, frame->func, frame->offset);
	else
		snprintf(to, FRAME_SIZE, "%s+0x%" PRIx64 " [%s]", frame->func, frame->offset,
			 frame->module);
}
