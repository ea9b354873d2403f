// SPDX-License-Identifier: GPL-2.0
#include "kernel/owners.h"

#include "kernel/processes.h"
#include "util/clock.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#define MSEC     1000000ULL
#define LOOK_NS  (100 * MSEC)
#define CREDIT   16           /* searches that may be made at once, after a pause, */
#define BURST_NS (800 * MSEC) /* but not for longer */
#define SHARE    20           /* the part of all time that may be used */

static bool is_known(const struct owners *owners, uint32_t pid)
{
	for (size_t i = 0; i < owners->count; i++) {
		if (owners->list[i].pid == pid)
			return true;
	}
	return false;
}

static int look_at(const struct held_one *one, void *arg)
{
	struct owners *owners = arg;
	struct owner *owner;

	if (one->kind != owners->what || one->id != owners->id || is_known(owners, one->pid))
		return 0;
	if (owners->count == OWNERS_MAX)
		return -E2BIG;
	owner = &owners->list[owners->count];
	owner->pid = one->pid;
	if (process_comm(one->pid, owner->comm)) /* else it has ended */
		owners->count++;
	return 0;
}

/* As long as refusals are few, each is looked at; else there is a share of time for that. */
static bool may_look(struct owners *owners, uint64_t now)
{
	uint64_t most_ns = CREDIT * owners->cost_ns;

	if (most_ns > BURST_NS)
		most_ns = BURST_NS;
	return share_used(&owners->share, now, SHARE) <= most_ns;
}

/* What a search costs at most: one that was cheap says little, with others on the processor. */
static void count_cost(struct owners *owners, uint64_t cost_ns)
{
	owners->share.used_ns += cost_ns;
	owners->cost_ns -= owners->cost_ns / 8;
	if (owners->cost_ns < cost_ns)
		owners->cost_ns = cost_ns;
}

/* Those that have ended since they were found own nothing any more. */
static void forget_ended(struct owners *owners)
{
	size_t count = 0;

	for (size_t i = 0; i < owners->count; i++) {
		if (!kill(owners->list[i].pid, 0) || errno != ESRCH)
			owners->list[count++] = owners->list[i];
	}
	owners->count = count;
}

bool owners_find(struct owners *owners, enum wire_held_kind what, uint32_t id, uint32_t first)
{
	uint64_t begin = clock_work_ns();
	size_t unread = 0;
	int err;

	if (owners->are_hidden)
		return false;
	if (!may_look(owners, clock_ns(CLOCK_MONOTONIC))) {
		owners->complete = false;
		forget_ended(owners);
		return owners->what == what && owners->id == id;
	}
	owners->what = what;
	owners->id = id;
	owners->count = 0;
	owners->held.end_ns = begin + LOOK_NS;
	if (first)
		held_of(&owners->held, first, look_at, owners);
	err = held_each(&owners->held, look_at, owners, &unread);
	owners->complete = !err && !unread;
	count_cost(owners, clock_work_ns() - begin);
	return true;
}
