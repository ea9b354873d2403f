/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fields of an event, once: JSON keys and the schema document come from this table. A
 * field's path is an interface: fields are added, never renamed.
 */
#ifndef XDPSNOOP_EVENT_FIELDS_H
#define XDPSNOOP_EVENT_FIELDS_H

#include "event/event.h"

#define SCHEMA_VERSION 1
#define FIELDS_MAX     192

enum field_type {
	FIELD_TIME,   /* uint64_t ns of CLOCK_REALTIME */
	FIELD_ACTION, /* enum action */
	FIELD_WORD,   /* const char *: one of a fixed set of words */
	FIELD_BYTES,  /* char[], NUL-terminated: anything, to be escaped */
	FIELD_TEXT,   /* const char *: likewise */
	FIELD_ERRNO,  /* int: a negative errno */
	FIELD_ERROR,  /* the same int, as its name */
	FIELD_U32,
	FIELD_U64,
	FIELD_NUMBER,     /* struct number */
	FIELD_U32S,       /* struct u32s */
	FIELD_TEXTS,      /* struct texts */
	FIELD_COMPONENTS, /* struct components */
	FIELD_MESSAGES,   /* struct messages */
	FIELD_CALLS,      /* the tree of calls */
	FIELD_STACK,      /* struct stack */
};

struct field {
	const char *path; /* dots separate nested objects */
	enum field_type type;
	size_t offset; /* in struct event */
	int since;     /* schema version */
	const char *about;
};

extern const struct field fields[];
extern const size_t fields_count;

const struct field *field_find(const char *path);

/* "string", "number", "array": what a value is in JSON. */
const char *field_json_type(enum field_type type);

/* Whether the field applies to @event: what does not is left out. */
bool field_is_present(const struct field *field, const struct event *event);

/* The value's bytes in @event. */
static inline const void *field_value(const struct field *field, const struct event *event)
{
	return (const char *)event + field->offset;
}

/* The symbolic name of a negative errno, "EEXIST"; of any number. Static or in @buffer. */
const char *error_name(int error, char buffer[16]);

#endif
