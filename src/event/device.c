// SPDX-License-Identifier: GPL-2.0
#include "event/device.h"

#include "util/cleanup.h"

#include <string.h>

/* enum netdev_xdp_act of include/uapi/linux/netdev.h, by bits. */
static const char *const features[] = {
	"basic", "redirect", "ndo-xmit", "xsk-zerocopy", "hw-offload", "rx-sg", "ndo-xmit-sg",
};

static void add_features(const struct wire_dev *dev, struct texts *ret)
{
	ret->known = dev->has_features;
	for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
		if (dev->has_features && dev->xdp_features & 1U << i)
			texts_add(ret, features[i]);
	}
}

static void add_texts(const struct wire_texts *texts, struct event *event)
{
	memcpy(event->dev.bus, texts->bus, sizeof(event->dev.bus));
	memcpy(event->dev.master, texts->master, sizeof(event->dev.master));
	memcpy(event->dev.altname, texts->altname, sizeof(event->dev.altname));
	memcpy(event->dev.alias, texts->alias, sizeof(event->dev.alias));
	memcpy(event->dev.lower_names, texts->lower, sizeof(event->dev.lower_names));
	for (size_t i = 0; i < WIRE_LOWER && texts->lower[i][0]; i++)
		texts_add(&event->dev.lower, event->dev.lower_names[i]);
}

void event_add_device(const struct record *record, struct event *event)
{
	const struct wire_dev *dev = &record->op->dev;

	event->dev.netns_dying = dev->netns_dying;
	event->dev.more_lower = dev->more_lower;
	event->dev.mtu = dev->mtu;
	event->dev.rx_queues = dev->rx_queues;
	event->dev.tx_queues = dev->tx_queues;
	add_features(dev, &event->dev.xdp_features);
	add_texts(&record->texts, event);
}

void event_add_netns(struct netns_names *names, struct event *event)
{
	uint32_t pid;

	/* In a flood, an event is told long after its end: one look is good for many. */
	uint64_t since_ns = event->end_ns ? event->end_ns : NETNS_NAMES_NOW;

	netns_names_find(names, event->dev.netns, event->dev.netns_dying, since_ns,
			 event->dev.netns_name, &event->dev.netns_pid);
	if (event->old_dev.netns)
		netns_names_find(names, event->old_dev.netns, event->old_dev.netns_dying, since_ns,
				 event->old_netns_name, &pid);
}
