// SPDX-License-Identifier: GPL-2.0
/* Values of fields as JSON. */
#include "sink/json_value.h"

#include "event/calls.h"
#include "event/stack.h"
#include "sink/text.h"
#include "util/cleanup.h"
#include "util/escape.h"

#include <string.h>

static struct json_object *json_bytes(const char *bytes, size_t length)
{
	char escaped[ESCAPE_SIZE(WIRE_MSG)];

	return json_object_new_string_len(escaped, escape_bytes(escaped, bytes, length));
}

/* As long as it may be. NULL for lack of memory. */
static struct json_object *json_text(const char *text)
{
	size_t length = strlen(text);
	_cleanup_(free_pointer) char *escaped = malloc(ESCAPE_SIZE(length));

	if (!escaped)
		return NULL;
	return json_object_new_string_len(escaped, escape_bytes(escaped, text, length));
}

static struct json_object *json_time(uint64_t ns)
{
	char text[TIME_SIZE];

	time_print_utc(text, ns);
	return json_object_new_string(text);
}

static struct json_object *json_calls(const struct event *event, uint16_t parent);

static struct json_object *json_call(const struct event *event, const struct call *call)
{
	struct json_object *object = json_object_new_object(), *dev;

	if (call->func)
		json_object_object_add(object, "func", json_object_new_string(call->func));
	if (call->module)
		json_object_object_add(object, "module", json_object_new_string(call->module));
	if (call->ifindex) {
		dev = json_object_new_object();
		json_object_object_add(dev, "ifindex", json_object_new_int64(call->ifindex));
		json_object_object_add(dev, "ifname",
				       json_bytes(call->ifname, sizeof(call->ifname)));
		json_object_object_add(object, "dev", dev);
	}
	json_object_object_add(object, "ret", json_object_new_int(call->ret));
	json_object_object_add(object, "took_ns", json_object_new_uint64(call->took_ns));
	if (call->has_message)
		json_object_object_add(object, "reason", json_object_new_boolean(true));
	json_object_object_add(object, "calls", json_calls(event, call->seq));
	return object;
}

static struct json_object *json_calls(const struct event *event, uint16_t parent)
{
	struct json_object *array = json_object_new_array();

	/* A callee is entered after its caller: the recursion ends. */
	for (size_t i = 0; i < event->ncalls; i++) {
		const struct call *call = &event->calls[i];

		if (call->seq > parent && call_is_below(event, call, parent))
			json_object_array_add(array, json_call(event, call));
	}
	return array;
}

static struct json_object *json_components(const struct components *components)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < components->count; i++) {
		const struct component *component = &components->list[i];
		struct json_object *object = json_object_new_object();
		struct number slot = component_slot(component->func);

		if (slot.known)
			json_object_object_add(object, "slot", json_object_new_int64(slot.value));
		json_object_object_add(object, "func",
				       json_bytes(component->func, sizeof(component->func)));
		json_object_object_add(object, "id", json_object_new_int64(component->prog.id));
		json_object_object_add(
			object, "name",
			json_bytes(component->prog.name, sizeof(component->prog.name)));
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *json_messages(const struct messages *messages)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < messages->count; i++) {
		const struct message *message = &messages->list[i];
		struct json_object *object = json_object_new_object();

		json_object_object_add(object, "text",
				       json_bytes(message->text, sizeof(message->text)));
		json_object_object_add(object, "source", json_object_new_string(message->source));
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *json_u32s(const struct u32s *numbers)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < numbers->count; i++)
		json_object_array_add(array, json_object_new_int64(numbers->list[i]));
	return array;
}

static struct json_object *json_texts(const struct texts *texts)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < texts->count; i++)
		json_object_array_add(array, json_text(texts->list[i]));
	return array;
}

static struct json_object *json_stack(const struct stack *stack)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < stack->count; i++) {
		char text[FRAME_SIZE];

		frame_print(text, &stack->list[i]);
		json_object_array_add(array, json_object_new_string(text));
	}
	return array;
}

struct json_object *json_value(const struct field *field, const struct event *event)
{
	const void *value = field_value(field, event);
	char buffer[16];

	switch (field->type) {
	case FIELD_TIME:
		return json_time(*(const uint64_t *)value);
	case FIELD_ACTION:
		return json_object_new_string(action_name(*(const enum action *)value));
	case FIELD_WORD:
		return json_object_new_string(*(const char *const *)value);
	case FIELD_BYTES:
		return json_bytes(value, WIRE_MSG);
	case FIELD_TEXT:
		return json_text(*(const char *const *)value);
	case FIELD_ERRNO:
		return json_object_new_int(*(const int *)value);
	case FIELD_ERROR:
		return json_object_new_string(error_name(*(const int *)value, buffer));
	case FIELD_U32:
		return json_object_new_int64(*(const uint32_t *)value);
	case FIELD_U64:
		return json_object_new_uint64(*(const uint64_t *)value);
	case FIELD_NUMBER:
		return json_object_new_int64(((const struct number *)value)->value);
	case FIELD_U32S:
		return json_u32s(value);
	case FIELD_TEXTS:
		return json_texts(value);
	case FIELD_COMPONENTS:
		return json_components(value);
	case FIELD_MESSAGES:
		return json_messages(value);
	case FIELD_CALLS:
		return json_calls(event, 0);
	case FIELD_STACK:
		return json_stack(value);
	}
	return NULL;
}
