/* SPDX-License-Identifier: GPL-2.0 */
/* Small additions to json-c: for the JSON of the verbs that print one object. */
#ifndef XDPSNOOP_UTIL_JSON_H
#define XDPSNOOP_UTIL_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>

/* An object that begins as each of them does: the version of its form, the kernel's release. */
struct json_object *json_verb(const char *kernel);

/* Adds what may hold any byte: up to a NUL, or @size bytes, escaped. @size <= JSON_BYTES_MAX. */
#define JSON_BYTES_MAX 512
void json_add_bytes(struct json_object *object, const char *key, const char *bytes, size_t size);

/* Adds text of our own; nothing if it is NULL. */
void json_add_text(struct json_object *object, const char *key, const char *text);
void json_add_bool(struct json_object *object, const char *key, bool value);

/* Prints @object on one line, and frees it. */
void json_print(struct json_object *object, FILE *out);

#endif
