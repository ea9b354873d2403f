// SPDX-License-Identifier: GPL-2.0
#include "util/parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"
#define NSEC   1000000000ULL

/* @length digits at @text; they may be more than fit. */
static int parse_digits(const char *text, size_t length, uint64_t *ret)
{
	uint64_t value = 0;

	if (!length)
		return -EINVAL;
	for (size_t i = 0; i < length; i++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(text[i] - '0'), &value))
			return -ERANGE;
	}
	*ret = value;
	return 0;
}

int parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *ret)
{
	size_t length = strspn(text, DIGITS);
	uint64_t value;
	int err;

	if (text[length])
		return -EINVAL;
	err = parse_digits(text, length, &value);
	if (err)
		return err;
	if (value < min || value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}

int parse_seconds(const char *text, uint64_t *ret_ns)
{
	size_t whole = strspn(text, DIGITS), decimals = 0;
	uint64_t seconds, ns = 0;
	int err;

	if (text[whole] == '.') {
		decimals = strspn(text + whole + 1, DIGITS);
		if (!decimals || decimals > 9 || text[whole + 1 + decimals])
			return -EINVAL;
	} else if (text[whole]) {
		return -EINVAL;
	}
	err = parse_digits(text, whole, &seconds);
	if (err)
		return err;
	if (decimals)
		parse_digits(text + whole + 1, decimals, &ns);
	while (decimals && decimals++ < 9)
		ns *= 10;
	if (seconds > INT32_MAX || (!seconds && !ns))
		return -ERANGE;
	*ret_ns = seconds * NSEC + ns;
	return 0;
}
