/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's stack of an operation: from addresses to functions. */
#ifndef XDPSNOOP_EVENT_STACK_H
#define XDPSNOOP_EVENT_STACK_H

#include "event/event.h"
#include "kernel/symboltable.h"
#include "probe/targets.h"

/* Takes a copy of the addresses, in place of what is there. Returns 0 or -ENOMEM. */
int stack_copy(struct stack *to, const struct wire_stack *from);

/*
 * Names the frames, by texts that are borrowed from @symbols and @targets, and takes out those that
 * are there for the tracing only: what lies inside of the function that was probed, and trampolines
 * between functions.
 */
void stack_name(struct stack *stack, const struct symbol_table *symbols,
		const struct targets *targets);

/* "veth_xdp+0x5 [veth]", or the address where no function is known. */
#define FRAME_SIZE (FUNCTION_NAME_SIZE + MODULE_NAME_SIZE + 32)
void frame_print(char to[FRAME_SIZE], const struct stack_frame *frame);

#endif
