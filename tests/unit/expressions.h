/* SPDX-License-Identifier: GPL-2.0 */
/* Filter expressions by chance. */
#ifndef XDPSNOOP_TESTS_EXPRESSIONS_H
#define XDPSNOOP_TESTS_EXPRESSIONS_H

#include <stddef.h>
#include <stdint.h>

/* One that is right, with every kind of field and operator. @state as of random_next(). */
void expression_random(uint64_t *state, char *to, size_t size);

/* Changes, adds, takes out, or repeats some of its bytes: it may well be wrong then. */
void expression_spoil(uint64_t *state, char *text, size_t size);

#endif
