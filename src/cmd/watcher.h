/* SPDX-License-Identifier: GPL-2.0 */
/* Puts a watch between the ring buffer and what takes its records, if the prober wants one. */
#ifndef XDPSNOOP_CMD_WATCHER_H
#define XDPSNOOP_CMD_WATCHER_H

#include "cmd/loop.h"
#include "probe/prober.h"
#include "watch/watch.h"

struct watcher {
	/* To be set by the caller. */
	struct prober *prober;
	struct loop *loop;
	int (*record)(void *context, void *data, size_t size); /* as of struct loop */
	void *context;
	/* The watcher's own. */
	struct watch watch;
	bool is_open;
};

/* To be called before loop_open(), whose sources it adds to. Returns 0 or a negative errno. */
int watcher_open(struct watcher *watcher);
void watcher_close(struct watcher *watcher);

/* A record has come, and a batch of them. Without a watch, records are passed on. */
int watcher_record(struct watcher *watcher, void *data, size_t size);
void watcher_settle(struct watcher *watcher);

/* Something has happened that the watch waits for. */
void watcher_ready(struct watcher *watcher);

/*
 * Waits, a second at most, until all is told that was noticed before the end: operations that are
 * under way may explain it.
 */
void watcher_finish(struct watcher *watcher);

/* Takes in what was attached before the start. To be called when operations are recorded. */
void watcher_seed(struct watcher *watcher);

/* The same for one device that was looked at, at @now_ns. */
void watcher_learn(struct watcher *watcher, const struct wire_look *look, uint64_t now_ns);

/* A record is not passed to the watch. */
void watcher_skip(struct watcher *watcher, const struct wire_op *op);

#endif
