// SPDX-License-Identifier: GPL-2.0
#include "expressions.h"

#include "event/words.h"
#include "filter/operands.h"
#include "helpers.h"

#include <string.h>

#define DEPTH 3

static const char *pick(uint64_t *state, const char *const *from, size_t count)
{
	return from[random_next(state) % count];
}

/* A value that an event may well have, and others. */
static void add_value(uint64_t *state, const struct field *field, FILE *out)
{
	static const char *const numbers[] = { "0", "1", "2", "3", "0x7", "4026531840", "100" };
	static const char *const errors[] = { "-17", "-0x16", "-1", "0", "5" };
	static const char *const texts[] = { "\"eth0\"",  "\"eth1\"",  "\"e*\"",
					     "\"\"",      "\"*\"",     "\"agent\"",
					     "\"EBUSY\"", "\"\\x01\"", "\"a\\\"[\"" };
	size_t words = 0;

	while (field_word(field, words))
		words++;
	if (words)
		fprintf(out, "\"%s\"", field_word(field, random_next(state) % words));
	else if (field->type == FIELD_ERRNO)
		fputs(pick(state, errors, ARRAY_SIZE(errors)), out);
	else if (field_takes_texts(field) && field->type != FIELD_COMPONENTS)
		fputs(pick(state, texts, ARRAY_SIZE(texts)), out);
	else
		fputs(pick(state, numbers, ARRAY_SIZE(numbers)), out);
}

static void add_comparison(uint64_t *state, FILE *out)
{
	static const char *const number_ops[] = { "==", "!=", "<", "<=", ">", ">=", "==", "==" };
	static const char *const text_ops[] = { "==", "!=", "=~", "!~", "==", "==" };
	/* those that can be told in the kernel come often */
	static const char *const frequent[] = { "dev.ifname", "dev.ifindex", "dev.netns", "result",
						"task.pid",   "task.comm",   "errno" };
	const struct field *field = &fields[random_next(state) % fields_count];

	if (random_next(state) % 2)
		field = field_find(pick(state, frequent, ARRAY_SIZE(frequent)));
	fputs(field->path, out);
	if (random_next(state) % 8 == 0 ||
	    (!field_takes_texts(field) && !field_takes_numbers(field)))
		return;
	if (field_takes_texts(field) && field->type != FIELD_COMPONENTS)
		fprintf(out, " %s ", pick(state, text_ops, ARRAY_SIZE(text_ops)));
	else
		fprintf(out, "%s", pick(state, number_ops, ARRAY_SIZE(number_ops)));
	add_value(state, field, out);
}

static void add_part(uint64_t *state, int depth, FILE *out)
{
	size_t count = 2 + random_next(state) % 2;
	const char *sign = random_next(state) % 2 ? " || " : "&&";

	if (random_next(state) % 5 == 0)
		putc('!', out);
	if (depth == DEPTH || random_next(state) % 3 == 0) {
		add_comparison(state, out);
		return;
	}
	putc('(', out);
	for (size_t i = 0; i < count; i++) {
		if (i)
			fputs(sign, out);
		add_part(state, depth + 1, out);
	}
	putc(')', out);
}

void expression_random(uint64_t *state, char *to, size_t size)
{
	FILE *out = fmemopen(to, size, "w");

	assert_non_null(out);
	add_part(state, 0, out);
	assert_int_equal(fclose(out), 0);
}

static void spoil_once(uint64_t *state, char *text, size_t size)
{
	static const char bytes[] = "()!&|=~<>\"\\x0-9a.e_ \n\x80\xff";
	size_t length = strlen(text), at = length ? random_next(state) % length : 0;
	size_t some = length ? random_next(state) % (length - at) : 0;

	if (!length)
		return;
	switch (random_next(state) % 4) {
	case 0:
		text[at] = bytes[random_next(state) % (sizeof(bytes) - 1)];
		break;
	case 1:
		memmove(text + at, text + at + some, length - at - some + 1);
		break;
	case 2:
		if (length + 1 < size) {
			memmove(text + at + 1, text + at, length - at + 1);
			text[at] = bytes[random_next(state) % (sizeof(bytes) - 1)];
		}
		break;
	default:
		if (length + some < size)
			memmove(text + at + some, text + at, length - at + 1);
	}
}

void expression_spoil(uint64_t *state, char *text, size_t size)
{
	for (uint32_t times = 1 + random_next(state) % 4; times; times--)
		spoil_once(state, text, size);
}
