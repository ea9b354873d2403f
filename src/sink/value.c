// SPDX-License-Identifier: GPL-2.0
/* Values of fields as text. */
#include "sink/text.h"

#include "util/cleanup.h"
#include "util/escape.h"

#include <string.h>

/* Sparing: how it ended, and why. */
void text_colour(FILE *out, const struct style *style, enum colour colour)
{
	static const char *const codes[] = {
		[COLOUR_NONE] = "\033[0m",      [COLOUR_DONE] = "\033[1m",
		[COLOUR_FAILED] = "\033[1;31m", [COLOUR_UNKNOWN] = "\033[1;33m",
		[COLOUR_ERROR] = "\033[31m",    [COLOUR_REASON] = "\033[33m",
	};

	if (style->colours)
		fputs(codes[colour], out);
}

/* A space, a quote or a key would make the line ambiguous. */
void text_bytes(FILE *out, const char *bytes, bool quoted)
{
	size_t length = strlen(bytes);
	_cleanup_(free_pointer) char *escaped = malloc(ESCAPE_SIZE(length));

	if (!escaped)
		return;
	escape_bytes(escaped, bytes, length);
	if (!quoted && !escaped[strcspn(escaped, " \"=")]) {
		fputs(escaped, out);
		return;
	}
	fputc('"', out);
	for (const char *c = escaped; *c; c++) {
		if (*c == '"')
			fputc('\\', out);
		fputc(*c, out);
	}
	fputc('"', out);
}

void text_plain(FILE *out, const char *bytes)
{
	_cleanup_(free_pointer) char *escaped = malloc(ESCAPE_SIZE(strlen(bytes)));

	if (!escaped)
		return;
	escape_bytes(escaped, bytes, strlen(bytes));
	fputs(escaped, out);
}

/* As in 0:name,1:name. The kernel lets none of these have a space or a quote. */
static void text_components(FILE *out, const struct components *components)
{
	for (size_t i = 0; i < components->count; i++) {
		const struct component *component = &components->list[i];
		struct number slot = component_slot(component->func);

		if (i)
			fputc(',', out);
		if (slot.known)
			fprintf(out, "%u", slot.value);
		else
			text_bytes(out, component->func, false);
		fputc(':', out);
		text_bytes(out, component->prog.name, false);
	}
}

/* As in 7,8,9. */
static void text_u32s(FILE *out, const struct u32s *numbers)
{
	for (size_t i = 0; i < numbers->count; i++)
		fprintf(out, "%s%u", i ? "," : "", numbers->list[i]);
}

static void text_texts(FILE *out, const struct texts *texts)
{
	for (size_t i = 0; i < texts->count; i++) {
		if (i)
			fputc(',', out);
		text_bytes(out, texts->list[i], false);
	}
}

/* As in "one" (extack), "another" (log). */
static void text_messages(FILE *out, const struct messages *messages)
{
	for (size_t i = 0; i < messages->count; i++) {
		fputs(i ? ", " : "", out);
		text_bytes(out, messages->list[i].text, true);
		fprintf(out, " (%s)", messages->list[i].source);
	}
}

static enum colour colour_of(const struct field *field)
{
	switch (field->type) {
	case FIELD_ERRNO:
	case FIELD_ERROR:
		return COLOUR_ERROR;
	default:
		return strcmp(field->path, "reason") ? COLOUR_NONE : COLOUR_REASON;
	}
}

static void print_value(FILE *out, const struct field *field, const struct event *event,
			bool quoted)
{
	const void *value = field_value(field, event);
	char buffer[16], duration[DURATION_SIZE];

	switch (field->type) {
	case FIELD_WORD:
		fputs(*(const char *const *)value, out);
		break;
	case FIELD_BYTES:
		text_bytes(out, value, quoted);
		break;
	case FIELD_TEXT:
		text_bytes(out, *(const char *const *)value, quoted);
		break;
	case FIELD_ERRNO:
		fprintf(out, "%d (%s)", *(const int *)value,
			error_name(*(const int *)value, buffer));
		break;
	case FIELD_U32:
		fprintf(out, "%u", *(const uint32_t *)value);
		break;
	case FIELD_U64:
		duration_print(duration, *(const uint64_t *)value);
		fputs(duration, out);
		break;
	case FIELD_NUMBER:
		fprintf(out, "%u", ((const struct number *)value)->value);
		break;
	case FIELD_U32S:
		text_u32s(out, value);
		break;
	case FIELD_TEXTS:
		text_texts(out, value);
		break;
	case FIELD_COMPONENTS:
		text_components(out, value);
		break;
	case FIELD_MESSAGES:
		text_messages(out, value);
		break;
	default:
		break;
	}
}

/* A value as the field's name and unit have it, where the line of a sentence is more talkative. */
static void print_exact(FILE *out, const struct style *style, const struct field *field,
			const struct event *event)
{
	const void *value = field_value(field, event);
	char buffer[16], time[TIME_SIZE];

	switch (field->type) {
	case FIELD_TIME:
		if (value == &event->time_ns)
			time_print(time, style, event);
		else /* of something earlier */
			time_print_utc(time, *(const uint64_t *)value);
		text_bytes(out, time, false);
		break;
	case FIELD_ACTION:
		fputs(action_name(*(const enum action *)value), out);
		break;
	case FIELD_ERRNO:
		fprintf(out, "%d", *(const int *)value);
		break;
	case FIELD_ERROR:
		fputs(error_name(*(const int *)value, buffer), out);
		break;
	case FIELD_U64:
		fprintf(out, "%llu", (unsigned long long)*(const uint64_t *)value);
		break;
	default:
		print_value(out, field, event, colour_of(field) == COLOUR_REASON);
		break;
	}
}

static void text_coloured(FILE *out, const struct style *style, const struct field *field,
			  const struct event *event, bool exact, bool quoted)
{
	enum colour colour = colour_of(field);

	if (colour)
		text_colour(out, style, colour);
	if (exact)
		print_exact(out, style, field, event);
	else
		print_value(out, field, event, quoted);
	if (colour)
		text_colour(out, style, COLOUR_NONE);
}

void text_value(FILE *out, const struct style *style, const struct field *field,
		const struct event *event, bool quoted)
{
	text_coloured(out, style, field, event, false, quoted);
}

void text_exact(FILE *out, const struct style *style, const struct field *field,
		const struct event *event)
{
	text_coloured(out, style, field, event, true, false);
}
