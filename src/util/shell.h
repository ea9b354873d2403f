/* SPDX-License-Identifier: GPL-2.0 */
/* Words as a shell takes them. */
#ifndef XDPSNOOP_UTIL_SHELL_H
#define XDPSNOOP_UTIL_SHELL_H

#include <stdio.h>

/* Writes @word so that a shell reads it as one word: in single quotes, where it needs them. */
void shell_put(FILE *out, const char *word);

#endif
