/* SPDX-License-Identifier: GPL-2.0 */
/* Strict parsing of what users type: all of the text, nothing around it, no silent wrap. */
#ifndef XDPSNOOP_UTIL_PARSE_H
#define XDPSNOOP_UTIL_PARSE_H

#include <stdint.h>

/*
 * An unsigned decimal number between @min and @max. Returns 0; -EINVAL when @text is not made
 * of digits only; -ERANGE when it is outside. *ret is written on success only.
 */
int parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *ret);

/*
 * A positive duration in seconds, with up to 9 decimals ("1.5"), into nanoseconds.
 * Returns 0, -EINVAL or -ERANGE (zero, or beyond 68 years) as above.
 */
int parse_seconds(const char *text, uint64_t *ret_ns);

#endif
