// SPDX-License-Identifier: GPL-2.0
#include "filter/push.h"

#include "filter/operands.h"
#include "util/cleanup.h"

#include <string.h>

/* What is known of an expression when the event is a failure to change a device's program. */
enum known {
	NEVER,  /* it does not hold */
	ALWAYS, /* it does */
	MAYBE,  /* that is for userspace to say */
	TERM,   /* that is for the kernel side to say, by a term */
};

static const char *const term_paths[] = {
	[WIRE_TERM_PID] = "task.pid",        [WIRE_TERM_COMM] = "task.comm",
	[WIRE_TERM_IFNAME] = "dev.ifname",   [WIRE_TERM_IFINDEX] = "dev.ifindex",
	[WIRE_TERM_NETNS] = "dev.netns",     [WIRE_TERM_RET] = "errno",
	[WIRE_TERM_ALTNAME] = "dev.altname",
};

/* Fields that such an event has not: only operations of another kind do. */
static bool is_absent(const struct field *field)
{
	static const char *const absent[] = { "old_dev.", "dispatcher.", "component.", "xsk.",
					      "map." };

	for (size_t i = 0; i < ARRAY_SIZE(absent); i++) {
		if (!strncmp(field->path, absent[i], strlen(absent[i])))
			return true;
	}
	return false;
}

/* The words of a field with which such an event may come; NULL: any. */
static const char *const *possible_words(const struct field *field)
{
	static const char *const results[] = { "error", NULL };
	static const char *const actions[] = { "install", "replace", "remove", NULL };

	if (!strcmp(field->path, "result"))
		return results;
	if (!strcmp(field->path, "action"))
		return actions;
	return NULL;
}

static enum known known_by_words(const struct filter *filter, const char *const *words)
{
	size_t holds = 0, count = 0;

	for (; words[count]; count++)
		holds += text_compares(filter->op, words[count], filter->text);
	return !holds ? NEVER : holds == count ? ALWAYS : MAYBE;
}

/* Bytes up to the NUL, which is one of them; what is behind it in the kernel's array is chance. */
static bool push_text(const char *text, struct wire_term *ret)
{
	size_t size = strlen(text) + 1;

	if (size > sizeof(ret->wanted))
		return false;
	memcpy(ret->wanted, text, size);
	memset(ret->mask, 0xff, size);
	return true;
}

static enum known push_comparison(const struct filter *filter, struct wire_term *ret)
{
	for (size_t kind = 0; kind < ARRAY_SIZE(term_paths); kind++) {
		if (strcmp(filter->field->path, term_paths[kind]))
			continue;
		*ret = (struct wire_term){ .kind = kind };
		if (kind == WIRE_TERM_ALTNAME) {
			ret->wanted[0] = ret->mask[0] = 1;
			return TERM;
		}
		if (filter->text)
			return *filter->text && push_text(filter->text, ret) ? TERM : NEVER;
		if (!filter->number) /* that is how they say that they are absent */
			return NEVER;
		ret->wanted[0] = (uint32_t)filter->number;
		ret->mask[0] = UINT32_MAX;
		return TERM;
	}
	return MAYBE;
}

static enum known known_of(const struct filter *filter, struct wire_term *ret);

static enum known known_of_joint(const struct filter *filter, struct wire_term *ret)
{
	enum known decides = filter->op == FILTER_ANY ? ALWAYS : NEVER;
	enum known other = filter->op == FILTER_ANY ? NEVER : ALWAYS;
	bool all_other = true;

	for (size_t i = 0; i < filter->count; i++) {
		enum known known = known_of(filter->parts[i], ret);

		if (known == decides)
			return decides;
		all_other &= known == other;
	}
	return all_other ? other : MAYBE;
}

/* TERM comes with @ret filled in. */
static enum known known_of(const struct filter *filter, struct wire_term *ret)
{
	const char *path = filter->field ? filter->field->path : NULL;
	const char *const *words;
	enum known known;

	switch (filter->op) {
	case FILTER_ANY:
	case FILTER_ALL:
		return known_of_joint(filter, ret);
	case FILTER_NOT:
		known = known_of(filter->parts[0], ret);
		return known == NEVER ? ALWAYS : known == ALWAYS ? NEVER : MAYBE;
	default:
		break;
	}
	if (is_absent(filter->field))
		return NEVER;
	words = possible_words(filter->field);
	if (filter->op == FILTER_PRESENT)
		return words || !strcmp(path, "errno") || !strcmp(path, "error") ? ALWAYS : MAYBE;
	if (words)
		return known_by_words(filter, words);
	return filter->op == FILTER_EQUAL ? push_comparison(filter, ret) : MAYBE;
}

/* A set of terms one of which must hold, from one that all events pass. */
static void push_set(const struct filter *filter, struct wire_filter *ret)
{
	bool any = filter->op == FILTER_ANY;
	uint32_t first = ret->count, count = first;

	for (size_t i = 0; i < (any ? filter->count : 1); i++) {
		struct wire_term term;
		enum known known = known_of(any ? filter->parts[i] : filter, &term);

		if (known == NEVER)
			continue;
		if (known != TERM || count == WIRE_TERMS)
			return; /* not a word of it: half a set would drop too much */
		term.is_next = count == first;
		ret->terms[count++] = term;
	}
	ret->count = count;
	ret->none |= count == first;
}

void filter_push(const struct filter *filter, struct wire_filter *ret)
{
	*ret = (struct wire_filter){};
	if (!filter)
		return;
	if (filter->op != FILTER_ALL) {
		push_set(filter, ret);
		return;
	}
	for (size_t i = 0; i < filter->count; i++)
		push_set(filter->parts[i], ret);
}

static struct filter *filter_of_term(const struct wire_term *term)
{
	const struct field *field = field_find(term_paths[term->kind]);

	if (term->kind == WIRE_TERM_ALTNAME)
		return filter_of_presence(field);
	if (field_takes_texts(field))
		return filter_of_text(field, FILTER_EQUAL, (const char *)term->wanted);
	return filter_of_number(field, FILTER_EQUAL,
				term->kind == WIRE_TERM_RET ? (int32_t)term->wanted[0]
							    : (int64_t)term->wanted[0]);
}

void filter_push_print(const struct wire_filter *pushed, FILE *out)
{
	struct filter *all = NULL;
	uint32_t i = 0;

	if (pushed->none) {
		fputs("false", out);
		return;
	}
	while (i < pushed->count) {
		struct filter *any = NULL;

		do
			any = filter_join(FILTER_ANY, any, filter_of_term(&pushed->terms[i++]));
		while (i < pushed->count && !pushed->terms[i].is_next);
		all = filter_join(FILTER_ALL, all, any);
	}
	if (all)
		filter_print(all, out);
	filter_free(all);
}
