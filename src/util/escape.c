// SPDX-License-Identifier: GPL-2.0
#include "util/escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Printable ASCII, but for the one that escapes begin with. */
static bool is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '\\';
}

/*
 * The length of the UTF-8 sequence of several bytes at @text, 0 if it is none: overlong forms,
 * surrogates and code points beyond U+10FFFF are not (RFC 3629), C1 control characters are not
 * printable.
 */
static size_t utf8_length(const uint8_t *text, size_t left)
{
	static const struct {
		uint8_t first, last; /* range of the first byte */
		uint8_t low, high;   /* range of the second byte */
		uint8_t length;
	} forms[] = {
		{ 0xc2, 0xc2, 0xa0, 0xbf, 2 }, { 0xc3, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (*text < forms[i].first || *text > forms[i].last)
			continue;
		if (left < forms[i].length || text[1] < forms[i].low || text[1] > forms[i].high)
			return 0;
		for (size_t k = 2; k < forms[i].length; k++) {
			if ((text[k] & 0xc0) != 0x80)
				return 0;
		}
		return forms[i].length;
	}
	return 0;
}

/* Marks that turn the direction of the text after them: U+200E, U+200F, U+202A-E, U+2066-9. */
static bool turns_direction(const uint8_t *text)
{
	if (text[0] != 0xe2)
		return false;
	if (text[1] == 0x80)
		return text[2] == 0x8e || text[2] == 0x8f || (text[2] >= 0xaa && text[2] <= 0xae);
	return text[1] == 0x81 && text[2] >= 0xa6 && text[2] <= 0xa9;
}

size_t escape_bytes(char *to, const char *text, size_t length)
{
	const uint8_t *from = (const uint8_t *)text;
	size_t left = strnlen(text, length);
	char *start = to;

	while (left) {
		size_t n;

		if (is_plain(*from)) { /* as nearly all are */
			*to++ = *from++;
			left--;
			continue;
		}
		n = utf8_length(from, left);
		if (n && !turns_direction(from)) {
			memcpy(to, from, n);
			to += n;
		} else {
			n = 1;
			to += sprintf(to, "\\x%02x", *from);
		}
		from += n;
		left -= n;
	}
	*to = '\0';
	return to - start;
}
