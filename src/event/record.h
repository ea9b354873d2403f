/* SPDX-License-Identifier: GPL-2.0 */
/* Decoding: from the bytes of the ring buffer to records that have been checked. */
#ifndef XDPSNOOP_EVENT_RECORD_H
#define XDPSNOOP_EVENT_RECORD_H

#include "wire.h"

#include <stddef.h>

/* A view into the bytes it was decoded from. */
struct record {
	const struct wire_task *task; /* who operations to come are of: then the rest is NULL */
	const struct wire_program *program; /* what one of theirs is: likewise */
	const struct wire_op *op;           /* NULL: earlier calls of an operation that goes on */
	const struct wire_calls *tail;      /* who it belongs to, and its calls */
	struct wire_texts texts;            /* of the device: a copy */
	struct wire_said said;              /* likewise */
	const struct wire_stack *stack;     /* its stack: then the rest is NULL */
};

/*
 * Checks @size bytes at @data. Returns 0, -EBADMSG for a record that is cut short or that
 * contradicts itself. Texts are NUL-terminated after that.
 */
int record_decode(const void *data, size_t size, struct record *ret);

#endif
