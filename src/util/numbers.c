// SPDX-License-Identifier: GPL-2.0
#include "util/numbers.h"

#include <errno.h>
#include <search.h>
#include <stddef.h>

/* The keys of the tree are the numbers themselves, in place of pointers to them. */
static int compare(const void *a, const void *b)
{
	return (uintptr_t)a < (uintptr_t)b ? -1 : (uintptr_t)a > (uintptr_t)b;
}

static void keep(void *key)
{
}

bool numbers_have(const struct numbers *numbers, uintptr_t number)
{
	return tfind((void *)number, &numbers->tree, compare);
}

int numbers_add(struct numbers *numbers, uintptr_t number)
{
	if (numbers_have(numbers, number))
		return 0;
	return tsearch((void *)number, &numbers->tree, compare) ? 1 : -ENOMEM;
}

void numbers_release(struct numbers *numbers)
{
	tdestroy(numbers->tree, keep);
	numbers->tree = NULL;
}
