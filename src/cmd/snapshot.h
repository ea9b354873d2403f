/* SPDX-License-Identifier: GPL-2.0 */
/* Looks at all devices when tracing begins: for --snapshot. */
#ifndef XDPSNOOP_CMD_SNAPSHOT_H
#define XDPSNOOP_CMD_SNAPSHOT_H

#include "cmd/watcher.h"
#include "event/snapshot.h"

struct held_record;

struct snapshot_taker {
	/* To be set by the caller. */
	struct watcher *watcher;                                /* takes in what is found, too */
	int (*receive)(void *context, void *data, size_t size); /* given records that were held */
	int (*record)(void *context, void *data, size_t size);  /* one for each program, and what */
	void *context;                                          /* those say that come ahead */
	/* The taker's own. */
	struct snapshot snapshot;
	struct snapshot_record *found; /* owned; of each program */
	size_t nfound;
	struct held_record *held; /* owned; come while the snapshot was taken */
	size_t nheld;
	bool holds;
	const struct netns *netns; /* that is looked at now, */
	uint64_t from_ns;          /* since then */
};

/*
 * Takes the snapshot, and passes it on. To be called when operations are recorded, and before any
 * record is taken. Returns 0 or a negative errno: it is not complete.
 */
int snapshot_take(struct snapshot_taker *taker);

/* A record has come. Returns whether it is held until the snapshot has been passed on. */
bool snapshot_hold(struct snapshot_taker *taker, void *data, size_t size);

void snapshot_close(struct snapshot_taker *taker);

#endif
