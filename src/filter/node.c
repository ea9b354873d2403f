// SPDX-License-Identifier: GPL-2.0
/* The tree of an expression: made, printed, taken down. */
#include "filter/filter.h"

#include "util/cleanup.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static struct filter *filter_new(enum filter_op op, const struct field *field)
{
	struct filter *filter = calloc(1, sizeof(*filter));

	if (filter) {
		filter->op = op;
		filter->field = field;
	}
	return filter;
}

struct filter *filter_of_text(const struct field *field, enum filter_op op, const char *text)
{
	struct filter *filter = filter_new(op, field);

	if (filter)
		filter->text = strdup(text);
	if (filter && filter->text)
		return filter;
	filter_free(filter);
	return NULL;
}

struct filter *filter_of_number(const struct field *field, enum filter_op op, int64_t number)
{
	struct filter *filter = filter_new(op, field);

	if (filter)
		filter->number = number;
	return filter;
}

struct filter *filter_of_presence(const struct field *field)
{
	return filter_new(FILTER_PRESENT, field);
}

/* Takes @part over. Returns false, and frees it, if there is no memory. */
static bool filter_add(struct filter *filter, struct filter *part)
{
	struct filter **parts;

	parts = reallocarray(filter->parts, filter->count + 1, sizeof(struct filter *));
	if (!parts) {
		filter_free(part);
		return false;
	}
	filter->parts = parts;
	parts[filter->count++] = part;
	return true;
}

struct filter *filter_join(enum filter_op op, struct filter *a, struct filter *b)
{
	struct filter *joint = a;

	if (!a || !b)
		return b;
	if (a->op != op) {
		joint = filter_new(op, NULL);
		if (!joint) {
			filter_free(a);
			filter_free(b);
			return NULL;
		}
		if (!filter_add(joint, a)) {
			filter_free(joint);
			filter_free(b);
			return NULL;
		}
	}
	if (filter_add(joint, b))
		return joint;
	filter_free(joint);
	return NULL;
}

struct filter *filter_negate(struct filter *part)
{
	struct filter *filter = part ? filter_new(FILTER_NOT, NULL) : NULL;

	if (!filter) {
		filter_free(part);
		return NULL;
	}
	if (filter_add(filter, part))
		return filter;
	filter_free(filter);
	return NULL;
}

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	for (size_t i = 0; i < filter->count; i++)
		filter_free(filter->parts[i]);
	free(filter->parts);
	free(filter->text);
	free(filter);
}

static void print_text(const char *text, FILE *out)
{
	putc('"', out);
	for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
		if (*at == '"' || *at == '\\')
			fprintf(out, "\\%c", *at);
		else if (*at >= ' ' && *at < 0x7f)
			putc(*at, out);
		else
			fprintf(out, "\\x%02x", *at);
	}
	putc('"', out);
}

static void print_group(const struct filter *filter, FILE *out)
{
	putc('(', out);
	filter_print(filter, out);
	putc(')', out);
}

/* As few parentheses as there can be: there were no fewer where it came from. */
static void print_joint(const struct filter *filter, FILE *out)
{
	for (size_t i = 0; i < filter->count; i++) {
		const struct filter *part = filter->parts[i];

		if (i)
			fputs(filter->op == FILTER_ANY ? " || " : " && ", out);
		if (part->op == FILTER_ANY || part->op == filter->op)
			print_group(part, out);
		else
			filter_print(part, out);
	}
}

static void print_not(const struct filter *part, FILE *out)
{
	putc('!', out);
	if (part->op == FILTER_NOT || part->op == FILTER_PRESENT)
		filter_print(part, out);
	else
		print_group(part, out);
}

void filter_print(const struct filter *filter, FILE *out)
{
	static const char *const signs[] = {
		[FILTER_EQUAL] = "==",   [FILTER_UNEQUAL] = "!=", [FILTER_LESS] = "<",
		[FILTER_AT_MOST] = "<=", [FILTER_MORE] = ">",     [FILTER_AT_LEAST] = ">=",
		[FILTER_GLOB] = "=~",    [FILTER_NO_GLOB] = "!~",
	};

	switch (filter->op) {
	case FILTER_ANY:
	case FILTER_ALL:
		print_joint(filter, out);
		return;
	case FILTER_NOT:
		print_not(filter->parts[0], out);
		return;
	case FILTER_PRESENT:
		fputs(filter->field->path, out);
		return;
	default:
		fprintf(out, "%s %s ", filter->field->path, signs[filter->op]);
		if (filter->text)
			print_text(filter->text, out);
		else
			fprintf(out, "%" PRId64, filter->number);
	}
}
