/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XDPSNOOP_SINK_JSON_VALUE_H
#define XDPSNOOP_SINK_JSON_VALUE_H

#include "event/fields.h"

#include <json-c/json.h>

/* The value of a field that is present, the caller's to put; NULL for lack of memory. */
struct json_object *json_value(const struct field *field, const struct event *event);

#endif
