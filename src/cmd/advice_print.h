/* SPDX-License-Identifier: GPL-2.0 */
/* What `xdpsnoop explain` prints of rules. Pure. */
#ifndef XDPSNOOP_CMD_ADVICE_PRINT_H
#define XDPSNOOP_CMD_ADVICE_PRINT_H

#include "advice/advice.h"

#include <stdio.h>

/* What was asked for: @error, a negative errno, or a message (error is 0). */
struct question {
	const char *asked; /* any bytes */
	int error;
};

/*
 * The error that @text is the name or the number of (EINVAL, 22, -22), negative; 0 if it is none.
 */
int error_parse(const char *text);

/* Each rule with what it is about; one JSON object on a line (docs/verbs.md). */
void advice_print(const struct question *question, const struct rule *const *rules, size_t count,
		  FILE *out);
void advice_print_json(const struct question *question, const struct rule *const *rules,
		       size_t count, const char *kernel, FILE *out);

#endif
