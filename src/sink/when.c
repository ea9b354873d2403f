// SPDX-License-Identifier: GPL-2.0
/* Times and durations. */
#include "sink/text.h"

#include "util/cleanup.h"

#include <time.h>

#define NSEC 1000000000ULL

static void print_seconds(char to[TIME_SIZE], const char *sign, uint64_t ns)
{
	snprintf(to, TIME_SIZE, "%s%llu.%09u", sign, (unsigned long long)(ns / NSEC),
		 (unsigned int)(ns % NSEC));
}

void time_print_utc(char to[TIME_SIZE], uint64_t ns)
{
	time_t seconds = ns / NSEC;
	struct tm tm;
	size_t length;

	gmtime_r(&seconds, &tm);
	length = strftime(to, TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(to + length, TIME_SIZE - length, ".%09uZ", (unsigned int)(ns % NSEC));
}

static void print_local(char to[TIME_SIZE], uint64_t ns)
{
	time_t seconds = ns / NSEC;
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(to, TIME_SIZE, "%Y/%m/%d %H:%M:%S", &tm);
}

/* Operations are reported as they end, but for what was found a little later. */
static void print_delta(char to[TIME_SIZE], uint64_t before, uint64_t now)
{
	if (!before || before == now)
		print_seconds(to, "+", 0);
	else if (now > before)
		print_seconds(to, "+", now - before);
	else
		print_seconds(to, "-", before - now);
}

void time_print(char to[TIME_SIZE], const struct style *style, const struct event *event)
{
	switch (style->time) {
	case TIME_LOCAL:
		print_local(to, event->time_ns);
		break;
	case TIME_UTC:
		time_print_utc(to, event->time_ns);
		break;
	case TIME_MONO:
		print_seconds(to, "", event->end_ns);
		break;
	case TIME_DELTA:
		print_delta(to, style->before, event->end_ns);
		break;
	case TIME_NONE:
		*to = '\0';
		break;
	}
}

void duration_print(char to[DURATION_SIZE], uint64_t ns)
{
	static const struct {
		uint64_t unit;
		const char *name;
	} units[] = { { NSEC, "s" }, { 1000000, "ms" }, { 1000, "us" } };

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		uint64_t unit = units[i].unit;

		if (ns >= unit) { /* cut, not rounded: 999.9999 ms is not 1000 ms */
			snprintf(to, DURATION_SIZE, "%llu.%03u%s", (unsigned long long)(ns / unit),
				 (unsigned int)(ns % unit / (unit / 1000)), units[i].name);
			return;
		}
	}
	snprintf(to, DURATION_SIZE, "%uns", (unsigned int)ns);
}
