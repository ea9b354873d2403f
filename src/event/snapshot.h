/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cut between what was there when tracing began and what was done after that, so that the first
 * and the operations together tell all, and nothing twice. Pure.
 *
 * Operations are recorded first, then each device is looked at. An operation that was recorded may
 * be contained in what the look has found, or not. The kernel changes a device's programs under
 * RTNL, one operation after the other, and records say when, under RTNL, they have read what the
 * device had before. So, of the operations on one device:
 *
 * - One that had ended before the look is contained.
 * - One that has read what there was after the look has changed it after the look: it is told.
 * - What else there is was under way during the look, and is told if it has met exactly what the
 *   look has found, or what an operation that was told for that reason has left. For had it changed
 *   the device after the look, being the next to do so, it has met just that; and had it done so
 *   before, it has met something else, unless others have changed it back to that: then these are
 *   told, too, and lead from what the look has found back to it.
 *
 * That leaves no gap, and nothing is told twice: what is told always begins with what the snapshot,
 * and the operations told before, have left.
 *
 * An operation that had begun before any was recorded, and held RTNL by then, has let go of it
 * before the first look: RTNL is taken once in between. One that still waited for RTNL is recorded
 * by the functions that the kernel calls when it has it.
 *
 * Seen from outside (the backend tracepoint), what a device had before is read when the system call
 * begins: the same holds as long as no two tasks change a device at the same time, and if those
 * calls that had begun before any was recorded end within a quarter of a second. Links that are
 * closed have no record there. So all is told after the first that is: where it has met something
 * else than was left, the watch says what was not seen.
 */
#ifndef XDPSNOOP_EVENT_SNAPSHOT_H
#define XDPSNOOP_EVENT_SNAPSHOT_H

#include "wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a device has, as far as has been told. */
struct snapshot_device {
	uint32_t netns, ifindex;
	uint32_t prog[WIRE_MODES], link[WIRE_MODES];
	bool has_links; /* they are known */
	bool is_told;   /* from outside: something that has happened to it after the look */
	uint64_t from_ns, to_ns; /* CLOCK_MONOTONIC: it was looked at in between */
};

struct snapshot_netns {
	uint32_t inum;
	uint64_t from_ns, to_ns; /* likewise: devices that are not in the snapshot had nothing */
};

struct snapshot {
	struct snapshot_device *devices; /* owned */
	size_t ndevices;
	struct snapshot_netns *netns; /* owned */
	size_t nnetns;
	uint64_t end_ns; /* all was seen by then; 0: there is no snapshot */
};

/* A namespace of which all devices were looked at between @from_ns and @to_ns. 0 or -ENOMEM. */
int snapshot_add_netns(struct snapshot *snapshot, uint32_t inum, uint64_t from_ns, uint64_t to_ns);

/* What a device had then: @op's dev and state, and its links if @has_links. 0 or -ENOMEM. */
int snapshot_add_device(struct snapshot *snapshot, const struct wire_op *op, bool has_links,
			uint64_t from_ns, uint64_t to_ns);

/* Whether @op is to be told. What is not about programs of devices always is. */
bool snapshot_admits(struct snapshot *snapshot, const struct wire_op *op);

/* A record, as the kernel side sends them. */
struct snapshot_record {
	union {
		struct wire_op op;
		char bytes[offsetof(struct wire_op, tail.calls) + sizeof(struct wire_texts)];
	};
	size_t size;
};

/*
 * The record that tells of the program that the device of @look has in @mode: of no task, and with
 * the time @now_ns.
 */
void snapshot_record(const struct wire_look *look, enum wire_mode mode, uint64_t now_ns,
		     struct snapshot_record *ret);

void snapshot_release(struct snapshot *snapshot);

#endif
