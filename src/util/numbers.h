/* SPDX-License-Identifier: GPL-2.0 */
/* A set of numbers. One that is zero is empty. */
#ifndef XDPSNOOP_UTIL_NUMBERS_H
#define XDPSNOOP_UTIL_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

struct numbers {
	void *tree;
};

/* Returns 1, 0 if @number was in it already, or -ENOMEM. */
int numbers_add(struct numbers *numbers, uintptr_t number);
bool numbers_have(const struct numbers *numbers, uintptr_t number);
void numbers_release(struct numbers *numbers);

#endif
