// SPDX-License-Identifier: GPL-2.0
#include "filter_property.h"

#include "filter/filter.h"
#include "filter/push.h"
#include "util/cleanup.h"

#include <errno.h>
#include <string.h>

static bool is_same(const struct filter *a, const struct filter *b)
{
	if (a->op != b->op || a->field != b->field || a->count != b->count ||
	    a->number != b->number || !a->text != !b->text)
		return false;
	if (a->text && strcmp(a->text, b->text))
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (!is_same(a->parts[i], b->parts[i]))
			return false;
	}
	return true;
}

static const char *judge_error(const struct filter_error *error, size_t length)
{
	if (error->column < 1 || error->column > length + 1)
		return "the column of the mistake is outside of the expression";
	if (!memchr(error->message, '\0', sizeof(error->message)) || !*error->message)
		return "there is no message";
	for (const char *at = error->message; *at; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return "the message is not printable";
	}
	return NULL;
}

/* Printed and parsed again it is the same tree, unless that is too long by escapes and spaces. */
static const char *judge_tree(const struct filter *filter)
{
	_cleanup_(free_pointer) char *text = NULL;
	struct filter_error error;
	struct filter *again = NULL;
	const char *wrong = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int err;

	if (!out)
		return "no memory";
	filter_print(filter, out);
	if (fclose(out))
		return "no memory";
	if (size > FILTER_LENGTH)
		return NULL;
	err = filter_parse(text, &again, &error);
	if (err)
		wrong = "what is printed can not be parsed";
	else if (!is_same(filter, again))
		wrong = "what is printed is something else";
	filter_free(again);
	return wrong;
}

const char *filter_property(const char *data, size_t size)
{
	static const struct event nothing = {};
	_cleanup_(free_pointer) char *text = strndup(data, size);
	struct filter *filter = NULL;
	struct filter_error error = {};
	struct wire_filter pushed;
	const char *wrong;
	int err;

	if (!text)
		return "no memory";
	err = filter_parse(text, &filter, &error);
	if (err)
		return err != -EINVAL ? "no memory"
		       : filter       ? "there is a tree beside the mistake"
				      : judge_error(&error, strlen(text));
	wrong = judge_tree(filter);
	filter_push(filter, &pushed);
	if (pushed.count > WIRE_TERMS)
		wrong = "more terms than there is room for";
	filter_matches(filter, &nothing);
	filter_free(filter);
	return wrong;
}
