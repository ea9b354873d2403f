// SPDX-License-Identifier: GPL-2.0
#include "probe/resolve.h"

#include "util/cleanup.h"

#include <errno.h>
#include <stdlib.h>

int targets_look_up(struct targets *targets, lookup_names_fn look_up, void *arg)
{
	_cleanup_(free_pointer) struct lookup_name *names = NULL;
	size_t count = 0, next = 0;
	int err;

	names = calloc(targets->count + 1, sizeof(*names));
	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < targets->count; i++) {
		const struct target *target = &targets->list[i];

		if (!target->resolved && !target->gone)
			names[count++] = (struct lookup_name){ target->module, target->func };
	}
	err = look_up(names, count, arg);
	if (err)
		return err;
	for (size_t i = 0; i < targets->count; i++) {
		struct target *target = &targets->list[i];

		if (target->resolved || target->gone)
			continue;
		target->addr = names[next++].addr;
		target->copies = target->addr != 0;
	}
	targets_resolved(targets);
	return 0;
}
