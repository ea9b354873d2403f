// SPDX-License-Identifier: GPL-2.0
#include "sink/collapse.h"

#include "util/cleanup.h"

#include <stdlib.h>
#include <string.h>

#define MSEC 1000000ULL
#define SEC  (1000 * MSEC)

/*
 * The text of @event as if it had no times. NULL for lack of memory: then it is like none. Whoever
 * calls frees it.
 */
static char *text_without_times(const struct style *style, const struct event *event,
				size_t *ret_size)
{
	_cleanup_(free_pointer) struct call *calls = calloc(event->ncalls + 1, sizeof(*calls));
	struct event timeless = *event;
	struct style plain = *style;
	char *text = NULL;
	FILE *stream = open_memstream(&text, ret_size);

	if (!stream || !calls) {
		if (stream)
			fclose(stream);
		free(text);
		return NULL;
	}
	for (size_t i = 0; i < event->ncalls; i++) {
		calls[i] = event->calls[i];
		calls[i].took_ns = 0;
	}
	timeless.calls = calls;
	timeless.time_ns = timeless.end_ns = 0;
	timeless.took_ns = timeless.driver_took_ns = 0;
	plain.time = TIME_NONE;
	sink_text.event(stream, &plain, &timeless);
	if (!fclose(stream))
		return text;
	free(text);
	return NULL;
}

/* 1234567 as 1,234,567. */
static void print_count(FILE *out, uint64_t count)
{
	if (count >= 1000) {
		print_count(out, count / 1000);
		fprintf(out, ",%03u", (unsigned int)(count % 1000));
	} else {
		fprintf(out, "%u", (unsigned int)count);
	}
}

/* Rounded: below a second to milliseconds. */
static void print_span(FILE *out, uint64_t ns)
{
	if (ns < SEC)
		fprintf(out, "%llu ms", (unsigned long long)((ns + MSEC / 2) / MSEC));
	else
		fprintf(out, "%llu s", (unsigned long long)((ns + SEC / 2) / SEC));
}

/*
 * What it is that was repeated goes without saying below its own line; elsewhere that line, without
 * its times, says so.
 */
static void tell_kind(struct collapse_kind *kind, FILE *out, bool is_named)
{
	fputs("... repeated ", out);
	print_count(out, kind->count);
	fprintf(out, " time%s in ", kind->count == 1 ? "" : "s");
	/* Events may come in another order than they ended. */
	print_span(out, kind->to_ns > kind->from_ns ? kind->to_ns - kind->from_ns : 0);
	if (is_named)
		fprintf(out, ": %.*s", (int)strcspn(kind->text, "\n"), kind->text);
	fputc('\n', out);
	kind->count = 0;
	kind->from_ns = kind->to_ns;
}

/* The last one first, whose line is just above. */
static void tell(struct collapse *collapse, FILE *out)
{
	for (size_t i = collapse->nkinds; i-- > 0;) {
		struct collapse_kind *kind = &collapse->kinds[i];
		bool is_last = i + 1 == collapse->nkinds;

		if (!kind->count)
			continue;
		tell_kind(kind, out, !is_last || collapse->has_left);
		if (!is_last)
			collapse->has_left = true;
	}
	collapse->begin_ns = 0;
}

static void drop(struct collapse *collapse, struct collapse_kind *kind)
{
	struct collapse_kind *end = &collapse->kinds[collapse->nkinds];

	if (kind + 1 == end)
		collapse->has_left = true;
	free(kind->text);
	memmove(kind, kind + 1, (char *)end - (char *)(kind + 1));
	collapse->nkinds--;
}

/* NULL: there is none that @event, as @text, is to be counted with. */
static struct collapse_kind *find(struct collapse *collapse, const struct event *event,
				  const char *text, size_t size)
{
	if (!event->error && collapse->nkinds > 1)
		return NULL;
	for (size_t i = 0; i < collapse->nkinds; i++) {
		struct collapse_kind *kind = &collapse->kinds[i];

		if (kind->size == size && !memcmp(kind->text, text, size))
			return kind;
	}
	return NULL;
}

/* Takes @text. All that there were are told. */
static void add(struct collapse *collapse, const struct event *event, char *text, size_t size)
{
	struct collapse_kind *oldest = collapse->kinds;

	if (!event->error)
		collapse_release(collapse);
	if (collapse->nkinds == COLLAPSE_KINDS) {
		for (size_t i = 1; i < collapse->nkinds; i++) {
			if (collapse->kinds[i].to_ns < oldest->to_ns)
				oldest = &collapse->kinds[i];
		}
		drop(collapse, oldest);
	}
	collapse->kinds[collapse->nkinds++] = (struct collapse_kind){
		.text = text,
		.size = size,
		.from_ns = event->end_ns,
		.to_ns = event->end_ns,
	};
	collapse->has_left = false;
}

bool collapse_event(struct collapse *collapse, FILE *out, const struct style *style,
		    const struct event *event, uint64_t now_ns)
{
	struct collapse_kind *kind;
	size_t size;
	char *text = text_without_times(style, event, &size);

	if (now_ns >= collapse->heard_ns + COLLAPSE_SILENCE)
		collapse_end(collapse, out);
	kind = text ? find(collapse, event, text, size) : NULL;
	collapse->heard_ns = now_ns;
	if (kind) {
		free(text);
		kind->count++;
		kind->to_ns = event->end_ns;
		if (!collapse->begin_ns)
			collapse->begin_ns = now_ns;
		return true;
	}
	tell(collapse, out);
	if (text)
		add(collapse, event, text, size);
	else
		collapse_release(collapse);
	return false;
}

uint64_t collapse_due(const struct collapse *collapse)
{
	uint64_t silent_ns = collapse->heard_ns + COLLAPSE_SILENCE;
	uint64_t long_ns = collapse->begin_ns + COLLAPSE_LONG;

	if (!collapse->begin_ns)
		return 0;
	return silent_ns < long_ns ? silent_ns : long_ns;
}

/* Of a flood that goes on, those that have not come since it was told last are news again. */
static void tell_flood(struct collapse *collapse, FILE *out)
{
	for (size_t i = collapse->nkinds; i-- > 0;) {
		if (!collapse->kinds[i].count)
			drop(collapse, &collapse->kinds[i]);
	}
	tell(collapse, out);
}

void collapse_tick(struct collapse *collapse, FILE *out, uint64_t now_ns)
{
	if (!collapse->begin_ns || now_ns < collapse_due(collapse))
		return;
	if (now_ns >= collapse->heard_ns + COLLAPSE_SILENCE)
		collapse_end(collapse, out);
	else
		tell_flood(collapse, out);
}

void collapse_end(struct collapse *collapse, FILE *out)
{
	tell(collapse, out);
	collapse_release(collapse);
}

void collapse_release(struct collapse *collapse)
{
	for (size_t i = 0; i < collapse->nkinds; i++)
		free(collapse->kinds[i].text);
	collapse->nkinds = 0;
	collapse->begin_ns = 0;
}
