// SPDX-License-Identifier: GPL-2.0
/* Whether an event is what an expression asks for. */
#include "filter/operands.h"

static bool number_compares(enum filter_op op, int64_t number, int64_t wanted)
{
	switch (op) {
	case FILTER_EQUAL:
		return number == wanted;
	case FILTER_UNEQUAL:
		return number != wanted;
	case FILTER_LESS:
		return number < wanted;
	case FILTER_AT_MOST:
		return number <= wanted;
	case FILTER_MORE:
		return number > wanted;
	case FILTER_AT_LEAST:
		return number >= wanted;
	default:
		return false;
	}
}

/* Durations beyond 292 years are as long as that. */
static int64_t number_of(const struct field *field, const struct event *event)
{
	const void *value = field_value(field, event);
	uint64_t large;

	switch (field->type) {
	case FIELD_ERRNO:
		return *(const int *)value;
	case FIELD_NUMBER:
		return ((const struct number *)value)->value;
	case FIELD_U64:
		large = *(const uint64_t *)value;
		return large > INT64_MAX ? INT64_MAX : (int64_t)large;
	default:
		return *(const uint32_t *)value;
	}
}

static const char *text_of(const struct field *field, const struct event *event, char buffer[16])
{
	const void *value = field_value(field, event);

	switch (field->type) {
	case FIELD_ACTION:
		return action_name(*(const enum action *)value);
	case FIELD_WORD:
	case FIELD_TEXT:
		return *(const char *const *)value;
	case FIELD_ERROR:
		return error_name(*(const int *)value, buffer);
	default:
		return value;
	}
}

static bool text_matches(const struct filter *filter, const char *text)
{
	return text_compares(filter->op, text, filter->text);
}

static bool number_matches(const struct filter *filter, int64_t number)
{
	return number_compares(filter->op, number, filter->number);
}

static bool components_match(const struct filter *filter, const struct components *components)
{
	for (size_t i = 0; i < components->count; i++) {
		const struct wire_prog *prog = &components->list[i].prog;

		if (filter->text ? text_matches(filter, prog->name)
				 : number_matches(filter, prog->id))
			return true;
	}
	return false;
}

static bool texts_match(const struct filter *filter, const struct texts *texts)
{
	for (size_t i = 0; i < texts->count; i++) {
		if (text_matches(filter, texts->list[i]))
			return true;
	}
	return false;
}

static bool messages_match(const struct filter *filter, const struct messages *messages)
{
	for (size_t i = 0; i < messages->count; i++) {
		if (text_matches(filter, messages->list[i].text))
			return true;
	}
	return false;
}

static bool u32s_match(const struct filter *filter, const struct u32s *numbers)
{
	for (size_t i = 0; i < numbers->count; i++) {
		if (number_matches(filter, numbers->list[i]))
			return true;
	}
	return false;
}

/* A list matches if any of its elements does. */
static bool comparison_matches(const struct filter *filter, const struct event *event)
{
	const struct field *field = filter->field;
	char buffer[16];

	if (!field_is_present(field, event))
		return false;
	switch (field->type) {
	case FIELD_COMPONENTS:
		return components_match(filter, field_value(field, event));
	case FIELD_TEXTS:
		return texts_match(filter, field_value(field, event));
	case FIELD_MESSAGES:
		return messages_match(filter, field_value(field, event));
	case FIELD_U32S:
		return u32s_match(filter, field_value(field, event));
	default:
		if (filter->text)
			return text_matches(filter, text_of(field, event, buffer));
		return number_matches(filter, number_of(field, event));
	}
}

/* Whether one of the parts is @wanted. */
static bool some_part(const struct filter *filter, const struct event *event, bool wanted)
{
	for (size_t i = 0; i < filter->count; i++) {
		if (filter_matches(filter->parts[i], event) == wanted)
			return true;
	}
	return false;
}

bool filter_matches(const struct filter *filter, const struct event *event)
{
	if (!filter)
		return true;
	switch (filter->op) {
	case FILTER_ANY:
		return some_part(filter, event, true);
	case FILTER_ALL:
		return !some_part(filter, event, false);
	case FILTER_NOT:
		return !filter_matches(filter->parts[0], event);
	case FILTER_PRESENT:
		return field_is_present(filter->field, event);
	default:
		return comparison_matches(filter, event);
	}
}
