/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Watching what is attached, where operations are seen from outside only: programs also go with
 * the link that is closed, the process that ends or the device that is deleted. Records pass
 * through here, and come out with those of what was noticed between them.
 *
 * Devices are looked at after each batch of records, after a notification about links (of our own
 * namespace, and of those that have an id in it), and a few times a second as long as something is
 * attached. No namespace is entered or held for that.
 */
#ifndef XDPSNOOP_WATCH_WATCH_H
#define XDPSNOOP_WATCH_WATCH_H

#include "watch/model.h"

struct outgoing;

/* What the watch needs from others; all get @context. */
struct watch_calls {
	/* CLOCK_MONOTONIC. */
	uint64_t (*now_ns)(void *context);
	/* As prober_look(). */
	int (*look)(void *context, uint32_t netns, uint32_t ifindex, uint64_t address,
		    struct wire_look *ret);
	/* A record of an operation there was taken. */
	void (*taken)(void *context, uint32_t netns, uint32_t ifindex);
	/* Whether an operation is under way there whose record was not taken yet. */
	bool (*is_pending)(void *context, uint32_t netns, uint32_t ifindex);
	/* Gives all records that are there to watch_add(). */
	void (*drain)(void *context);
	/* Whether there is such a link. */
	bool (*has_link)(uint32_t id, void *context);
	/* A record, one of those added or one that the watch has made, in order. */
	void (*record)(void *context, void *data, size_t size);
};

struct watch {
	/* To be set by the caller. */
	struct watch_calls calls;
	void *context;
	/* The watch's own. */
	int fd; /* readable: call watch_ready() */
	int timer_fd, link_fd;
	struct model model;
	struct outgoing *out; /* owned */
	size_t count, size;
	uint64_t records; /* so far; each has its number */
	uint64_t lost;    /* for lack of memory */
	uint64_t armed_ns;
};

/* Returns 0 or a negative errno; watch_close() is due in either case. */
int watch_open(struct watch *watch);
void watch_close(struct watch *watch);

/* Whether something that was noticed can not be told yet. */
bool watch_is_unclear(const struct watch *watch);

/* Takes in what is on a device now, as there are no records of it. */
void watch_seed(struct watch *watch, uint32_t netns, uint32_t ifindex);

/* The same by a look at @now_ns. */
void watch_learn(struct watch *watch, const struct wire_look *look, uint64_t now_ns);

/* Takes a copy of a record. */
void watch_add(struct watch *watch, const void *data, size_t size);

/* After some records: looks at what is attached, and gives all records out that are certain. */
void watch_settle(struct watch *watch);

/* fd can be read. */
void watch_ready(struct watch *watch);

#endif
