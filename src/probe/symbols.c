// SPDX-License-Identifier: GPL-2.0
/* What the kernel's symbols tell of targets. */
#include "probe/targets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct target *targets_at(const struct targets *targets, size_t place)
{
	return &targets->list[targets->order[place]];
}

static int target_order(const struct target *target, const char *module, const char *name)
{
	int order = strcmp(target->func, name);

	return order ? order : strcmp(target->module, module);
}

static int order_compare(const void *a, const void *b, void *arg)
{
	const struct targets *targets = arg;
	const struct target *right = &targets->list[*(const uint32_t *)b];

	return target_order(&targets->list[*(const uint32_t *)a], right->module, right->func);
}

int targets_sort(struct targets *targets)
{
	uint32_t *order = reallocarray(targets->order, targets->count + 1, sizeof(*order));

	if (!order)
		return -ENOMEM;
	targets->order = order;
	for (size_t i = 0; i < targets->count; i++)
		order[i] = i;
	qsort_r(order, targets->count, sizeof(*order), order_compare, targets);
	return 0;
}

void targets_add_symbol(struct targets *targets, const struct symbol *symbol)
{
	size_t low = 0, high = targets->count;

	if (!symbol_is_text(symbol))
		return;
	while (low < high) {
		size_t middle = (low + high) / 2;
		struct target *target = targets_at(targets, middle);
		int order = target_order(target, symbol->module, symbol->name);

		if (!order) {
			if (target->resolved || target->gone)
				return;
			target->copies++;
			target->addr = symbol->addr;
			return;
		}
		if (order > 0)
			high = middle;
		else
			low = middle + 1;
	}
}

void targets_unresolve(struct targets *targets)
{
	for (size_t i = 0; i < targets->count; i++) {
		if (targets->list[i].resolved)
			continue;
		targets->list[i].copies = 0;
		targets->list[i].addr = 0;
	}
}

/* Whether symbols have to be looked through. A function of a module that has gone does not ask. */
bool targets_unresolved(const struct targets *targets)
{
	for (size_t i = 0; i < targets->count; i++) {
		if (!targets->list[i].resolved && !targets->list[i].gone)
			return true;
	}
	return false;
}

void targets_resolved(struct targets *targets)
{
	for (size_t i = 0; i < targets->count; i++)
		targets->list[i].resolved = !targets->list[i].gone;
}
