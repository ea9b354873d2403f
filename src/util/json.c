// SPDX-License-Identifier: GPL-2.0
#include "util/json.h"

#include "util/escape.h"

#define VERBS_VERSION 1

struct json_object *json_verb(const char *kernel)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "v", json_object_new_int(VERBS_VERSION));
	json_add_bytes(object, "kernel", kernel, JSON_BYTES_MAX);
	return object;
}

void json_add_bytes(struct json_object *object, const char *key, const char *bytes, size_t size)
{
	char escaped[ESCAPE_SIZE(JSON_BYTES_MAX)];
	size_t length = escape_bytes(escaped, bytes, size < JSON_BYTES_MAX ? size : JSON_BYTES_MAX);

	json_object_object_add(object, key, json_object_new_string_len(escaped, length));
}

void json_add_text(struct json_object *object, const char *key, const char *text)
{
	if (text)
		json_object_object_add(object, key, json_object_new_string(text));
}

void json_add_bool(struct json_object *object, const char *key, bool value)
{
	json_object_object_add(object, key, json_object_new_boolean(value));
}

void json_print(struct json_object *object, FILE *out)
{
	fputs(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
							     JSON_C_TO_STRING_NOSLASHESCAPE),
	      out);
	fputc('\n', out);
	json_object_put(object);
}
