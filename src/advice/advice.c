// SPDX-License-Identifier: GPL-2.0
#include "advice/advice.h"

#include "advice/expand.h"
#include "filter/filter.h"
#include "util/cleanup.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#define TEXT_MAX 1024 /* of a message that is looked at */

const struct rule *rule_at(size_t index)
{
	for (size_t i = 0; rule_tables[i]; i++) {
		if (index < rule_tables[i]->count)
			return &rule_tables[i]->list[index];
		index -= rule_tables[i]->count;
	}
	return NULL;
}

const struct rule *rule_find(const char *id)
{
	const struct rule *rule;

	for (size_t i = 0; (rule = rule_at(i)); i++) {
		if (!strcmp(rule->id, id))
			return rule;
	}
	return NULL;
}

const char *confidence_name(enum confidence confidence)
{
	static const char *const names[] = {
		[CONFIDENCE_POSSIBLE] = "possible",
		[CONFIDENCE_LIKELY] = "likely",
		[CONFIDENCE_CERTAIN] = "certain",
	};

	return confidence < ARRAY_SIZE(names) ? names[confidence] : NULL;
}

/* All of @text, or what follows one of its colons. */
static bool pattern_matches(const char *pattern, const char *text)
{
	while (text) {
		if (!fnmatch(pattern, text, FNM_NOESCAPE | FNM_CASEFOLD))
			return true;
		text = strstr(text, ": ");
		if (text)
			text += strlen(": ");
	}
	return false;
}

static bool texts_match(const struct rule *rule, const char *text)
{
	for (size_t i = 0; i < RULE_TEXTS && rule->texts[i]; i++) {
		if (pattern_matches(rule->texts[i], text))
			return true;
	}
	return false;
}

/* The log's lines end with a newline, and tools put a full stop behind what they print. */
static bool rule_knows(const struct rule *rule, const char *message)
{
	char text[TEXT_MAX];
	size_t length;

	snprintf(text, sizeof(text), "%s", message);
	length = strlen(text);
	while (length && strchr(" \t\r\n", text[length - 1]))
		text[--length] = '\0';
	if (!length)
		return false;
	if (texts_match(rule, text))
		return true;
	if (text[length - 1] != '.')
		return false;
	text[length - 1] = '\0';
	return texts_match(rule, text);
}

bool rule_is_of_driver(const struct rule *rule, const char *driver)
{
	const char *at = rule->drivers;
	size_t length = strlen(driver);

	while (at && length) {
		size_t end = strcspn(at, "|");

		if (end == length && !strncmp(at, driver, length))
			return true;
		at = at[end] ? at + end + 1 : NULL;
	}
	return false;
}

int advisor_init(struct advisor *ret)
{
	const struct rule *rule;
	struct filter_error error;
	int err = 0;

	*ret = (struct advisor){};
	for (size_t i = 0; !err && i < ADVICE_MAX && (rule = rule_at(i)); i++) {
		if (rule->when)
			err = filter_parse(rule->when, &ret->when[i], &error);
	}
	if (err)
		advisor_release(ret);
	return err;
}

void advisor_release(struct advisor *advisor)
{
	for (size_t i = 0; i < ADVICE_MAX; i++)
		filter_free(advisor->when[i]);
	*advisor = (struct advisor){};
}

const char *rule_problem(const struct rule *rule, char *buffer, size_t size)
{
	struct filter *filter = NULL;
	struct filter_error error;

	if (!rule->when)
		return NULL;
	if (!filter_parse(rule->when, &filter, &error)) {
		filter_free(filter);
		return NULL;
	}
	snprintf(buffer, size, "%zu: %s", error.column, error.message);
	return buffer;
}

static bool is_about_programs(const struct event *event)
{
	return event->action == ACTION_INSTALL || event->action == ACTION_REPLACE ||
	       event->action == ACTION_REMOVE;
}

/*
 * Of a failure without a reason: what is known of it has to speak for the rule. One that knows a
 * text needs more than an errno, and is not certain: somewhere the text has been.
 */
static enum confidence guess(const struct rule *rule, const struct filter *when,
			     const struct event *event)
{
	if (rule->error ? rule->error != event->error : !rule->when)
		return 0;
	if (rule->pool ? event->action != ACTION_POOL_SETUP : !is_about_programs(event))
		return 0;
	if (rule->drivers && !rule_is_of_driver(rule, event->driver))
		return 0;
	if (rule->texts[0] && !rule->drivers && !rule->when)
		return 0;
	if (rule->when && !filter_matches(when, event))
		return 0;
	if (!rule->texts[0])
		return rule->confidence;
	return rule->when ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
}

/* How much a rule knows of the event. */
static unsigned int weight(const struct advice *advice, const struct event *event)
{
	const struct rule *rule = advice->rule;

	return 4 * advice->confidence + 2 * rule_is_of_driver(rule, event->driver) +
	       (rule->when != NULL);
}

/* Puts a rule behind those that weigh as much: the tables' order tells then. Returns the new count.
 */
static size_t insert(struct advice *list, size_t count, struct advice found,
		     const struct event *event)
{
	size_t at = count;

	for (; at && weight(&list[at - 1], event) < weight(&found, event); at--)
		list[at] = list[at - 1];
	list[at] = found;
	return count + 1;
}

static size_t find_by_text(const char *text, const struct event *event, struct advice *ret,
			   size_t max)
{
	const struct rule *rule;
	size_t count = 0;

	for (size_t i = 0; count < max && (rule = rule_at(i)); i++) {
		struct advice found = { rule, rule->confidence };

		if (rule_knows(rule, text))
			count = insert(ret, count, found, event);
	}
	return count;
}

static size_t find_by_silence(const struct advisor *advisor, const struct event *event,
			      struct advice *ret, size_t max)
{
	struct filter *const *when = advisor->when;
	size_t count = 0;

	/* Not by rule_at(): storms of failures are of this kind. */
	for (size_t table = 0; rule_tables[table]; table++) {
		const struct rule *rule = rule_tables[table]->list;

		for (size_t left = rule_tables[table]->count; left; left--, rule++, when++) {
			struct advice found = { rule, guess(rule, *when, event) };

			if (found.confidence && count < max)
				count = insert(ret, count, found, event);
		}
	}
	return count;
}

/* A line in the log may be about something else. */
static bool is_silent(const struct event *event)
{
	return !event->reason[0] || (event->reason_source && !strcmp(event->reason_source, "log"));
}

/* What was said beside the reason explains a failure only if a driver has put it into the log. */
static size_t find_by_warnings(const struct event *event, struct advice *ret, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; !count && i < event->warnings.count; i++) {
		const struct message *warning = &event->warnings.list[i];

		if (!event->error || (warning->source && !strcmp(warning->source, "log")))
			count = find_by_text(warning->text, event, ret, max);
	}
	return count;
}

size_t advisor_find(const struct advisor *advisor, const struct event *event, struct advice *ret,
		    size_t max)
{
	size_t count = 0;

	if (event->error && event->reason[0])
		count = find_by_text(event->reason, event, ret, max);
	if (!count)
		count = find_by_warnings(event, ret, max);
	if (!count && event->error && is_silent(event))
		count = find_by_silence(advisor, event, ret, max);
	return count;
}

/* What a text means depends on nothing but the driver, and in a storm it is always the same one. */
static bool is_last(const struct advisor *advisor, const struct event *event)
{
	return event->reason[0] && !strcmp(advisor->last.reason, event->reason) &&
	       !strcmp(advisor->last.driver, event->driver);
}

static struct advice find_best(struct advisor *advisor, const struct event *event)
{
	struct advice found[ADVICE_MAX] = {};

	if (is_last(advisor, event))
		return advisor->last.advice;
	advisor_find(advisor, event, found, ARRAY_SIZE(found));
	if (event->reason[0] && found[0].rule && rule_knows(found[0].rule, event->reason)) {
		memcpy(advisor->last.reason, event->reason, sizeof(event->reason));
		memcpy(advisor->last.driver, event->driver, sizeof(event->driver));
		advisor->last.advice = found[0];
	}
	return found[0];
}

void advisor_advise(struct advisor *advisor, struct event *event)
{
	struct advice best = {};

	if (event->error || event->reason[0] || event->warnings.count)
		best = find_best(advisor, event);
	if (!best.rule)
		return;
	event->advice.cause = best.rule->cause;
	event->advice.confidence = confidence_name(best.confidence);
	event->advice.rule = best.rule->id;
	remedy_expand(event->advice.remedy, best.rule->remedy, event, NULL);
}

size_t advice_for_text(const char *text, const struct rule **ret, size_t max)
{
	const struct rule *rule;
	size_t count = 0;

	for (size_t i = 0; count < max && (rule = rule_at(i)); i++) {
		if (rule_knows(rule, text))
			ret[count++] = rule;
	}
	return count;
}

size_t advice_for_error(int error, const struct rule **ret, size_t max)
{
	const struct rule *rule;
	size_t count = 0;

	for (int spoken = 0; spoken < 2; spoken++) {
		for (size_t i = 0; count < max && (rule = rule_at(i)); i++) {
			if (rule->error == error && (rule->texts[0] != NULL) == spoken)
				ret[count++] = rule;
		}
	}
	return count;
}
