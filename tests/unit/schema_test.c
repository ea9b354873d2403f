// SPDX-License-Identifier: GPL-2.0
/*
 * The schema of the JSON output, made from the table of fields: the committed document has to be
 * the same. `schema_test --print >docs/schema-v1.json` writes it anew.
 */
#include "event/fields.h"
#include "event/words.h"

#include "helpers.h"

#include <json-c/json.h>
#include <linux/bpf.h>
#include <linux/if_xdp.h>
#include <string.h>

#define INT_LEAST -2147483648LL

static const char *document; /* docs/schema-v1.json */

static struct json_object *text(const char *value)
{
	return json_object_new_string(value);
}

static void put(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add(object, key, value);
}

static struct json_object *of_type(const char *type)
{
	struct json_object *object = json_object_new_object();

	put(object, "type", text(type));
	return object;
}

static struct json_object *whole_number(int64_t min, uint64_t max)
{
	struct json_object *object = of_type("integer");

	put(object, "minimum", json_object_new_int64(min));
	put(object, "maximum", json_object_new_uint64(max));
	return object;
}

static struct json_object *string_like(const char *pattern)
{
	struct json_object *object = of_type("string");

	put(object, "pattern", text(pattern));
	return object;
}

static struct json_object *list_of(struct json_object *items)
{
	struct json_object *object = of_type("array");

	put(object, "items", items);
	return object;
}

static struct json_object *reference(const char *name)
{
	struct json_object *object = json_object_new_object();

	put(object, "$ref", text(name));
	return object;
}

/* Any byte, escaped: no control character, no backslash that begins nothing. */
static struct json_object *bytes(void)
{
	return string_like("^([^\\u0000-\\u001f\\\\]|\\\\x[0-9a-f]{2})+$");
}

static struct json_object *words_of(const struct field *field)
{
	struct json_object *object = of_type("string"), *list;
	const char *word;

	if (!field_word(field, 0))
		return object;
	list = json_object_new_array();
	for (size_t i = 0; (word = field_word(field, i)); i++)
		json_object_array_add(list, text(word));
	put(object, "enum", list);
	return object;
}

static struct json_object *value_of(const struct field *field)
{
	switch (field->type) {
	case FIELD_TIME:
		return string_like(
			"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{9}Z$");
	case FIELD_ACTION:
	case FIELD_WORD:
		return words_of(field);
	case FIELD_BYTES:
	case FIELD_TEXT:
		return bytes();
	case FIELD_ERRNO:
		return whole_number(INT_LEAST, 0);
	case FIELD_ERROR:
		return string_like("^E[A-Z0-9]+$");
	case FIELD_U32:
	case FIELD_NUMBER:
		return whole_number(0, UINT32_MAX);
	case FIELD_U64:
		return whole_number(0, UINT64_MAX);
	case FIELD_U32S:
		return list_of(whole_number(0, UINT32_MAX));
	case FIELD_TEXTS:
		return list_of(bytes());
	case FIELD_COMPONENTS:
		return list_of(reference("#/$defs/component"));
	case FIELD_MESSAGES:
		return list_of(reference("#/$defs/message"));
	case FIELD_CALLS:
		return list_of(reference("#/$defs/call"));
	case FIELD_STACK:
		return list_of(
			string_like("^([^ ]+\\+0x[0-9a-f]+( \\[[^ \\]]+\\])?|0x[0-9a-f]+)$"));
	}
	return NULL;
}

static struct json_object *object_with(struct json_object *properties, const char *const *required)
{
	struct json_object *object = of_type("object"), *list = json_object_new_array();

	for (; *required; required++)
		json_object_array_add(list, text(*required));
	put(object, "properties", properties);
	put(object, "required", list);
	return object;
}

#define REQUIRED(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* The properties of @object, made when they are missing. */
static struct json_object *properties_of(struct json_object *object)
{
	struct json_object *properties;

	if (!json_object_object_get_ex(object, "properties", &properties)) {
		properties = json_object_new_object();
		put(object, "properties", properties);
	}
	return properties;
}

/* Adds a field, "dev.ifname" to the properties of "dev". */
static void add_field(struct json_object *properties, const char *path, struct json_object *value)
{
	const char *dot = strchr(path, '.');
	struct json_object *inner;
	char key[64];

	if (!dot) {
		put(properties, path, value);
		return;
	}
	snprintf(key, sizeof(key), "%.*s", (int)(dot - path), path);
	if (!json_object_object_get_ex(properties, key, &inner)) {
		inner = of_type("object");
		put(properties, key, inner);
	}
	add_field(properties_of(inner), dot + 1, value);
}

static struct json_object *version(void)
{
	struct json_object *object = json_object_new_object();

	put(object, "const", json_object_new_int(SCHEMA_VERSION));
	put(object, "description", text("the version of this schema"));
	return object;
}

static struct json_object *event_schema(void)
{
	struct json_object *properties = json_object_new_object();

	put(properties, "v", version());
	for (size_t i = 0; i < fields_count; i++) {
		struct json_object *value = value_of(&fields[i]);

		put(value, "description", text(fields[i].about));
		add_field(properties, fields[i].path, value);
	}
	return object_with(properties,
			   REQUIRED("v", "time", "mono_ns", "action", "result", "calls"));
}

static struct json_object *lost_schema(void)
{
	struct json_object *properties = json_object_new_object(), *lost;

	put(properties, "v", version());
	lost = whole_number(1, UINT64_MAX);
	put(lost, "description", text("operations that could not be reported, at this place"));
	put(properties, "lost", lost);
	return object_with(properties, REQUIRED("v", "lost"));
}

static struct json_object *operations_schema(void)
{
	struct json_object *properties = json_object_new_object();

	put(properties, "whose", words_of(field_find("whose")));
	put(properties, "action", words_of(field_find("action")));
	put(properties, "ok", whole_number(0, UINT64_MAX));
	put(properties, "error", whole_number(0, UINT64_MAX));
	put(properties, "unknown", whole_number(0, UINT64_MAX));
	return object_with(properties, REQUIRED("whose", "action", "ok", "error", "unknown"));
}

static struct json_object *left_schema(void)
{
	static const char *const paths[] = { "dev.ifindex", "dev.ifname", "dev.netns", "mode",
					     "prog.id",     "prog.name",  "link.id" };
	struct json_object *properties = json_object_new_object();

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		add_field(properties, paths[i], value_of(field_find(paths[i])));
	return object_with(properties, REQUIRED("dev", "mode", "prog"));
}

static struct json_object *summary_schema(void)
{
	struct json_object *properties = json_object_new_object(),
			   *summary = json_object_new_object();

	put(summary, "status", whole_number(0, 255));
	put(summary, "signal", of_type("string"));
	put(summary, "took_ns", whole_number(0, UINT64_MAX));
	put(summary, "operations", list_of(operations_schema()));
	put(summary, "left", list_of(left_schema()));
	put(summary, "running", list_of(whole_number(1, UINT32_MAX)));
	summary = object_with(summary, REQUIRED("took_ns", "operations", "left", "running"));
	put(summary, "description", text("with xdpsnoop exec, the last line: docs/verbs.md"));
	put(properties, "v", version());
	put(properties, "summary", summary);
	return object_with(properties, REQUIRED("v", "summary"));
}

static struct json_object *component_schema(void)
{
	struct json_object *properties = json_object_new_object();

	put(properties, "slot", whole_number(0, UINT32_MAX));
	put(properties, "func", bytes());
	put(properties, "id", whole_number(0, UINT32_MAX));
	put(properties, "name", of_type("string"));
	return object_with(properties, REQUIRED("func", "id", "name"));
}

static struct json_object *message_schema(void)
{
	struct json_object *properties = json_object_new_object();

	put(properties, "text", bytes());
	put(properties, "source", words_of(field_find("reason_source")));
	return object_with(properties, REQUIRED("text", "source"));
}

static struct json_object *call_schema(void)
{
	struct json_object *properties = json_object_new_object(), *dev = json_object_new_object(),
			   *reason = json_object_new_object();

	put(dev, "ifindex", whole_number(1, UINT32_MAX));
	put(dev, "ifname", of_type("string"));
	put(reason, "const", json_object_new_boolean(true));
	put(reason, "description",
	    text("the event's reason, or the warning of a success, was set in this call"));
	put(properties, "func", of_type("string"));
	put(properties, "module", of_type("string"));
	put(properties, "dev", object_with(dev, REQUIRED("ifindex", "ifname")));
	put(properties, "ret", whole_number(INT_LEAST, INT32_MAX));
	put(properties, "took_ns", whole_number(0, UINT64_MAX));
	put(properties, "reason", reason);
	put(properties, "calls", list_of(reference("#/$defs/call")));
	return object_with(properties, REQUIRED("ret", "took_ns", "calls"));
}

/* To be freed. */
static char *make_schema(void)
{
	struct json_object *schema = json_object_new_object(), *choice = json_object_new_array(),
			   *defs = json_object_new_object();
	char *ret;

	put(schema, "$comment",
	    text("SPDX-License-Identifier: GPL-2.0; made from src/event/fields.c by "
		 "tests/unit/schema_test.c"));
	put(schema, "$schema", text("https://json-schema.org/draft/2020-12/schema"));
	put(schema, "title", text("a line of xdpsnoop --json"));
	json_object_array_add(choice, reference("#/$defs/event"));
	json_object_array_add(choice, reference("#/$defs/lost"));
	json_object_array_add(choice, reference("#/$defs/summary"));
	put(schema, "oneOf", choice);
	put(defs, "event", event_schema());
	put(defs, "lost", lost_schema());
	put(defs, "summary", summary_schema());
	put(defs, "component", component_schema());
	put(defs, "message", message_schema());
	put(defs, "call", call_schema());
	put(schema, "$defs", defs);
	ret = strdup(json_object_to_json_string_ext(
		schema, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
				JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(schema);
	return ret;
}

static void test_document(void **state)
{
	_cleanup_(close_file) FILE *file = fopen(document, "r");
	_cleanup_(free_pointer) char *schema = make_schema(), *line = NULL;
	const char *rest = schema;
	size_t size = 0;

	if (!file)
		fail_msg("%s can not be read", document);
	for (int number = 1; getline(&line, &size, file) >= 0; number++) {
		size_t length = strcspn(rest, "\n");

		line[strcspn(line, "\n")] = '\0';
		if (strlen(line) != length || memcmp(rest, line, length) != 0)
			fail_msg("line %d of %s is '%s', and '%.*s' by the table: write it anew "
				 "with schema_test --print",
				 number, document, line, (int)length, rest);
		rest += length + (rest[length] == '\n');
	}
	assert_string_equal(rest, "");
}

static bool has_word(const struct field *field, const char *word)
{
	const char *known;

	for (size_t i = 0; (known = field_word(field, i)); i++) {
		if (!strcmp(known, word))
			return true;
	}
	return false;
}

static void check_words(const struct wire_op *op)
{
	struct event event;

	event_interpret(op, &event);
	for (size_t i = 0; i < fields_count; i++) {
		const char *const *word = field_value(&fields[i], &event);

		if (fields[i].type == FIELD_WORD && field_word(&fields[i], 0) && *word &&
		    !has_word(&fields[i], *word))
			fail_msg("%s can be '%s', which is not in its set", fields[i].path, *word);
	}
	event_release(&event);
}

/* Whatever the kernel sends, no word comes out of it that the sets do not have. */
static void test_words_are_complete(void **state)
{
	static const uint32_t types[] = { BPF_MAP_TYPE_DEVMAP, BPF_MAP_TYPE_DEVMAP_HASH,
					  BPF_MAP_TYPE_CPUMAP, BPF_MAP_TYPE_ARRAY,
					  BPF_MAP_TYPE_HASH };
	uint64_t chance = 0x5eed;

	for (int round = 0; round < 200000; round++) {
		uint32_t bits = random_next(&chance);
		struct wire_op op = {
			.type = WIRE_OP,
			.kind = random_next(&chance) % (WIRE_MOVE + 1),
			.origin = random_next(&chance) % HOOKS,
			.mode = random_next(&chance) % (WIRE_MODE_UNKNOWN + 1),
			.release = random_next(&chance) % (WIRE_RELEASE_UNPIN + 1),
			.ret = bits & 1 ? -22 : 0,
			.removal = bits >> 1 & 1,
			.link_dead = bits >> 2 & 1,
			.unknown = bits >> 3 & 1,
			.by_syscall = bits >> 4 & 1,
			.dev = { .ifindex = 2,
				 .unregistering = bits >> 5 & 1,
				 .netns_dying = bits >> 6 & 1,
				 .native = bits >> 7 & 1,
				 .slave = bits >> 8 & 1,
				 .moving = bits >> 9 & 1 },
			.prog.id = bits >> 10 & 1,
			.state[1].id = bits >> 11 & 1,
			.state[0].id = bits >> 12 & 1,
		};

		if (op.kind == WIRE_POOL)
			op.pool = (struct wire_pool){ .known = 1,
						      .asked = bits >> 13 & 7,
						      .zerocopy = bits >> 16 & 1 };
		else if (op.kind == WIRE_ENTRY || op.kind == WIRE_MAP)
			op.map = (struct wire_map){ .type = types[bits % ARRAY_SIZE(types)],
						    .whole = bits >> 13 & 1 };
		check_words(&op);
	}
}

static void test_sets(void **state)
{
	assert_string_equal(field_word(field_find("action"), 0), "install");
	assert_string_equal(field_word(field_find("action"), 13), "move");
	assert_string_equal(field_word(field_find("action"), 14), "present");
	assert_string_equal(field_word(field_find("action"), 15), "carrier");
	assert_null(field_word(field_find("action"), 16));
	assert_string_equal(field_word(field_find("link.state"), 0), "dead");
	assert_null(field_word(field_find("link.state"), 1));
	assert_null(field_word(field_find("link.state"), 2));
	assert_null(field_word(field_find("func"), 0));
	assert_null(field_word(field_find("dev.ifname"), 0));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_document),
		cmocka_unit_test(test_words_are_complete),
		cmocka_unit_test(test_sets),
	};

	if (argc != 2) {
		fprintf(stderr, "usage: schema_test schema-v1.json|--print\n");
		return 2;
	}
	if (!strcmp(argv[1], "--print")) {
		_cleanup_(free_pointer) char *schema = make_schema();

		puts(schema);
		return 0;
	}
	document = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
