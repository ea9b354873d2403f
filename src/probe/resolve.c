// SPDX-License-Identifier: GPL-2.0
#include "probe/resolve.h"

#include "util/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_open(const struct target *target)
{
	return !target->resolved && !target->gone;
}

/* Whether one that is not resolved has its name in common with another target. */
static bool has_namesake(const struct targets *targets)
{
	const struct target *before = NULL;

	for (size_t i = 0; i < targets->count; i++) {
		const struct target *target = &targets->list[targets->order[i]];

		if (target->gone)
			continue;
		if (before && !strcmp(before->func, target->func) &&
		    (is_open(before) || is_open(target)))
			return true;
		before = target;
	}
	return false;
}

int targets_look_up(struct targets *targets, lookup_names_fn look_up, void *arg)
{
	_cleanup_(free_pointer) struct lookup_name *names = NULL;
	size_t count = 0, next = 0;
	int err;

	if (has_namesake(targets)) /* the kernel would tell so, too, but not as quickly */
		return -ENOTUNIQ;
	names = calloc(targets->count + 1, sizeof(*names));
	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < targets->count; i++) {
		const struct target *target = &targets->list[i];

		if (is_open(target))
			names[count++] = (struct lookup_name){ target->module, target->func };
	}
	err = look_up(names, count, arg);
	if (err)
		return err;
	for (size_t i = 0; i < targets->count; i++) {
		struct target *target = &targets->list[i];

		if (!is_open(target))
			continue;
		target->addr = names[next++].addr;
		target->copies = target->addr != 0;
	}
	targets_resolved(targets);
	return 0;
}
