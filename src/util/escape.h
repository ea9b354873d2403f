/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of interfaces, programs and tasks, and the kernel's messages, may hold any byte. Before
 * they reach a terminal or a parser, one rule makes them printable UTF-8 and can be undone: a
 * byte that is a control character, is not part of valid UTF-8, is a backslash, or belongs to a
 * mark that turns the direction of text, becomes \xHH.
 */
#ifndef XDPSNOOP_UTIL_ESCAPE_H
#define XDPSNOOP_UTIL_ESCAPE_H

#include <stddef.h>

/* The room that escaping @length bytes takes at most, with the NUL. */
#define ESCAPE_SIZE(length) (4 * (length) + 1)

/*
 * Escapes the bytes of @text up to its NUL, or @length of them. @to has ESCAPE_SIZE(length)
 * bytes. Returns the length of the result, without its NUL.
 */
size_t escape_bytes(char *to, const char *text, size_t length);

#endif
