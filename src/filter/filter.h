/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which events are reported: a boolean expression over the field table. Grammar and meaning for
 * users: docs/filters.md.
 */
#ifndef XDPSNOOP_FILTER_FILTER_H
#define XDPSNOOP_FILTER_FILTER_H

#include "event/fields.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define FILTER_LENGTH 4096 /* of an expression, in bytes */
#define FILTER_DEPTH  64   /* of parentheses and negations in it */

enum filter_op {
	FILTER_ANY,     /* any of the parts */
	FILTER_ALL,     /* all of them */
	FILTER_NOT,     /* not the only part */
	FILTER_PRESENT, /* the field applies */
	/* comparisons of the field, if it applies, with a text or a number */
	FILTER_EQUAL,
	FILTER_UNEQUAL,
	FILTER_LESS,
	FILTER_AT_MOST,
	FILTER_MORE,
	FILTER_AT_LEAST,
	FILTER_GLOB,
	FILTER_NO_GLOB,
};

/* A node of the expression's tree. */
struct filter {
	enum filter_op op;
	const struct field *field; /* of FILTER_PRESENT and comparisons */
	struct filter **parts;     /* owned */
	size_t count;              /* of parts; ANY and ALL have two or more, NOT has one */
	char *text;                /* owned; what is compared with, NULL: number is */
	int64_t number;
};

struct filter_error {
	size_t column;     /* where, in bytes from 1; behind the end: there something is missing */
	char message[512]; /* what is wrong; printable */
};

/*
 * Parses an expression. Returns 0, -ENOMEM, or -EINVAL with @error filled in. @ret is written on
 * success only, to be freed with filter_free().
 */
int filter_parse(const char *text, struct filter **ret, struct filter_error *error);

/* Whether @event is to be reported. Without a filter (NULL) each is. */
bool filter_matches(const struct filter *filter, const struct event *event);

/* Writes an expression that filter_parse() makes the same tree of. */
void filter_print(const struct filter *filter, FILE *out);

/* Builders return NULL when there is no memory. A text is copied. */
struct filter *filter_of_text(const struct field *field, enum filter_op op, const char *text);
struct filter *filter_of_number(const struct field *field, enum filter_op op, int64_t number);
struct filter *filter_of_presence(const struct field *field);

/*
 * Joins two by FILTER_ANY or FILTER_ALL; @a may be NULL for nothing yet, and is extended if it is
 * such a node already. Takes both over, and frees them where there is no memory: NULL then.
 */
struct filter *filter_join(enum filter_op op, struct filter *a, struct filter *b);

/* Takes @part over likewise. */
struct filter *filter_negate(struct filter *part);

void filter_free(struct filter *filter);

#endif
