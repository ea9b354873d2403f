// SPDX-License-Identifier: GPL-2.0
/* What is kept of one event for the next one never hides that something has changed. */
#include "event/fields.h"
#include "sink/json_parts.h"
#include "sink/json_value.h"
#include "sink/sink.h"

#include "helpers.h"

#include <string.h>

/* Something else in the place of a field's value, of the same length where it is a text. */
static void change(const struct field *field, struct event *event)
{
	void *value = (char *)event + field->offset;

	switch (field->type) {
	case FIELD_WORD:
	case FIELD_TEXT:
		*(const char **)value = "changed";
		break;
	case FIELD_BYTES:
		*(char *)value ^= 1;
		break;
	case FIELD_U32:
	case FIELD_ERRNO:
	case FIELD_ERROR:
	case FIELD_ACTION:
		--*(uint32_t *)value;
		break;
	case FIELD_U64:
	case FIELD_TIME:
		++*(uint64_t *)value;
		break;
	case FIELD_NUMBER:
		++((struct number *)value)->value;
		break;
	case FIELD_U32S:
		++((struct u32s *)value)->list[0];
		break;
	case FIELD_TEXTS:
		((struct texts *)value)->list[((struct texts *)value)->count - 1] = "changed";
		break;
	case FIELD_MESSAGES:
		((struct messages *)value)->list[0].text[0] ^= 1;
		break;
	case FIELD_COMPONENTS:
		++((struct components *)value)->list[0].prog.id;
		break;
	case FIELD_CALLS:
		event->ncalls--;
		break;
	case FIELD_STACK:
		((struct stack *)value)->count--;
		break;
	}
}

/* Nothing in its place, as far as a part may have it. Returns whether that could be done. */
static bool take_away(const struct field *field, struct event *event)
{
	static const size_t sizes[] = {
		[FIELD_WORD] = sizeof(char *),
		[FIELD_TEXT] = sizeof(char *),
		[FIELD_BYTES] = 1,
		[FIELD_U32] = sizeof(uint32_t),
		[FIELD_U64] = sizeof(uint64_t),
		[FIELD_TIME] = sizeof(uint64_t),
		[FIELD_NUMBER] = sizeof(bool),
		[FIELD_U32S] = sizeof(size_t),
		[FIELD_TEXTS] = sizeof(struct texts),
		[FIELD_COMPONENTS] = sizeof(struct components),
		[FIELD_STACK] = sizeof(struct stack),
	};

	if (field->type >= ARRAY_SIZE(sizes) || !sizes[field->type])
		return false;
	memset((char *)event + field->offset, 0, sizes[field->type]);
	return true;
}

static struct json_object *object_at(struct json_object *object, const char *path)
{
	char name[64];
	size_t length = strcspn(path, ".");

	snprintf(name, sizeof(name), "%.*s", (int)length, path);
	if (!json_object_object_get_ex(object, name, &object))
		return NULL;
	return path[length] ? object_at(object, path + length + 1) : object;
}

/* The event's line has this field as it is in it now, or does not have it. */
static void assert_field(const char *line, const struct field *field, const struct event *event)
{
	struct json_object *all = json_tokener_parse(line), *found, *wanted = NULL;

	assert_non_null(all);
	found = object_at(all, field->path);
	if (field_is_present(field, event)) {
		wanted = json_value(field, event);
		assert_non_null(found);
		assert_string_equal(json_object_to_json_string_ext(found, JSON_STYLE),
				    json_object_to_json_string_ext(wanted, JSON_STYLE));
	} else {
		assert_null(found);
	}
	json_object_put(wanted);
	json_object_put(all);
}

static void assert_told(const struct field *field, const struct event *event, const char *before)
{
	_cleanup_(free_pointer) char *line = sink_line(&sink_json, event);

	assert_string_not_equal(line, before);
	assert_field(line, field, event);
}

static void test_each_field(void **state)
{
	struct event event, other;
	_cleanup_(free_pointer) char *line = NULL;

	complete_event(&event);
	line = sink_line(&sink_json, &event);
	for (size_t i = 0; i < fields_count; i++) {
		_cleanup_(free_pointer) char *again = sink_line(&sink_json, &event);

		assert_string_equal(again, line);
		assert_field(line, &fields[i], &event);
		other = event;
		change(&fields[i], &other);
		assert_told(&fields[i], &other, line);
		if (fields[i].type == FIELD_COMPONENTS) /* these are not the event's own */
			--((struct components *)((char *)&other + fields[i].offset))
				  ->list[0]
				  .prog.id;
		other = event;
		if (take_away(&fields[i], &other))
			assert_told(&fields[i], &other, line);
	}
}

/* Where one text ends and the next one begins counts, and which field a value is of. */
static void test_borders(void **state)
{
	static const struct {
		const char *parent, *exe, *line;
	} rows[] = {
		{ "ab", "c",
		  "{\"v\":1,\"task\":{\"parent_comm\":\"ab\",\"exe\":\"c\"},\"calls\":[]}\n" },
		{ "a", "bc",
		  "{\"v\":1,\"task\":{\"parent_comm\":\"a\",\"exe\":\"bc\"},\"calls\":[]}\n" },
		{ "bc", NULL, "{\"v\":1,\"task\":{\"parent_comm\":\"bc\"},\"calls\":[]}\n" },
		{ NULL, "bc", "{\"v\":1,\"task\":{\"exe\":\"bc\"},\"calls\":[]}\n" },
		{ NULL, NULL, "{\"v\":1,\"calls\":[]}\n" },
		{ NULL, "bc", "{\"v\":1,\"task\":{\"exe\":\"bc\"},\"calls\":[]}\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct event event = { .who = { .parent_comm = rows[i].parent,
						      .exe = rows[i].exe } };
		_cleanup_(free_pointer) char *line = sink_line(&sink_json, &event);

		assert_string_equal(line, rows[i].line);
	}
}

/* Likewise in a list. */
static void test_borders_in_lists(void **state)
{
	static const struct {
		struct texts lower;
		const char *line;
	} rows[] = {
		{ { true, 2, { "ab", "c" } },
		  "{\"v\":1,\"dev\":{\"lower\":[\"ab\",\"c\"]},\"calls\":[]}\n" },
		{ { true, 2, { "a", "bc" } },
		  "{\"v\":1,\"dev\":{\"lower\":[\"a\",\"bc\"]},\"calls\":[]}\n" },
		{ { true, 1, { "abc" } },
		  "{\"v\":1,\"dev\":{\"lower\":[\"abc\"]},\"calls\":[]}\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct event event = { .dev = { .lower = rows[i].lower } };
		_cleanup_(free_pointer) char *line = sink_line(&sink_json, &event);

		assert_string_equal(line, rows[i].line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_field),
		cmocka_unit_test(test_borders),
		cmocka_unit_test(test_borders_in_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
