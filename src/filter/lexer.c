// SPDX-License-Identifier: GPL-2.0
#include "filter/lexer.h"

#include "util/cleanup.h"
#include "util/escape.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* No <ctype.h>: what is a letter does not depend on the locale. */
#define DIGITS     "0123456789"
#define HEX_DIGITS DIGITS "abcdefABCDEF"
#define LETTERS    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define PATH_BYTES LETTERS DIGITS "_."
#define SHOWN      40 /* bytes of a token that are shown */

int lexer_fail(struct lexer *lexer, const char *at, const char *format, ...)
{
	va_list args;

	lexer->error->column = at - lexer->text + 1;
	va_start(args, format);
	vsnprintf(lexer->error->message, sizeof(lexer->error->message), format, args);
	va_end(args);
	return -EINVAL;
}

void token_show(const struct token *token, char *to, size_t size)
{
	size_t length = token->length < SHOWN ? token->length : SHOWN;
	char shown[ESCAPE_SIZE(SHOWN)];

	escape_bytes(shown, token->at, length);
	snprintf(to, size, "%s%s", shown, length < token->length ? "..." : "");
}

static int hex_value(char digit)
{
	const char *found = digit ? strchr(HEX_DIGITS, digit) : NULL;
	int value = found ? found - HEX_DIGITS : -1;

	return value < 16 ? value : value - 6;
}

/* The byte of an escape of two hex digits, negative if it is none. */
static int hex_byte(const char *at)
{
	int high = hex_value(at[0]), low = high < 0 ? -1 : hex_value(at[1]);

	return low < 0 ? -1 : high << 4 | low;
}

/* At a backslash. Returns the length of the escape, or -EINVAL. */
static int check_escape(struct lexer *lexer, const char *at)
{
	int byte;

	if (at[1] == '"' || at[1] == '\\')
		return 2;
	if (at[1] != 'x')
		return lexer_fail(lexer, at,
				  "after a backslash, one of these is expected: \\\" \\\\ \\xHH");
	byte = hex_byte(at + 2);
	if (byte < 0)
		return lexer_fail(lexer, at, "after \\x, two hex digits are expected");
	if (!byte)
		return lexer_fail(lexer, at, "a text can not hold a NUL byte");
	return 4;
}

static int lex_text(struct lexer *lexer)
{
	const char *at = lexer->at + 1;

	while (*at != '"') {
		int length = *at == '\\' ? check_escape(lexer, at) : 1;

		if (length < 0)
			return length;
		if (!*at)
			return lexer_fail(lexer, lexer->at,
					  "this text has no end: '\"' is missing");
		at += length;
	}
	lexer->token.kind = TOKEN_TEXT;
	lexer->token.length = at + 1 - lexer->at;
	return 0;
}

char *token_text(const struct token *token)
{
	const char *at = token->at + 1, *end = token->at + token->length - 1;
	char *text = malloc(token->length), *to = text;

	while (text && at < end) {
		if (*at != '\\') {
			*to++ = *at++;
		} else if (at[1] == 'x') {
			*to++ = hex_byte(at + 2);
			at += 4;
		} else {
			*to++ = at[1];
			at += 2;
		}
	}
	if (text)
		*to = '\0';
	return text;
}

/* Digits and a sign: what fits into 63 bits. */
static int lex_number(struct lexer *lexer)
{
	const char *start = lexer->at, *digits = start + (*start == '-');
	bool hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
	int64_t value = 0;
	size_t length;

	digits += hex ? 2 : 0;
	length = strspn(digits, hex ? HEX_DIGITS : DIGITS);
	if (!length || (digits[length] && strchr(PATH_BYTES, digits[length])))
		return lexer_fail(lexer, digits + length,
				  "a number is decimal, or hexadecimal with 0x before it");
	if (!hex && length > 1 && *digits == '0')
		return lexer_fail(lexer, start, "a decimal number does not begin with 0");
	for (size_t i = 0; i < length; i++) {
		if (__builtin_mul_overflow(value, hex ? 16 : 10, &value) ||
		    __builtin_add_overflow(value, hex_value(digits[i]), &value))
			return lexer_fail(lexer, start, "this number is out of range");
	}
	lexer->token.kind = TOKEN_NUMBER;
	lexer->token.number = *start == '-' ? -value : value;
	lexer->token.length = digits + length - start;
	return 0;
}

static const struct sign {
	const char *text;
	enum token_kind kind;
	enum filter_op op;
} signs[] = {
	/* longer ones first */
	{ "&&", TOKEN_AND },
	{ "||", TOKEN_OR },
	{ "==", TOKEN_COMPARE, FILTER_EQUAL },
	{ "!=", TOKEN_COMPARE, FILTER_UNEQUAL },
	{ "=~", TOKEN_COMPARE, FILTER_GLOB },
	{ "!~", TOKEN_COMPARE, FILTER_NO_GLOB },
	{ "<=", TOKEN_COMPARE, FILTER_AT_MOST },
	{ ">=", TOKEN_COMPARE, FILTER_AT_LEAST },
	{ "<", TOKEN_COMPARE, FILTER_LESS },
	{ ">", TOKEN_COMPARE, FILTER_MORE },
	{ "!", TOKEN_NOT },
	{ "(", TOKEN_OPEN },
	{ ")", TOKEN_CLOSE },
};

static int lex_sign(struct lexer *lexer)
{
	/* what other languages have, and this one does not */
	static const char *const wrong[][2] = {
		{ "=", "==" }, { "&", "&&" }, { "|", "||" }, { "~", "=~" }, { "'", "\"" },
	};
	struct token *token = &lexer->token;
	char shown[ESCAPE_SIZE(SHOWN)];

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		size_t length = strlen(signs[i].text);

		if (strncmp(lexer->at, signs[i].text, length))
			continue;
		token->kind = signs[i].kind;
		token->op = signs[i].op;
		token->length = length;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		if (*lexer->at == *wrong[i][0])
			return lexer_fail(lexer, lexer->at, "there is no %s; is %s meant?",
					  wrong[i][0], wrong[i][1]);
	}
	token->length = 1;
	token_show(token, shown, sizeof(shown));
	return lexer_fail(lexer, lexer->at, "'%s' has no meaning here", shown);
}

int lexer_next(struct lexer *lexer)
{
	struct token *token = &lexer->token;
	int err = 0;

	lexer->at += strspn(lexer->at, " \t\n");
	*token = (struct token){ .kind = TOKEN_END, .at = lexer->at };
	if (!*lexer->at)
		return 0;
	if (*lexer->at == '"') {
		err = lex_text(lexer);
	} else if (strchr(DIGITS "-", *lexer->at)) {
		err = lex_number(lexer);
	} else if (strchr(LETTERS "_", *lexer->at)) {
		token->kind = TOKEN_PATH;
		token->length = strspn(lexer->at, PATH_BYTES);
	} else {
		err = lex_sign(lexer);
	}
	lexer->at += token->length;
	return err;
}
