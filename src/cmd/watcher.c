// SPDX-License-Identifier: GPL-2.0
#include "cmd/watcher.h"

#include "kernel/devices.h"
#include "kernel/links.h"
#include "kernel/namespaces.h"
#include "util/clock.h"
#include "util/log.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#define FINISH_NS 1000000000ULL

static uint64_t call_now_ns(void *context)
{
	(void)context;
	return clock_ns(CLOCK_MONOTONIC);
}

static int call_look(void *context, uint32_t netns, uint32_t ifindex, uint64_t address,
		     struct wire_look *ret)
{
	struct watcher *watcher = context;

	return prober_look(watcher->prober, netns, ifindex, address, ret);
}

static void call_taken(void *context, uint32_t netns, uint32_t ifindex)
{
	struct watcher *watcher = context;

	prober_taken(watcher->prober, netns, ifindex);
}

static bool call_is_pending(void *context, uint32_t netns, uint32_t ifindex)
{
	struct watcher *watcher = context;

	return prober_is_pending(watcher->prober, netns, ifindex);
}

static void call_drain(void *context)
{
	struct watcher *watcher = context;

	loop_consume(watcher->loop);
}

static bool call_has_link(uint32_t id, void *context)
{
	(void)context;
	return link_exists(id);
}

static void call_record(void *context, void *data, size_t size)
{
	struct watcher *watcher = context;

	watcher->record(watcher->context, data, size);
}

int watcher_open(struct watcher *watcher)
{
	int err;

	if (!prober_watches(watcher->prober))
		return 0;
	watcher->watch = (struct watch){
		.calls = { call_now_ns, call_look, call_taken, call_is_pending, call_drain,
			   call_has_link, call_record },
		.context = watcher,
	};
	err = watch_open(&watcher->watch);
	watcher->is_open = !err;
	return err;
}

void watcher_close(struct watcher *watcher)
{
	watch_close(&watcher->watch);
	watcher->is_open = false;
}

int watcher_record(struct watcher *watcher, void *data, size_t size)
{
	if (!watcher->is_open)
		return watcher->record(watcher->context, data, size);
	watch_add(&watcher->watch, data, size);
	return 0;
}

void watcher_settle(struct watcher *watcher)
{
	if (watcher->is_open)
		watch_settle(&watcher->watch);
}

void watcher_ready(struct watcher *watcher)
{
	watch_ready(&watcher->watch);
}

void watcher_finish(struct watcher *watcher)
{
	struct pollfd changes = { .fd = watcher->watch.fd, .events = POLLIN };
	uint64_t until = clock_ns(CLOCK_MONOTONIC) + FINISH_NS;

	while (watcher->is_open && watch_is_unclear(&watcher->watch) &&
	       clock_ns(CLOCK_MONOTONIC) < until && poll(&changes, 1, FINISH_NS / 1000000) > 0)
		watch_ready(&watcher->watch);
}

struct place {
	struct watch *watch;
	uint32_t netns;
};

static int seed_device(const struct device_xdp *device, void *arg)
{
	static const uint32_t none[WIRE_MODES];
	const struct place *place = arg;

	if (memcmp(device->prog_id, none, sizeof(none)))
		watch_seed(place->watch, place->netns, device->ifindex);
	return 0;
}

static int seed_namespace(const struct netns *netns, void *arg)
{
	struct place place = { .watch = arg, .netns = netns->inum };
	int err = devices_each(netns->fd, seed_device, &place);

	if (err)
		log_info("Could not list the devices of network namespace %u: %s", netns->inum,
			 strerrordesc_np(-err));
	return err == -ENOTRECOVERABLE ? err : 0;
}

void watcher_learn(struct watcher *watcher, const struct wire_look *look, uint64_t now_ns)
{
	if (watcher->is_open)
		watch_learn(&watcher->watch, look, now_ns);
}

void watcher_skip(struct watcher *watcher, const struct wire_op *op)
{
	if (op->by_syscall)
		prober_taken(watcher->prober, op->dev.netns, op->dev.ifindex);
}

void watcher_seed(struct watcher *watcher)
{
	if (!watcher->is_open)
		return;
	namespaces_each(seed_namespace, &watcher->watch, NULL);
	watch_settle(&watcher->watch);
}
