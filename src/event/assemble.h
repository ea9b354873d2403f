/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Assembling: the records of one operation become one event. Operations with few calls come in
 * one record; those with many (a bond with many slaves) send earlier calls ahead.
 */
#ifndef XDPSNOOP_EVENT_ASSEMBLE_H
#define XDPSNOOP_EVENT_ASSEMBLE_H

#include "event/event.h"
#include "event/record.h"

struct pending;

struct assembler {
	struct pending *pending; /* owned: operations that have sent calls and not ended */
	size_t count;
	uint64_t dropped; /* calls of operations whose end never came */
	struct processes processes;
	struct programs programs;
};

void assembler_init(struct assembler *assembler);

/*
 * Takes in one record. Returns 1 and an event, to be released, when it ended an operation; 0
 * when there is nothing to report yet; a negative errno.
 */
int assembler_add(struct assembler *assembler, const struct record *record, struct event *ret);
void assembler_release(struct assembler *assembler);

/*
 * The mode that an operation was for: unknown when its flags name several, or none and the device
 * was not found.
 */
enum wire_mode operation_mode(const struct wire_op *op);

/* What one operation means: the event without its calls. Pure. */
void event_interpret(const struct wire_op *op, struct event *ret);

#endif
