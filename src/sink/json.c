// SPDX-License-Identifier: GPL-2.0
/* One JSON object a line: keys from the table of fields. */
#include "sink/json_parts.h"
#include "sink/json_value.h"
#include "sink/text.h"

#include <string.h>

static void json_write(FILE *out, struct json_object *object)
{
	fputs(json_object_to_json_string_ext(object, JSON_STYLE), out);
	fputc('\n', out);
	json_object_put(object);
}

static struct json_object *json_line(void)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "v", json_object_new_int(SCHEMA_VERSION));
	return object;
}

static void json_add_field(struct json_object *object, const struct field *field,
			   const struct event *event)
{
	if (!field_is_present(field, event))
		return;
	if (strchr(field->path, '.'))
		json_part_add(object, field, event);
	else /* the path is a part of the table of fields: it need not be copied */
		json_object_object_add_ex(object, field->path, json_value(field, event),
					  JSON_C_OBJECT_KEY_IS_CONSTANT);
}

static void json_event(FILE *out, const struct style *style, const struct event *event)
{
	struct json_object *object = json_line();

	for (size_t i = 0; i < style->nfields; i++)
		json_add_field(object, style->fields[i], event);
	for (size_t i = 0; !style->nfields && i < fields_count; i++)
		json_add_field(object, &fields[i], event);
	json_parts_end(object, event);
	json_write(out, object);
}

static void json_lost(FILE *out, uint64_t count)
{
	struct json_object *object = json_line();

	json_object_object_add(object, "lost", json_object_new_uint64(count));
	json_write(out, object);
}

const struct sink sink_json = {
	.name = "json",
	.event = json_event,
	.lost = json_lost,
	.summary = json_summary,
};
