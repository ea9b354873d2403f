// SPDX-License-Identifier: GPL-2.0
#include "event/fields.h"

#include "util/cleanup.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define AT(member) offsetof(struct event, member)

/* In the order of output. */
const struct field fields[] = {
	{ "time", FIELD_TIME, AT(time_ns), 1, "when the operation ended, UTC" },
	{ "action", FIELD_ACTION, AT(action), 1,
	  "what was done, or attempted: install, replace, remove, noop (nothing changed)" },
	{ "result", FIELD_WORD, AT(result), 1, "ok or error" },
	{ "errno", FIELD_ERRNO, AT(error), 1, "negative errno of a failure" },
	{ "error", FIELD_ERROR, AT(error), 1, "its name" },
	{ "reason", FIELD_BYTES, AT(reason), 1,
	  "the kernel's text (extack), of a failure or of a warning" },
	{ "cause", FIELD_WORD, AT(cause), 1,
	  "netlink, link-create, link-update, link-detach, link-release, unregister, netns-exit, "
	  "or nested (a lower device's driver, called by its master)" },
	{ "release", FIELD_WORD, AT(release), 1,
	  "how a link lost its last reference: close, exit (of the process) or unpin; task is "
	  "who did that, even where a kworker has released it" },
	{ "mode", FIELD_WORD, AT(mode), 1, "generic, driver or offload" },
	{ "dev.ifindex", FIELD_U32, AT(dev.ifindex), 1, "index of the device in its namespace" },
	{ "dev.ifname", FIELD_BYTES, AT(dev.name), 1, "its name" },
	{ "dev.netns", FIELD_U32, AT(dev.netns), 1, "inode of its network namespace" },
	{ "dev.driver", FIELD_BYTES, AT(driver), 1, "its driver, as ethtool -i names it" },
	{ "prog.id", FIELD_U32, AT(prog.id), 1, "the program asked for" },
	{ "prog.name", FIELD_BYTES, AT(prog.name), 1, "its name, of up to 15 bytes" },
	{ "old_prog.id", FIELD_U32, AT(old_prog.id), 1, "the program found on the device" },
	{ "old_prog.name", FIELD_BYTES, AT(old_prog.name), 1, "its name" },
	{ "old_prog.mode", FIELD_WORD, AT(old_mode), 1, "the mode it was in" },
	{ "link.id", FIELD_U32, AT(link_id), 1, "the bpf_link of the operation" },
	{ "task.pid", FIELD_U32, AT(pid), 1, "process id (tgid), in the initial pid namespace" },
	{ "task.tid", FIELD_U32, AT(tid), 1, "thread id, likewise" },
	{ "task.comm", FIELD_BYTES, AT(comm), 1, "the thread's name" },
	{ "func", FIELD_WORD, AT(func), 1, "the function that installs: a driver's, or generic" },
	{ "took_ns", FIELD_U64, AT(took_ns), 1,
	  "duration of the operation, waiting for RTNL included where the kernel takes it inside" },
	{ "driver_took_ns", FIELD_U64, AT(driver_took_ns), 1, "of it, spent in func" },
	{ "lost_calls", FIELD_U32, AT(lost_calls), 1, "calls that are missing below" },
	{ "calls", FIELD_CALLS, 0, 1,
	  "probed calls: func, module, dev (ifindex and ifname), ret, took_ns, reason (true: it "
	  "was "
	  "set here), calls" },
};

const size_t fields_count = ARRAY_SIZE(fields);

const struct field *field_find(const char *path)
{
	for (size_t i = 0; i < fields_count; i++) {
		if (!strcmp(fields[i].path, path))
			return &fields[i];
	}
	return NULL;
}

bool field_is_present(const struct field *field, const struct event *event)
{
	const void *value = field_value(field, event);

	switch (field->type) {
	case FIELD_BYTES:
		return *(const char *)value;
	case FIELD_WORD:
		return *(const char *const *)value;
	case FIELD_U32:
		return *(const uint32_t *)value;
	case FIELD_U64:
	case FIELD_TIME:
		return *(const uint64_t *)value;
	case FIELD_ERRNO:
	case FIELD_ERROR:
		return *(const int *)value;
	case FIELD_ACTION:
		return *(const enum action *)value != ACTION_NONE;
	case FIELD_CALLS:
		return true;
	}
	return false;
}

const char *error_name(int error, char buffer[16])
{
	unsigned int number = -(unsigned int)error;
	const char *name = number <= INT_MAX ? strerrorname_np(number) : NULL;

	if (name)
		return name;
	if (number == 524) /* include/linux/errno.h: not meant for userspace, yet it gets there */
		return "ENOTSUPP";
	snprintf(buffer, 16, "E%u", number);
	return buffer;
}
