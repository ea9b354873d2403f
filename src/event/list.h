/* SPDX-License-Identifier: GPL-2.0 */
/* Lists of a few values, in the order in which they were found. */
#ifndef XDPSNOOP_EVENT_LIST_H
#define XDPSNOOP_EVENT_LIST_H

#include "wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXTS_MAX 8

struct u32s {
	size_t count; /* 0: there are none */
	uint32_t list[WIRE_MAPS];
};

struct texts {
	bool known; /* else nothing is said: not even that there are none */
	size_t count;
	const char *list[TEXTS_MAX]; /* borrowed: anything, to be escaped */
};

/* Adds @text, which has to live as long as @texts. Returns whether there was room for it. */
static inline bool texts_add(struct texts *texts, const char *text)
{
	texts->known = true;
	if (texts->count == TEXTS_MAX)
		return false;
	texts->list[texts->count++] = text;
	return true;
}

#endif
