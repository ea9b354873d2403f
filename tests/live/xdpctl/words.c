// SPDX-License-Identifier: GPL-2.0
#include "words.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_end(char c)
{
	return c == '\0' || c == '\n' || c == ';';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* *in is after the backslash. */
static int escape_decode(const char **in, char *ret, const char **ret_why)
{
	static const char letters[] = "ntrabfve", bytes[] = "\n\t\r\a\b\f\v\x1b";
	char c = *(*in)++;
	const char *letter;
	int high, low;

	*ret_why = "unknown escape";
	if (c == '\0' || c == '\n')
		return -EINVAL;
	if (c == 'x') {
		high = hex_digit((*in)[0]);
		low = high < 0 ? -1 : hex_digit((*in)[1]);
		/* Every name here is a C string to the kernel: a NUL would silently shorten it. */
		if (low < 0 || high + low == 0)
			return -EINVAL;
		*ret = (char)(high << 4 | low);
		*in += 2;
		return 0;
	}
	letter = strchr(letters, c);
	if (!letter && isalnum((unsigned char)c))
		return -EINVAL;
	*ret = letter ? bytes[letter - letters] : c;
	return 0;
}

/*
 * Decoding never makes a word longer, so out follows in within the same buffer. The word is not
 * terminated here: its end may lie on the separator, which the caller has still to look at.
 */
static int word_decode(char **cursor, struct word *word, char **ret_end, const char **ret_why)
{
	const char *in = *cursor;
	char *out = *cursor, quote = '\0';
	int err;

	word->text = out;
	word->quoted = false;
	for (; *in != '\0' && *in != '\n';) {
		if (!quote && (is_blank(*in) || is_end(*in)))
			break;
		if (*in == quote || (!quote && (*in == '"' || *in == '\''))) {
			quote = quote ? '\0' : *in;
			word->quoted = true;
			in++;
		} else if (*in == '\\' && quote != '\'') {
			in++;
			err = escape_decode(&in, out++, ret_why);
			if (err)
				return err;
			word->quoted = true;
		} else {
			*out++ = *in++;
		}
	}
	if (quote) {
		*ret_why = "quote without an end";
		return -EINVAL;
	}
	if (out - *cursor > WORD_LENGTH_MAX) {
		*ret_why = "word too long";
		return -EINVAL;
	}
	*ret_end = out;
	*cursor += in - *cursor;
	return 0;
}

static bool is_comment(const char *at, int words)
{
	if (*at != '#')
		return false;
	at += at[1] == '-' ? 2 : 1;
	return words == 0 || !isdigit((unsigned char)*at);
}

int words_next(char **cursor, struct word *words, int max, const char **ret_why)
{
	char *end, stop;
	int count = 0, err;

	if (**cursor == '\0' || **cursor == '\n')
		return -ENODATA;
	for (;;) {
		while (is_blank(**cursor))
			(*cursor)++;
		if (is_comment(*cursor, count))
			*cursor += strcspn(*cursor, "\n");
		if (is_end(**cursor)) {
			if (**cursor == ';')
				(*cursor)++;
			return count;
		}
		if (count == max) {
			*ret_why = "too many words";
			return -EINVAL;
		}
		err = word_decode(cursor, &words[count++], &end, ret_why);
		if (err)
			return err;
		stop = **cursor;
		*end = '\0';
		/* The terminator may have replaced the separator: consume it while known. */
		if (stop != '\0' && stop != '\n')
			(*cursor)++;
		if (is_end(stop)) {
			if (stop == '\n')
				**cursor = '\0';
			return count;
		}
	}
}

bool word_is(const struct word *word, const char *text)
{
	return strcmp(word->text, text) == 0;
}

static int number_parse(const char *text, long long min, long long max, long long *ret)
{
	const char *digits = text + (text[0] == '-');
	bool hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
	long long value;
	char *end;

	if (!isdigit((unsigned char)digits[0]))
		return -EINVAL;
	errno = 0;
	value = strtoll(text, &end, hex ? 16 : 10);
	if (errno || *end || value < min || value > max)
		return -EINVAL;
	*ret = value;
	return 0;
}

int number_parse_u32(const char *text, uint32_t *ret)
{
	long long value;
	int err = number_parse(text, 0, UINT32_MAX, &value);

	if (!err)
		*ret = (uint32_t)value;
	return err;
}

int number_parse_int(const char *text, int *ret)
{
	long long value;
	int err = number_parse(text, INT_MIN, INT_MAX, &value);

	if (!err)
		*ret = (int)value;
	return err;
}
