/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The objects inside of that of an event: "dev", "task", "prog". Of many events in a row they are
 * the same, above all in a storm, where making them anew would be most of what an event costs. So
 * the last texts of each are kept, and taken again where nothing of it has changed.
 */
#ifndef XDPSNOOP_SINK_JSON_PARTS_H
#define XDPSNOOP_SINK_JSON_PARTS_H

#include "event/fields.h"

#include <json-c/json.h>

/* How objects are written. */
#define JSON_STYLE (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)

/*
 * Takes note of a field of @event that is present and has a dot in its path; the object that it
 * goes into has its place in @line from here on. One line at a time.
 */
void json_part_add(struct json_object *line, const struct field *field, const struct event *event);

/* Fills the places of all that were noted. */
void json_parts_end(struct json_object *line, const struct event *event);

#endif
