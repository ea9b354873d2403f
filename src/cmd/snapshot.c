// SPDX-License-Identifier: GPL-2.0
#include "cmd/snapshot.h"

#include "event/record.h"
#include "kernel/devices.h"
#include "kernel/namespaces.h"
#include "kernel/progs.h"
#include "kernel/rtnl.h"
#include "util/clock.h"
#include "util/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Seen from outside, an operation that had begun before it could be recorded is not recorded at
 * all. It waits for RTNL, most likely: those who wait get it in turn, and are not overtaken twice
 * if they had the time to try (MUTEX_FLAG_HANDOFF in kernel/locking/mutex.c). So as many of them go
 * first.
 */
#define TURNS   25
#define TURN_US 10000

#define LOOKS_MAX 8     /* at a device that does not stand still */
#define HELD_MAX  16384 /* more records than the ring buffer has room for, of most kinds */

struct held_record {
	void *data; /* owned */
	size_t size;
};

/* Whoever was changing something before that could be recorded has done it after this. */
static void let_others_go_first(const struct snapshot_taker *taker)
{
	int err = rtnl_pass();

	for (int turn = 1; !err && taker->watcher->is_open && turn < TURNS; turn++) {
		usleep(TURN_US);
		err = rtnl_pass();
	}
	if (err)
		log_warning("could not wait for RTNL: %s", strerrordesc_np(-err));
}

static bool is_same(const struct wire_look *one, const struct wire_look *other)
{
	return one->address == other->address &&
	       !memcmp(one->op.state, other->op.state, sizeof(one->op.state)) &&
	       !memcmp(one->op.state_link, other->op.state_link, sizeof(one->op.state_link));
}

/* The kernel may change it meanwhile: two looks in a row have to tell the same. */
static int look_twice(struct snapshot_taker *taker, uint32_t ifindex, struct wire_look *ret)
{
	struct prober *prober = taker->watcher->prober;
	struct wire_look first, second;
	int err = prober_look_in(prober, taker->netns->fd, ifindex, &second);

	for (int looks = 0; !err && looks < LOOKS_MAX; looks++) {
		first = second;
		err = prober_look_in(prober, taker->netns->fd, ifindex, &second);
		if (!err && is_same(&first, &second)) {
			*ret = second;
			return 0;
		}
	}
	return err ? err : -EAGAIN;
}

/* What netlink tells of a device, where it can not be looked at. */
static void look_by_netlink(const struct device_xdp *device, uint32_t netns, struct wire_look *ret)
{
	*ret = (struct wire_look){ .address = 1 };
	ret->op.dev.ifindex = device->ifindex;
	ret->op.dev.netns = netns;
	memcpy(ret->op.dev.name, device->name, sizeof(ret->op.dev.name));
	for (int mode = 0; mode < WIRE_MODES; mode++) {
		struct prog_info prog;

		ret->op.state[mode].id = device->prog_id[mode];
		if (device->prog_id[mode] && !prog_read(device->prog_id[mode], &prog))
			memcpy(ret->op.state[mode].name, prog.name, sizeof(prog.name));
	}
}

static int add_found(struct snapshot_taker *taker, const struct wire_look *look, int mode,
		     uint64_t now_ns)
{
	struct snapshot_record *found;

	found = reallocarray(taker->found, taker->nfound + 1, sizeof(*found));
	if (!found)
		return -ENOMEM;
	taker->found = found;
	snapshot_record(look, mode, now_ns, &found[taker->nfound++]);
	return 0;
}

static int take_device(const struct device_xdp *device, void *arg)
{
	struct snapshot_taker *taker = arg;
	uint64_t from_ns = clock_ns(CLOCK_MONOTONIC), now_ns;
	struct wire_look look;
	bool looked = true, has_any = false;
	int err;

	if (look_twice(taker, device->ifindex, &look)) {
		looked = false;
		from_ns = taker->from_ns;
		look_by_netlink(device, taker->netns->inum, &look);
	}
	now_ns = clock_ns(CLOCK_MONOTONIC);
	if (!look.address)
		return 0; /* it has gone meanwhile */
	err = snapshot_add_device(&taker->snapshot, &look.op, looked, from_ns, now_ns);
	for (int mode = 0; !err && mode < WIRE_MODES; mode++) {
		if (!look.op.state[mode].id)
			continue;
		has_any = true;
		err = add_found(taker, &look, mode, now_ns);
	}
	if (has_any && looked)
		watcher_learn(taker->watcher, &look, now_ns);
	return err;
}

static int take_namespace(const struct netns *netns, void *arg)
{
	struct snapshot_taker *taker = arg;
	int err;

	taker->netns = netns;
	taker->from_ns = clock_ns(CLOCK_MONOTONIC);
	err = devices_each(netns->fd, take_device, taker);
	if (err == -ENOMEM || err == -ENOTRECOVERABLE)
		return err;
	if (!err)
		return snapshot_add_netns(&taker->snapshot, netns->inum, taker->from_ns,
					  clock_ns(CLOCK_MONOTONIC));
	log_warning("the snapshot may lack devices of network namespace %u: %s", netns->inum,
		    strerrordesc_np(-err));
	return 0;
}

/* Passes the snapshot on, then what was held. */
static void take_end(struct snapshot_taker *taker)
{
	taker->holds = false;
	for (size_t i = 0; i < taker->nfound; i++)
		taker->record(taker->context, taker->found[i].bytes, taker->found[i].size);
	for (size_t i = 0; i < taker->nheld; i++) {
		taker->receive(taker->context, taker->held[i].data, taker->held[i].size);
		free(taker->held[i].data);
	}
	taker->nfound = taker->nheld = 0;
}

static int hold(struct snapshot_taker *taker, const void *data, size_t size)
{
	struct held_record *held, one = { .size = size };

	if (taker->nheld == HELD_MAX)
		return -E2BIG;
	held = reallocarray(taker->held, taker->nheld + 1, sizeof(*held));
	if (!held)
		return -ENOMEM;
	taker->held = held;
	one.data = malloc(size);
	if (!one.data)
		return -ENOMEM;
	memcpy(one.data, data, size);
	held[taker->nheld++] = one;
	return 0;
}

bool snapshot_hold(struct snapshot_taker *taker, void *data, size_t size)
{
	struct record record;

	if (!taker->holds)
		return false;
	if (!record_decode(data, size, &record) && (record.task || record.program)) {
		taker->record(taker->context, data, size);
		return true;
	}
	if (!hold(taker, data, size))
		return true;
	take_end(taker); /* in a storm: what is not known by now stays unknown */
	return false;
}

int snapshot_take(struct snapshot_taker *taker)
{
	size_t unreadable = 0;
	int err;

	let_others_go_first(taker);
	err = namespaces_each(take_namespace, taker, &unreadable);
	if (!err && unreadable)
		log_info("The snapshot may lack network namespaces: %zu processes could not be "
			 "looked at",
			 unreadable);
	/* What the programs are is told by records of their own, which have to come first. */
	taker->holds = true;
	loop_consume(taker->watcher->loop);
	if (taker->holds)
		take_end(taker);
	return err;
}

void snapshot_close(struct snapshot_taker *taker)
{
	snapshot_release(&taker->snapshot);
	for (size_t i = 0; i < taker->nheld; i++)
		free(taker->held[i].data);
	free(taker->held);
	free(taker->found);
}
