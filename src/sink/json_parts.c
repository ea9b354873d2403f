// SPDX-License-Identifier: GPL-2.0
#include "sink/json_parts.h"

#include "sink/json_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_MAX 32
#define NAME_SIZE 32
#define KEPT_MAX  4 /* texts of a part: those who storm take turns */

/* All that the text of a part depends on, one after the other. */
struct signature {
	char *bytes;
	size_t size, room;
	bool unknown; /* it is like no other */
};

struct kept {
	struct signature signature;
	struct json_object *object; /* prints the text that belongs to it; NULL: there is none */
};

struct part {
	char name[NAME_SIZE]; /* what its fields' paths begin with, up to the dot */
	size_t length;
	bool present; /* in the event at hand */
	struct signature now;
	struct kept kept[KEPT_MAX];
	size_t oldest; /* of these: it gives way to the next one */
};

static struct part parts[PARTS_MAX];
static size_t nparts;

/* The fields of the event at hand, in their order. */
static struct {
	const struct field *field;
	struct part *part;
} noted[FIELDS_MAX];
static size_t nnoted;

static void sign(struct signature *signature, const void *bytes, size_t size)
{
	size_t end = signature->size + size;
	char *larger;

	if (signature->unknown)
		return;
	if (end > signature->room) {
		larger = realloc(signature->bytes, 2 * end);
		if (!larger) {
			signature->unknown = true;
			return;
		}
		signature->bytes = larger;
		signature->room = 2 * end;
	}
	memcpy(signature->bytes + signature->size, bytes, size);
	signature->size = end;
}

static void sign_text(struct signature *signature, const char *text)
{
	sign(signature, text, strlen(text) + 1);
}

/* What json_value() makes its text of, of all types that storms have in parts. */
static void sign_value(struct signature *signature, enum field_type type, const void *value)
{
	const struct u32s *numbers = value;
	const struct texts *texts = value;

	switch (type) {
	case FIELD_WORD:
	case FIELD_TEXT:
		sign_text(signature, *(const char *const *)value);
		break;
	case FIELD_BYTES:
		sign_text(signature, value);
		break;
	case FIELD_U32:
		sign(signature, value, sizeof(uint32_t));
		break;
	case FIELD_NUMBER:
		sign(signature, &((const struct number *)value)->value, sizeof(uint32_t));
		break;
	case FIELD_U64:
	case FIELD_TIME:
		sign(signature, value, sizeof(uint64_t));
		break;
	case FIELD_U32S:
		sign(signature, &numbers->count, sizeof(numbers->count));
		sign(signature, numbers->list, numbers->count * sizeof(*numbers->list));
		break;
	case FIELD_TEXTS:
		sign(signature, &texts->count, sizeof(texts->count));
		for (size_t i = 0; i < texts->count; i++)
			sign_text(signature, texts->list[i]);
		break;
	default:
		signature->unknown = true;
		break;
	}
}

static bool signature_is_same(const struct signature *one, const struct signature *other)
{
	return !one->unknown && !other->unknown && one->size == other->size &&
	       !memcmp(one->bytes, other->bytes, one->size);
}

static bool part_has(const struct part *part, const char *path)
{
	return !strncmp(path, part->name, part->length) && path[part->length] == '.';
}

/* The part that a path is in: mostly that of the field before. */
static struct part *part_find(const char *path)
{
	static struct part *last;

	if (last && part_has(last, path))
		return last;
	for (last = parts; last < parts + nparts; last++) {
		if (part_has(last, path))
			return last;
	}
	nparts++;
	last->length = strcspn(path, ".");
	memcpy(last->name, path, last->length);
	return last;
}

void json_part_add(struct json_object *line, const struct field *field, const struct event *event)
{
	struct part *part = part_find(field->path);

	if (!part->present) {
		part->present = true;
		part->now.size = 0;
		part->now.unknown = false;
		json_object_object_add_ex(line, part->name, NULL, JSON_C_OBJECT_KEY_IS_CONSTANT);
	}
	sign(&part->now, &field, sizeof(field));
	sign_value(&part->now, field->type, field_value(field, event));
	noted[nnoted].field = field;
	noted[nnoted++].part = part;
}

/* Adds @value at @path: "creator.pid" goes into the object "creator", made when it is missing. */
static void part_put(struct json_object *object, const char *path, struct json_object *value)
{
	const char *dot = strchr(path, '.');
	struct json_object *inner;
	char key[NAME_SIZE];

	if (!dot) { /* the path is a part of the table of fields: it need not be copied */
		json_object_object_add_ex(object, path, value, JSON_C_OBJECT_KEY_IS_CONSTANT);
		return;
	}
	snprintf(key, sizeof(key), "%.*s", (int)(dot - path), path);
	if (!json_object_object_get_ex(object, key, &inner)) {
		inner = json_object_new_object();
		json_object_object_add(object, key, inner);
	}
	part_put(inner, dot + 1, value);
}

static struct json_object *part_make(const struct part *part, const struct event *event)
{
	struct json_object *object = json_object_new_object();

	for (size_t i = 0; i < nnoted; i++) {
		if (noted[i].part == part)
			part_put(object, noted[i].field->path + part->length + 1,
				 json_value(noted[i].field, event));
	}
	return object;
}

/* Something that prints the text of @object, which it takes. NULL for lack of memory. */
static struct json_object *part_keep(struct json_object *object)
{
	char *text = strdup(json_object_to_json_string_ext(object, JSON_STYLE));
	struct json_object *kept = text ? json_object_new_object() : NULL;

	json_object_put(object);
	if (kept)
		json_object_set_serializer(kept, json_object_userdata_to_json_string, text,
					   json_object_free_userdata);
	else
		free(text);
	return kept;
}

/* What prints the part as it is in the event at hand; the part's own. NULL for lack of memory. */
static struct json_object *part_object(struct part *part, const struct event *event)
{
	struct kept *kept;
	struct signature room;

	for (kept = part->kept; kept < part->kept + KEPT_MAX; kept++) {
		if (kept->object && signature_is_same(&part->now, &kept->signature))
			return kept->object;
	}
	kept = &part->kept[part->oldest];
	part->oldest = (part->oldest + 1) % KEPT_MAX;
	json_object_put(kept->object);
	kept->object = part_keep(part_make(part, event));
	room = kept->signature;
	kept->signature = part->now;
	part->now = room;
	return kept->object;
}

void json_parts_end(struct json_object *line, const struct event *event)
{
	for (struct part *part = parts; part < parts + nparts; part++) {
		struct json_object *object;

		if (!part->present)
			continue;
		part->present = false;
		object = json_object_get(part_object(part, event));
		json_object_object_add_ex(line, part->name, object, JSON_C_OBJECT_KEY_IS_CONSTANT);
	}
	nnoted = 0;
}
