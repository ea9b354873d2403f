// SPDX-License-Identifier: GPL-2.0
#include "util/shell.h"

#include <stdbool.h>
#include <string.h>

/* What a shell takes as it stands. Bytes of other alphabets are left to whoever prints. */
static bool is_plain(const char *word)
{
	if (!*word)
		return false;
	for (; *word; word++) {
		unsigned char c = *word;

		if (c < 0x80 && !strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					"0123456789_@%+=:,./-",
					c))
			return false;
	}
	return true;
}

void shell_put(FILE *out, const char *word)
{
	if (is_plain(word)) {
		fputs(word, out);
		return;
	}
	fputc('\'', out);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\"'\"'", out); /* a backslash would be escaped */
		else
			fputc(*word, out);
	}
	fputc('\'', out);
}
