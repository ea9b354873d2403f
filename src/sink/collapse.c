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

static void tell(struct collapse *collapse, FILE *out)
{
	if (!collapse->count)
		return;
	fputs("... repeated ", out);
	print_count(out, collapse->count);
	fprintf(out, " time%s in ", collapse->count == 1 ? "" : "s");
	/* Events may come in another order than they ended. */
	print_span(out,
		   collapse->to_ns > collapse->from_ns ? collapse->to_ns - collapse->from_ns : 0);
	fputc('\n', out);
	collapse->count = 0;
	collapse->from_ns = collapse->to_ns;
}

bool collapse_event(struct collapse *collapse, FILE *out, const struct style *style,
		    const struct event *event, uint64_t now_ns)
{
	size_t size;
	char *text = text_without_times(style, event, &size);
	bool same = text && collapse->last && size == collapse->size &&
		    !memcmp(text, collapse->last, size);

	collapse->heard_ns = now_ns;
	if (same) {
		free(text);
		if (!collapse->count++)
			collapse->begin_ns = now_ns;
		collapse->to_ns = event->end_ns;
		return true;
	}
	collapse_end(collapse, out);
	collapse->last = text;
	collapse->size = size;
	collapse->from_ns = collapse->to_ns = event->end_ns;
	return false;
}

uint64_t collapse_due(const struct collapse *collapse)
{
	uint64_t silent_ns = collapse->heard_ns + COLLAPSE_SILENCE;
	uint64_t long_ns = collapse->begin_ns + COLLAPSE_LONG;

	if (!collapse->count)
		return 0;
	return silent_ns < long_ns ? silent_ns : long_ns;
}

void collapse_tick(struct collapse *collapse, FILE *out, uint64_t now_ns)
{
	if (!collapse->count || now_ns < collapse_due(collapse))
		return;
	if (now_ns >= collapse->heard_ns + COLLAPSE_SILENCE)
		collapse_end(collapse, out);
	else
		tell(collapse, out);
}

void collapse_end(struct collapse *collapse, FILE *out)
{
	tell(collapse, out);
	collapse_release(collapse);
}

void collapse_release(struct collapse *collapse)
{
	free(collapse->last);
	collapse->last = NULL;
}
