// SPDX-License-Identifier: GPL-2.0
/*
 * The grammar, one function for each rule:
 *
 *     any        = all { "||" all }
 *     all        = part { "&&" part }
 *     part       = "!" part | "(" any ")" | comparison
 *     comparison = path [ operator ( text | number ) ]
 */
#include "event/select.h"
#include "event/words.h"
#include "filter/lexer.h"
#include "filter/operands.h"

#include "util/cleanup.h"

#include <errno.h>
#include <string.h>

#define WORD_SIZE 256 /* of a token as it is shown */

struct parser {
	struct lexer lexer;
	unsigned int depth;
};

static int parse_any(struct parser *parser, struct filter **ret);

static void free_filter(struct filter **filter)
{
	filter_free(*filter);
}

/* What stands where @wanted is expected. */
static int fail_expected(struct lexer *lexer, const char *wanted)
{
	char shown[WORD_SIZE];

	if (lexer->token.kind == TOKEN_END)
		return lexer_fail(lexer, lexer->token.at, "%s is expected, and here is the end",
				  wanted);
	token_show(&lexer->token, shown, sizeof(shown));
	return lexer_fail(lexer, lexer->token.at, "%s is expected, not '%s'", wanted, shown);
}

static int fail_unknown_field(struct lexer *lexer, const char *path)
{
	const struct field *nearest = field_nearest(path);
	char shown[WORD_SIZE];

	token_show(&lexer->token, shown, sizeof(shown));
	if (nearest)
		return lexer_fail(lexer, lexer->token.at, "there is no field '%s'; is '%s' meant?",
				  shown, nearest->path);
	return lexer_fail(lexer, lexer->token.at,
			  "there is no field '%s'; docs/events.md has them all", shown);
}

static int parse_path(struct lexer *lexer, const struct field **ret)
{
	const struct token *token = &lexer->token;
	_cleanup_(free_pointer) char *path = NULL;

	if (token->kind != TOKEN_PATH)
		return fail_expected(lexer, "a field's name");
	path = strndup(token->at, token->length);
	if (!path)
		return -ENOMEM;
	*ret = field_find(path);
	if (!*ret)
		return fail_unknown_field(lexer, path);
	return lexer_next(lexer);
}

/* Whether the operator can be used with the field at all. */
static int check_operator(struct lexer *lexer, const struct field *field)
{
	const struct token *token = &lexer->token;
	bool texts = field_takes_texts(field), numbers = field_takes_numbers(field);

	if (!texts && !numbers)
		return lexer_fail(lexer, token->at,
				  "%s can not be compared: alone, it is true where it is present",
				  field->path);
	if (!numbers && token->op >= FILTER_LESS && token->op <= FILTER_AT_LEAST)
		return lexer_fail(lexer, token->at, "%s is a text: only == != =~ !~ can compare it",
				  field->path);
	if (!texts && (token->op == FILTER_GLOB || token->op == FILTER_NO_GLOB))
		return lexer_fail(lexer, token->at,
				  "%s is a number: only == != < <= > >= can compare it",
				  field->path);
	return 0;
}

/* Of a field with a fixed set of words: a text that is none of them is a mistake. */
static int check_word(struct lexer *lexer, const struct field *field, enum filter_op op,
		      const char *text)
{
	bool glob = op == FILTER_GLOB || op == FILTER_NO_GLOB;
	char words[320] = "", shown[WORD_SIZE];
	const char *word;

	if (!field_word(field, 0))
		return 0;
	for (size_t i = 0; (word = field_word(field, i)); i++) {
		if (text_compares(glob ? FILTER_GLOB : FILTER_EQUAL, word, text))
			return 0;
		snprintf(words + strlen(words), sizeof(words) - strlen(words), "%s%s",
			 i ? ", " : "", word);
	}
	token_show(&lexer->token, shown, sizeof(shown));
	return lexer_fail(lexer, lexer->token.at, "%s is never %s, but one of: %s", field->path,
			  shown, words);
}

static int parse_text(struct lexer *lexer, const struct field *field, enum filter_op op,
		      struct filter **ret)
{
	_cleanup_(free_pointer) char *text = token_text(&lexer->token);
	int err;

	if (!text)
		return -ENOMEM;
	if (!field_takes_texts(field) || (op >= FILTER_LESS && op <= FILTER_AT_LEAST))
		return fail_expected(lexer, "a number");
	err = check_word(lexer, field, op, text);
	if (err)
		return err;
	*ret = filter_of_text(field, op, text);
	return *ret ? 0 : -ENOMEM;
}

static int parse_number_of(struct lexer *lexer, const struct field *field, enum filter_op op,
			   struct filter **ret)
{
	int64_t min, max, number = lexer->token.number;

	if (!field_takes_numbers(field) || op == FILTER_GLOB || op == FILTER_NO_GLOB)
		return fail_expected(lexer, "a text in double quotes");
	field_range(field, &min, &max);
	if (number < min || number > max)
		return lexer_fail(lexer, lexer->token.at,
				  "%s is never that: it is between %lld and %lld", field->path,
				  (long long)min, (long long)max);
	*ret = filter_of_number(field, op, number);
	return *ret ? 0 : -ENOMEM;
}

static int parse_comparison(struct lexer *lexer, struct filter **ret)
{
	_cleanup_(free_filter) struct filter *filter = NULL;
	const struct field *field = NULL;
	enum filter_op op;
	int err;

	err = parse_path(lexer, &field);
	if (err)
		return err;
	if (lexer->token.kind != TOKEN_COMPARE) {
		*ret = filter_of_presence(field);
		return *ret ? 0 : -ENOMEM;
	}
	op = lexer->token.op;
	err = check_operator(lexer, field);
	if (!err)
		err = lexer_next(lexer);
	if (err)
		return err;
	if (lexer->token.kind == TOKEN_TEXT)
		err = parse_text(lexer, field, op, &filter);
	else if (lexer->token.kind == TOKEN_NUMBER)
		err = parse_number_of(lexer, field, op, &filter);
	else
		err = fail_expected(lexer, field_takes_texts(field) ? "a text in double quotes"
								    : "a number");
	if (!err)
		err = lexer_next(lexer);
	if (err)
		return err;
	*ret = filter;
	filter = NULL;
	return 0;
}

static int parse_group(struct parser *parser, struct filter **ret)
{
	struct lexer *lexer = &parser->lexer;
	_cleanup_(free_filter) struct filter *filter = NULL;
	int err = lexer_next(lexer);

	if (!err)
		err = parse_any(parser, &filter);
	if (!err && lexer->token.kind != TOKEN_CLOSE)
		err = fail_expected(lexer, "'&&', '||' or ')'");
	if (!err)
		err = lexer_next(lexer);
	if (err)
		return err;
	*ret = filter;
	filter = NULL;
	return 0;
}

/* "!(" is one level, so that what is printed is not deeper than what was parsed. */
static int parse_part(struct parser *parser, struct filter **ret)
{
	struct lexer *lexer = &parser->lexer;
	bool negated = lexer->token.kind == TOKEN_NOT;
	struct filter *filter = NULL;
	int err = 0;

	if (!negated && lexer->token.kind != TOKEN_OPEN)
		return parse_comparison(lexer, ret);
	if (parser->depth == FILTER_DEPTH)
		return lexer_fail(lexer, lexer->token.at,
				  "more than %d parentheses and '!' in each other", FILTER_DEPTH);
	parser->depth++;
	if (negated)
		err = lexer_next(lexer);
	if (!err && lexer->token.kind == TOKEN_OPEN)
		err = parse_group(parser, &filter);
	else if (!err)
		err = parse_part(parser, &filter);
	parser->depth--;
	if (err)
		return err;
	*ret = negated ? filter_negate(filter) : filter;
	return *ret ? 0 : -ENOMEM;
}

/* Parts of the next rule, and @sign between them. */
static int parse_joint(struct parser *parser, enum filter_op op, enum token_kind sign,
		       int (*parse)(struct parser *parser, struct filter **ret),
		       struct filter **ret)
{
	struct filter *all = NULL, *part;
	int err;

	for (;;) {
		err = parse(parser, &part);
		if (err)
			break;
		all = filter_join(op, all, part);
		if (!all)
			return -ENOMEM;
		if (parser->lexer.token.kind != sign) {
			*ret = all;
			return 0;
		}
		err = lexer_next(&parser->lexer);
		if (err)
			break;
	}
	filter_free(all);
	return err;
}

static int parse_all(struct parser *parser, struct filter **ret)
{
	return parse_joint(parser, FILTER_ALL, TOKEN_AND, parse_part, ret);
}

static int parse_any(struct parser *parser, struct filter **ret)
{
	return parse_joint(parser, FILTER_ANY, TOKEN_OR, parse_all, ret);
}

int filter_parse(const char *text, struct filter **ret, struct filter_error *error)
{
	struct parser parser = { .lexer = { .text = text, .at = text, .error = error } };
	struct lexer *lexer = &parser.lexer;
	_cleanup_(free_filter) struct filter *filter = NULL;
	int err;

	if (strlen(text) > FILTER_LENGTH)
		return lexer_fail(lexer, text + FILTER_LENGTH, "an expression has %d bytes at most",
				  FILTER_LENGTH);
	err = lexer_next(lexer);
	if (!err)
		err = parse_any(&parser, &filter);
	if (!err && lexer->token.kind != TOKEN_END)
		err = fail_expected(lexer, "'&&' or '||'");
	if (err)
		return err;
	*ret = filter;
	filter = NULL;
	return 0;
}
