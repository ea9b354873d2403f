// SPDX-License-Identifier: GPL-2.0
#include "event/words.h"

#include "util/cleanup.h"

#include <string.h>

#define SET(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct {
	const char *path;
	const char *const *words; /* the last is NULL */
} sets[] = {
	{ "result", SET("ok", "error", "unknown") },
	{ "advice.confidence", SET("certain", "likely", "possible") },
	{ "cause",
	  SET("netlink", "link-create", "link-update", "link-detach", "link-release", "unregister",
	      "netns-exit", "netns-move", "nested", "direct", "bind", "socket-release",
	      "map-create", "map-update", "map-delete", "map-release", "snapshot", "correlation") },
	{ "reason_source", SET("extack", "tracepoint", "log") },
	{ "release", SET("close", "exit", "unpin") },
	{ "mode", SET("generic", "driver", "offload") },
	{ "whose", SET("own", "foreign") },
	{ "old_prog.mode", SET("generic", "driver", "offload") },
	{ "xsk.asked", SET("copy", "zerocopy", "any") },
	{ "xsk.mode", SET("copy", "zerocopy") },
	{ "map.type", SET("devmap", "devmap_hash", "cpumap", "array", "hash") },
	{ "link.state", SET("dead") },
	{ "link.creator.missing", SET("before", "lost") },
	{ "holder.mode", SET("generic", "driver", "offload") },
	{ "holder.missing", SET("processes") },
	{ "carrier.operation", SET("install", "replace", "remove", "pool-setup", "pool-teardown") },
	{ "driver_probe", SET("late", "none") },
};

const char *field_word(const struct field *field, size_t index)
{
	if (field->type == FIELD_ACTION)
		return action_name(ACTION_NONE + 1 + index);
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		if (strcmp(sets[i].path, field->path))
			continue;
		for (size_t k = 0; k < index; k++) {
			if (!sets[i].words[k])
				return NULL;
		}
		return sets[i].words[index];
	}
	return NULL;
}
