// SPDX-License-Identifier: GPL-2.0
#include "event/outage.h"

#include "util/cleanup.h"
#include "util/clock.h"

#include <stdlib.h>
#include <string.h>

#define DEVICES_MAX 4096

struct device {
	struct recent_entry entry; /* by ifindex */
	bool known;                /* downs is */
	uint32_t downs;
	/* The last loss; 0: there is none that waits for its operation, or for its end. */
	uint64_t lost_ns, back_ns;
	/* The last operation. */
	struct event *operation; /* owned: what is told of it again; NULL: there was none */
	uint64_t begin_ns, end_ns;
};

static void release_entry(struct recent_entry *entry)
{
	struct device *device = (struct device *)entry;

	if (device->operation)
		event_release(device->operation);
	free(device->operation);
	free(device);
}

void outages_init(struct outages *outages)
{
	recent_init(&outages->devices, DEVICES_MAX, release_entry);
}

static struct device *device_get(struct outages *outages, uint32_t ifindex)
{
	struct device *device = (struct device *)recent_find(&outages->devices, ifindex, 0);

	if (device)
		return device;
	device = calloc(1, sizeof(*device));
	if (!device)
		return NULL;
	device->entry.key = ifindex;
	if (!recent_add(&outages->devices, &device->entry))
		return device;
	free(device);
	return NULL;
}

/* Both are known, and close to each other. */
static bool match(struct device *device, struct event *ret)
{
	const struct event *operation = device->operation;
	uint64_t lost = device->lost_ns, back = device->back_ns;

	if (!lost || !back || !operation || lost < device->begin_ns ||
	    lost > device->end_ns + OUTAGE_NEAR || back > device->begin_ns + OUTAGE_LONG)
		return false;
	device->lost_ns = device->back_ns = 0;
	*ret = *operation;
	ret->who.process = NULL;
	if (operation->who.process)
		who_set(&ret->who, process_get(operation->who.process));
	ret->action = ACTION_CARRIER;
	ret->cause = "correlation";
	ret->result = "ok";
	ret->outage.operation = action_name(operation->action);
	ret->outage.lost_ns = back - lost;
	ret->outage.back_ns = back - device->begin_ns;
	ret->end_ns = back;
	ret->time_ns = clock_real_ns(CLOCK_MONOTONIC, back);
	return true;
}

bool outages_carrier(struct outages *outages, const struct device_carrier *carrier, uint64_t now_ns,
		     struct event *ret)
{
	struct device *device = device_get(outages, carrier->ifindex);
	bool lost;

	if (!device)
		return false;
	if (carrier->gone) {
		recent_remove(&outages->devices, &device->entry);
		return false;
	}
	/* Changes in between are told as one. */
	lost = device->known && carrier->downs != device->downs;
	device->known = true;
	device->downs = carrier->downs;
	if (!carrier->enabled) { /* somebody has set it down */
		device->lost_ns = device->back_ns = 0;
		return false;
	}
	if (lost && !(device->lost_ns && !device->back_ns)) {
		device->lost_ns = now_ns;
		device->back_ns = 0;
	}
	if (!carrier->present || !device->lost_ns || device->back_ns)
		return false;
	device->back_ns = now_ns;
	return match(device, ret);
}

/* What of @event is told again, with a reference to its process. */
static void remember(struct device *device, const struct event *event)
{
	struct event *operation = device->operation;

	if (!operation)
		operation = device->operation = malloc(sizeof(*operation));
	else
		event_release(operation);
	if (!operation)
		return;
	*operation = (struct event){
		.action = event->action,
		.mode = event->mode,
		.whose = event->whose,
		.prog = event->prog,
		.old_prog = event->old_prog,
		.link_id = event->link_id,
		.pid = event->pid,
		.tid = event->tid,
	};
	memcpy(operation->comm, event->comm, sizeof(operation->comm));
	memcpy(operation->driver, event->driver, sizeof(operation->driver));
	operation->dev.ifindex = event->dev.ifindex;
	operation->dev.netns = event->dev.netns;
	memcpy(operation->dev.name, event->dev.name, sizeof(operation->dev.name));
	if (event->who.process)
		who_set(&operation->who, process_get(event->who.process));
	device->begin_ns = event->end_ns - event->took_ns;
	device->end_ns = event->end_ns;
}

bool outages_event(struct outages *outages, const struct event *event, struct event *ret)
{
	struct device *device;

	if (event->dev.netns != outages->netns || event->error || event->unknown ||
	    !event->dev.ifindex || !event->pid)
		return false;
	if (event->action != ACTION_INSTALL && event->action != ACTION_REPLACE &&
	    event->action != ACTION_REMOVE && event->action != ACTION_POOL_SETUP &&
	    event->action != ACTION_POOL_TEARDOWN)
		return false;
	device = device_get(outages, event->dev.ifindex);
	if (!device)
		return false;
	remember(device, event);
	return match(device, ret);
}

void outages_release(struct outages *outages)
{
	recent_release(&outages->devices);
}
