/* SPDX-License-Identifier: GPL-2.0 */
/* What a field can be compared with, by its type. */
#ifndef XDPSNOOP_FILTER_OPERANDS_H
#define XDPSNOOP_FILTER_OPERANDS_H

#include "filter/filter.h"

bool field_takes_numbers(const struct field *field);
bool field_takes_texts(const struct field *field);

/* The numbers that the field may have. */
void field_range(const struct field *field, int64_t *ret_min, int64_t *ret_max);

/* Whether a text compares with a word by @op as a pattern or as it is, as in filter_matches(). */
bool text_compares(enum filter_op op, const char *text, const char *wanted);

#endif
