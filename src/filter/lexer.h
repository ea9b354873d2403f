/* SPDX-License-Identifier: GPL-2.0 */
/* The words of an expression. */
#ifndef XDPSNOOP_FILTER_LEXER_H
#define XDPSNOOP_FILTER_LEXER_H

#include "filter/filter.h"

enum token_kind {
	TOKEN_END,
	TOKEN_PATH,
	TOKEN_NUMBER,
	TOKEN_TEXT, /* in its quotes */
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_NOT,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_COMPARE,
};

struct token {
	enum token_kind kind;
	const char *at; /* borrowed */
	size_t length;
	enum filter_op op; /* of TOKEN_COMPARE */
	int64_t number;    /* of TOKEN_NUMBER */
};

struct lexer {
	const char *text; /* borrowed: the whole expression */
	const char *at;   /* what was not looked at yet */
	struct token token;
	struct filter_error *error; /* borrowed */
};

/* Says in the lexer's error what is wrong at @at. Returns -EINVAL. */
int lexer_fail(struct lexer *lexer, const char *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Reads the next token. Returns 0, or -EINVAL with the error filled in. */
int lexer_next(struct lexer *lexer);

/* The bytes that a TOKEN_TEXT stands for; NULL: no memory. To be freed. */
char *token_text(const struct token *token);

/* The token's own letters as they may be printed; one that is long is cut. */
void token_show(const struct token *token, char *to, size_t size);

#endif
