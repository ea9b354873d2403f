/* SPDX-License-Identifier: GPL-2.0 */
/* Fields as users name them. */
#ifndef XDPSNOOP_EVENT_SELECT_H
#define XDPSNOOP_EVENT_SELECT_H

#include "event/fields.h"

#include <stdio.h>

struct selection {
	const struct field *list[FIELDS_MAX]; /* each once, in the order in which they were named */
	size_t count;
};

/*
 * Reads a list of paths with commas between them; "dev.*" stands for all fields of that object, "*"
 * for all there are. Returns 0; or -EINVAL, with the name that is none in *@ret_bad and its
 * length: it lies in @text, and is empty where a name is missing.
 */
int fields_select(const char *text, struct selection *ret, const char **ret_bad,
		  size_t *ret_length);

/* The field whose path is most like @word, NULL if none is. */
const struct field *field_nearest(const char *word);

/* A table of all fields with their types and what they mean. */
void fields_print(FILE *out);

#endif
