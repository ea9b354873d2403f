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
	{ "mono_ns", FIELD_U64, AT(end_ns), 1, "the same on CLOCK_MONOTONIC" },
	{ "action", FIELD_ACTION, AT(action), 1,
	  "what was done, or attempted: install, replace, remove, noop (nothing changed); "
	  "pool-setup, pool-teardown; component-attach, component-detach; entry-install, "
	  "entry-replace, entry-remove; map-alloc, map-free; move; "
	  "present (it was there when tracing began); carrier (lost with an operation, and back)" },
	{ "result", FIELD_WORD, AT(result), 1, "ok, error, or unknown" },
	{ "errno", FIELD_ERRNO, AT(error), 1, "negative errno of a failure" },
	{ "error", FIELD_ERROR, AT(error), 1, "its name" },
	{ "reason", FIELD_BYTES, AT(reason), 1, "why it failed, in the kernel's words" },
	{ "reason_source", FIELD_WORD, AT(reason_source), 1,
	  "where these come from: extack (it lay where the caller gets its answer from), "
	  "tracepoint (netlink_extack: the caller does not get to see it), log (a line for the "
	  "kernel's "
	  "log)" },
	{ "warnings", FIELD_MESSAGES, AT(warnings), 1,
	  "what else the kernel has said during it: text, and source (as reason_source)" },
	{ "advice.cause", FIELD_TEXT, AT(advice.cause), 1,
	  "why it failed, or what a warning of a success is about, in a sentence" },
	{ "advice.remedy", FIELD_BYTES, AT(advice.remedy), 1,
	  "what to do about it: commands, for this device" },
	{ "advice.confidence", FIELD_WORD, AT(advice.confidence), 1,
	  "certain (the kernel has said so, or nothing else can be), likely or possible" },
	{ "advice.rule", FIELD_WORD, AT(advice.rule), 1, "the name of the rule that says so" },
	{ "cause", FIELD_WORD, AT(cause), 1,
	  "what made it happen: netlink, link-create, link-update, link-detach, link-release, "
	  "unregister, netns-exit, netns-move, nested, direct, bind, socket-release, "
	  "map-create, map-update, map-delete, map-release, snapshot, correlation" },
	{ "release", FIELD_WORD, AT(release), 1,
	  "how a link or a pool lost its last reference: close, exit (of the process) or unpin; "
	  "task is who did that, even where a kworker has released it" },
	{ "mode", FIELD_WORD, AT(mode), 1, "generic, driver or offload" },
	{ "flags", FIELD_BYTES, AT(flags), 1,
	  "asked for: XDP_FLAGS_* (of a link: those of its creation) or sxdp_flags, by name" },
	{ "whose", FIELD_WORD, AT(whose), 1,
	  "with xdpsnoop exec: own (of the command, or of what descends from it) or foreign" },
	{ "dev.ifindex", FIELD_U32, AT(dev.ifindex), 1, "index of the device in its namespace" },
	{ "dev.ifname", FIELD_BYTES, AT(dev.name), 1, "its name" },
	{ "dev.netns", FIELD_U32, AT(dev.netns), 1, "inode of its network namespace" },
	{ "dev.netns_name", FIELD_BYTES, AT(dev.netns_name), 1,
	  "its name in /run/netns, if it has one" },
	{ "dev.netns_pid", FIELD_U32, AT(dev.netns_pid), 1,
	  "else the lowest id of the processes that are in it, if one is found at once" },
	{ "dev.driver", FIELD_BYTES, AT(driver), 1, "its driver, as ethtool -i names it" },
	{ "dev.altname", FIELD_BYTES, AT(dev.altname), 1, "its first alternative name" },
	{ "dev.alias", FIELD_BYTES, AT(dev.alias), 1, "its alias, as ip link set alias has it" },
	{ "dev.bus", FIELD_BYTES, AT(dev.bus), 1,
	  "its address on its bus; of a virtio device that of the device that carries it" },
	{ "dev.master", FIELD_BYTES, AT(dev.master), 1,
	  "the device that it is a port or slave of" },
	{ "dev.lower", FIELD_TEXTS, AT(dev.lower), 1, "devices that it is made of, up to 8" },
	{ "dev.more_lower", FIELD_U32, AT(dev.more_lower), 1,
	  "how many more of them there are; 8 are counted at most" },
	{ "dev.mtu", FIELD_U32, AT(dev.mtu), 1, "its MTU" },
	{ "dev.rx_queues", FIELD_U32, AT(dev.rx_queues), 1, "receive queues in use" },
	{ "dev.tx_queues", FIELD_U32, AT(dev.tx_queues), 1, "transmit queues in use" },
	{ "dev.xdp_features", FIELD_TEXTS, AT(dev.xdp_features), 1,
	  "what XDP its driver can do (since Linux 6.3): basic, redirect, ndo-xmit, "
	  "xsk-zerocopy, hw-offload, rx-sg, ndo-xmit-sg" },
	{ "old_dev.ifindex", FIELD_U32, AT(old_dev.ifindex), 1, "of a move: the index before" },
	{ "old_dev.ifname", FIELD_BYTES, AT(old_dev.name), 1, "the name before" },
	{ "old_dev.netns", FIELD_U32, AT(old_dev.netns), 1, "the network namespace before" },
	{ "old_dev.netns_name", FIELD_BYTES, AT(old_netns_name), 1, "its name" },
	{ "prog.id", FIELD_U32, AT(prog.id), 1, "the program asked for; of a move, that moves" },
	{ "prog.name", FIELD_BYTES, AT(prog.name), 1, "its name, of up to 15 bytes" },
	{ "prog.full_name", FIELD_BYTES, AT(prog_is.full_name), 1,
	  "its whole name, up to 63 bytes: of its function, where the kernel has cut it" },
	{ "prog.tag", FIELD_BYTES, AT(prog_is.tag), 1, "hash of its instructions" },
	{ "prog.flags", FIELD_TEXTS, AT(prog_is.flags), 1, "frags, dev-bound or offloaded" },
	{ "prog.loaded", FIELD_TIME, AT(prog_is.loaded_ns), 1, "when it was loaded, UTC" },
	{ "prog.uid", FIELD_NUMBER, AT(prog_is.uid), 1,
	  "who has loaded it, in the initial user namespace" },
	{ "prog.maps", FIELD_U32S, AT(prog_is.maps), 1, "ids of its maps, up to 16" },
	{ "prog.more_maps", FIELD_U32, AT(prog_is.more_maps), 1, "how many more maps it has" },
	{ "prog.pins", FIELD_TEXTS, AT(prog_is.pins), 1,
	  "where it is pinned as the event is printed, up to 8 paths" },
	{ "prog.components", FIELD_COMPONENTS, AT(components), 1,
	  "programs that replace functions of it (freplace): slot, func, id, name" },
	{ "old_prog.id", FIELD_U32, AT(old_prog.id), 1, "the program found there" },
	{ "old_prog.name", FIELD_BYTES, AT(old_prog.name), 1, "its name" },
	{ "old_prog.full_name", FIELD_BYTES, AT(old_prog_is.full_name), 1, "as of prog" },
	{ "old_prog.tag", FIELD_BYTES, AT(old_prog_is.tag), 1, "as of prog" },
	{ "old_prog.flags", FIELD_TEXTS, AT(old_prog_is.flags), 1, "as of prog" },
	{ "old_prog.loaded", FIELD_TIME, AT(old_prog_is.loaded_ns), 1, "as of prog" },
	{ "old_prog.uid", FIELD_NUMBER, AT(old_prog_is.uid), 1, "as of prog" },
	{ "old_prog.maps", FIELD_U32S, AT(old_prog_is.maps), 1, "as of prog" },
	{ "old_prog.more_maps", FIELD_U32, AT(old_prog_is.more_maps), 1, "as of prog" },
	{ "old_prog.pins", FIELD_TEXTS, AT(old_prog_is.pins), 1, "as of prog" },
	{ "old_prog.components", FIELD_COMPONENTS, AT(old_components), 1, "as of prog" },
	{ "old_prog.mode", FIELD_WORD, AT(old_mode), 1, "the mode it was in" },
	{ "dispatcher.id", FIELD_U32, AT(component.target.id), 1,
	  "of a component: the program that it goes into" },
	{ "dispatcher.name", FIELD_BYTES, AT(component.target.name), 1, "its name" },
	{ "component.slot", FIELD_NUMBER, AT(component.slot), 1, "its place there, from 0" },
	{ "component.func", FIELD_BYTES, AT(component.func), 1, "the function that it replaces" },
	{ "xsk.queue", FIELD_NUMBER, AT(xsk.queue), 1, "the queue of an AF_XDP pool" },
	{ "xsk.asked", FIELD_WORD, AT(xsk.asked), 1, "copy, zerocopy or any" },
	{ "xsk.mode", FIELD_WORD, AT(xsk.mode), 1, "what it has got, or had: copy or zerocopy" },
	{ "map.id", FIELD_U32, AT(map.id), 1, "the map; one that is being made has none yet" },
	{ "map.name", FIELD_BYTES, AT(map.name), 1, "its name" },
	{ "map.type", FIELD_WORD, AT(map.type), 1, "devmap, devmap_hash, cpumap, array, hash" },
	{ "map.key", FIELD_NUMBER, AT(map.key), 1,
	  "the entry: a key of a devmap, a CPU of a cpumap; absent: all, as the map goes" },
	{ "link.id", FIELD_U32, AT(link_id), 1, "the bpf_link of the operation" },
	{ "link.state", FIELD_WORD, AT(link_state), 1,
	  "dead: the link is there, and has no device any more" },
	{ "link.created", FIELD_TIME, AT(creator.time_ns), 1,
	  "of a link that another operation has made: when, UTC" },
	{ "link.creator.pid", FIELD_U32, AT(creator.pid), 1, "who has made it, as of task" },
	{ "link.creator.comm", FIELD_BYTES, AT(creator.comm), 1, "that thread's name" },
	{ "link.creator.exe", FIELD_TEXT, AT(creator.who.exe), 1, "its program's path" },
	{ "link.creator.cmdline", FIELD_TEXT, AT(creator.who.cmdline), 1, "its arguments" },
	{ "link.creator.uid", FIELD_NUMBER, AT(creator.who.uid), 1, "its user" },
	{ "link.creator.container", FIELD_TEXT, AT(creator.who.container), 1, "its container" },
	{ "link.creator.pod", FIELD_TEXT, AT(creator.who.pod), 1, "its Kubernetes pod" },
	{ "link.creator.missing", FIELD_WORD, AT(creator.missing), 1,
	  "why that is not known: before (the link is older than the trace), lost (its "
	  "creation is not among the events)" },
	{ "link.holder.pid", FIELD_U32, AT(holder.pid), 1,
	  "of a link that is older than the trace: a process that had it open as tracing began" },
	{ "link.holder.comm", FIELD_BYTES, AT(holder.comm), 1, "its name" },
	{ "link.holder.exe", FIELD_TEXT, AT(holder.who.exe), 1, "its program's path" },
	{ "link.holder.cmdline", FIELD_TEXT, AT(holder.who.cmdline), 1, "its arguments" },
	{ "link.holder.uid", FIELD_NUMBER, AT(holder.who.uid), 1, "its user" },
	{ "holder.prog.id", FIELD_U32, AT(opponent.prog.id), 1,
	  "of a refusal (EBUSY, EEXIST): the program that holds the hook" },
	{ "holder.prog.name", FIELD_BYTES, AT(opponent.prog.name), 1, "its name" },
	{ "holder.mode", FIELD_WORD, AT(opponent.mode), 1, "the mode that it is in" },
	{ "holder.link_id", FIELD_U32, AT(opponent.link_id), 1,
	  "the bpf_link that holds it there; absent: netlink has put it there" },
	{ "holder.ifname", FIELD_BYTES, AT(opponent.dev), 1,
	  "the device above this one that it is on; absent: it is on this one" },
	{ "holder.since", FIELD_TIME, AT(opponent.time_ns), 1,
	  "when it was put there, UTC, if this trace has seen it" },
	{ "holder.creator.pid", FIELD_U32, AT(opponent.creator.pid), 1, "by whom, as of task" },
	{ "holder.creator.comm", FIELD_BYTES, AT(opponent.creator.comm), 1, "that thread's name" },
	{ "holder.creator.exe", FIELD_TEXT, AT(opponent.creator.who.exe), 1, "its program's path" },
	{ "holder.creator.cmdline", FIELD_TEXT, AT(opponent.creator.who.cmdline), 1,
	  "its arguments" },
	{ "holder.creator.container", FIELD_TEXT, AT(opponent.creator.who.container), 1,
	  "its container" },
	{ "holder.creator.pod", FIELD_TEXT, AT(opponent.creator.who.pod), 1, "its Kubernetes pod" },
	{ "holder.pids", FIELD_U32S, AT(opponent.pids), 1,
	  "processes that have its link open, or the program where there is no link, as the "
	  "event is printed, up to 8" },
	{ "holder.comms", FIELD_TEXTS, AT(opponent.comms), 1,
	  "their names; empty: nobody has it open; absent: not known" },
	{ "holder.pins", FIELD_TEXTS, AT(opponent.pins), 1,
	  "where its link is pinned, or the program where there is no link, up to 8 paths" },
	{ "holder.missing", FIELD_WORD, AT(opponent.missing), 1,
	  "what is not known of it: processes (there may be more)" },
	{ "contest.count", FIELD_U32, AT(contest.count), 1,
	  "how often this task and another one have displaced each other's programs here, in "
	  "turns" },
	{ "contest.span_ns", FIELD_U64, AT(contest.span_ns), 1, "in this time" },
	{ "contest.interval_ns", FIELD_U64, AT(contest.interval_ns), 1,
	  "the mean time between two of these" },
	{ "contest.with.pid", FIELD_U32, AT(contest.with.pid), 1, "the other one, as of task" },
	{ "contest.with.comm", FIELD_BYTES, AT(contest.with.comm), 1, "that thread's name" },
	{ "contest.with.exe", FIELD_TEXT, AT(contest.with.who.exe), 1, "its program's path" },
	{ "contest.with.cmdline", FIELD_TEXT, AT(contest.with.who.cmdline), 1, "its arguments" },
	{ "contest.with.container", FIELD_TEXT, AT(contest.with.who.container), 1,
	  "its container" },
	{ "contest.with.pod", FIELD_TEXT, AT(contest.with.who.pod), 1, "its Kubernetes pod" },
	{ "carrier.operation", FIELD_WORD, AT(outage.operation), 1,
	  "the action that the carrier was lost with, or a little later" },
	{ "carrier.lost_ns", FIELD_U64, AT(outage.lost_ns), 1,
	  "for how long it was lost, as the kernel has told of it" },
	{ "carrier.back_ns", FIELD_U64, AT(outage.back_ns), 1,
	  "from the operation's begin until it was back" },
	{ "notes", FIELD_TEXTS, AT(notes), 1,
	  "what is not what it seems: a removal that has removed nothing, a mode that was not "
	  "the first choice, a success without effect" },
	{ "task.pid", FIELD_U32, AT(pid), 1, "process id (tgid), in the initial pid namespace" },
	{ "task.tid", FIELD_U32, AT(tid), 1, "thread id, likewise" },
	{ "task.comm", FIELD_BYTES, AT(comm), 1, "the thread's name" },
	{ "task.ppid", FIELD_U32, AT(who.ppid), 1, "its parent process" },
	{ "task.parent_comm", FIELD_TEXT, AT(who.parent_comm), 1, "the name of that" },
	{ "task.exe", FIELD_TEXT, AT(who.exe), 1,
	  "its program's path, from the root of its mount namespace" },
	{ "task.cmdline", FIELD_TEXT, AT(who.cmdline), 1,
	  "its arguments as a shell takes them; ends with ... where they are longer than 1 KiB" },
	{ "task.uid", FIELD_NUMBER, AT(who.uid), 1, "its user, in the initial user namespace" },
	{ "task.loginuid", FIELD_NUMBER, AT(who.loginuid), 1,
	  "the user who has logged in, whatever became of them by su or sudo" },
	{ "task.netns", FIELD_U32, AT(who.netns), 1, "inode of the task's network namespace" },
	{ "task.cgroup", FIELD_TEXT, AT(who.cgroup), 1, "its cgroup, in the unified hierarchy" },
	{ "task.container", FIELD_TEXT, AT(who.container), 1,
	  "id of the container, by the cgroup" },
	{ "task.pod", FIELD_TEXT, AT(who.pod), 1, "uid of the Kubernetes pod, likewise" },
	{ "func", FIELD_WORD, AT(func), 1, "the function that installs: a driver's, or generic" },
	{ "took_ns", FIELD_U64, AT(took_ns), 1,
	  "duration of the operation, waiting for RTNL included where the kernel takes it inside" },
	{ "driver_took_ns", FIELD_U64, AT(driver_took_ns), 1, "of it, spent in func" },
	{ "driver_probe", FIELD_WORD, AT(driver_probe), 1,
	  "why that is not known: late (func was probed after this, or will be: its module was "
	  "just loaded), none (it can not be probed)" },
	{ "lost_calls", FIELD_U32, AT(lost_calls), 1, "calls that are missing below" },
	{ "calls", FIELD_CALLS, 0, 1,
	  "probed calls: func, module, dev (ifindex and ifname), ret, took_ns, reason (true: it "
	  "was "
	  "set here), calls" },
	{ "stack", FIELD_STACK, AT(stack), 1,
	  "with --stack: the kernel's stack at the deepest call, innermost function first, as in "
	  "veth_xdp+0x5 [veth]" },
};

const size_t fields_count = ARRAY_SIZE(fields);

_Static_assert(ARRAY_SIZE(fields) <= FIELDS_MAX, "fields have no room where all are chosen");

const struct field *field_find(const char *path)
{
	for (size_t i = 0; i < fields_count; i++) {
		if (!strcmp(fields[i].path, path))
			return &fields[i];
	}
	return NULL;
}

const char *field_json_type(enum field_type type)
{
	switch (type) {
	case FIELD_TIME:
	case FIELD_ACTION:
	case FIELD_WORD:
	case FIELD_BYTES:
	case FIELD_TEXT:
	case FIELD_ERROR:
		return "string";
	case FIELD_ERRNO:
	case FIELD_U32:
	case FIELD_U64:
	case FIELD_NUMBER:
		return "number";
	case FIELD_U32S:
	case FIELD_TEXTS:
	case FIELD_COMPONENTS:
	case FIELD_MESSAGES:
	case FIELD_CALLS:
	case FIELD_STACK:
		return "array";
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
	case FIELD_TEXT:
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
	case FIELD_NUMBER:
		return ((const struct number *)value)->known;
	case FIELD_U32S:
		return ((const struct u32s *)value)->count;
	case FIELD_TEXTS:
		return ((const struct texts *)value)->known;
	case FIELD_COMPONENTS:
		return ((const struct components *)value)->count;
	case FIELD_MESSAGES:
		return ((const struct messages *)value)->count;
	case FIELD_CALLS:
		return true;
	case FIELD_STACK:
		return ((const struct stack *)value)->count;
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
