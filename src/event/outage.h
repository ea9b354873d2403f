/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Carriers that are lost with an operation, as drivers do that stop and start their device for it,
 * and come back later. That the one is because of the other is not known: only that they are close.
 * An operation may become known before its loss does, or after it.
 */
#ifndef XDPSNOOP_EVENT_OUTAGE_H
#define XDPSNOOP_EVENT_OUTAGE_H

#include "event/event.h"
#include "kernel/carriers.h"
#include "util/recent.h"

#define OUTAGE_NEAR 2000000000ULL  /* ns from an operation's end to when the loss is told */
#define OUTAGE_LONG 60000000000ULL /* from its begin to the return of the carrier */

struct outages {
	uint32_t netns; /* to be set: of the devices that carriers are known of */
	struct recent devices;
};

void outages_init(struct outages *outages);

/*
 * Both take note, and fill in @ret, to be released, if it is certain now that a carrier is back
 * that was lost with an operation. Return whether it is.
 */
bool outages_carrier(struct outages *outages, const struct device_carrier *carrier, uint64_t now_ns,
		     struct event *ret);
bool outages_event(struct outages *outages, const struct event *event, struct event *ret);

void outages_release(struct outages *outages);

#endif
