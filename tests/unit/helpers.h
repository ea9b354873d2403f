/* SPDX-License-Identifier: GPL-2.0 */
/* What several unit tests need: records as the kernel sends them, sinks into memory, chance. */
#ifndef XDPSNOOP_TESTS_HELPERS_H
#define XDPSNOOP_TESTS_HELPERS_H

#include "event/assemble.h"
#include "sink/sink.h"
#include "util/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The sizes of records with @ncalls calls, as the kernel side sends an operation. */
size_t op_size(uint32_t ncalls);
size_t chunk_size(uint32_t ncalls);

/* A copy of @size bytes with nothing after them: the sanitizer sees a byte read too many. */
void *exact_copy(const void *data, size_t size);

/* Decodes a record that must be good, and adds it to @assembler. Returns what that returns. */
int feed_op(struct assembler *assembler, const struct wire_op *op, struct event *ret);
int feed_said(struct assembler *assembler, const struct wire_op *op, const struct wire_text *msg,
	      struct event *ret);
int feed_chunk(struct assembler *assembler, const struct wire_calls *chunk, struct event *ret);

/* The event of an operation whose calls are all in its one record. To be released. */
void op_to_event(const struct wire_op *op, struct event *ret);

/* The same, of one during which the kernel has said @msg by extack; NULL: nothing. */
void said_to_event(const struct wire_op *op, const char *msg, struct event *ret);

/* An event in which every field applies. Its calls are static: not to be released. */
void complete_event(struct event *ret);

/* What @sink writes for @event, by default and in a given style. To be freed. */
char *sink_line(const struct sink *sink, const struct event *event);
char *styled_line(const struct sink *sink, const struct style *style, const struct event *event);

/* Whether @length bytes are UTF-8 by RFC 3629 without control characters; own implementation. */
bool is_printable_utf8(const char *text, size_t length);

/* Random numbers that are the same in each run (xorshift); @state is not 0. */
uint32_t random_next(uint64_t *state);

#endif
