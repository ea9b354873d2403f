// SPDX-License-Identifier: GPL-2.0
/*
 * words: the lexical side of the script language.
 *
 * Commands end at a newline or an unquoted ';'. Words are separated by blanks; "..." and '...'
 * group. Outside of '...' these escapes stand for one byte: \n \t \r \a \b \f \v \e, \xHH (exactly
 * two digits, unlike C), and a backslash before any punctuation or blank. '#' at the start of a
 * word begins a comment up to the end of the line, except "#N" after the command's name, which is
 * an interface index.
 */
#ifndef XDPCTL_WORDS_H
#define XDPCTL_WORDS_H

#include <stdbool.h>
#include <stdint.h>

/* Longer words are refused, so that a netlink message can be sized for the longest name. */
#define WORD_LENGTH_MAX 512

struct word {
	const char *text;
	bool quoted; /* some byte was quoted or escaped: "#5" is then a name, not an index */
};

/*
 * Cuts the next command off *cursor and decodes its words in place: they point into the line and
 * live as long as it. Returns the number of words (0 for an empty command), -ENODATA at the end of
 * the line, -EINVAL with *ret_why set for a malformed command.
 */
int words_next(char **cursor, struct word *words, int max, const char **ret_why);

bool word_is(const struct word *word, const char *text);

/* Strict numbers, decimal or 0x: the whole text, in range, else -EINVAL. */
int number_parse_u32(const char *text, uint32_t *ret);
int number_parse_int(const char *text, int *ret);

#endif
