/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of trace share: trace.c begins and ends it, flow.c is what happens between. */
#ifndef XDPSNOOP_CMD_TRACE_H
#define XDPSNOOP_CMD_TRACE_H

#include "advice/advice.h"
#include "cmd/discover.h"
#include "cmd/execution.h"
#include "cmd/follow.h"
#include "cmd/loop.h"
#include "cmd/losses.h"
#include "cmd/opponents.h"
#include "cmd/options.h"
#include "cmd/repeats.h"
#include "cmd/snapshot.h"
#include "cmd/watcher.h"
#include "event/assemble.h"
#include "event/creators.h"
#include "event/dispatch.h"
#include "event/enrich.h"
#include "event/outage.h"
#include "probe/prober.h"
#include "util/output.h"

/* Sources of the loop, beside records. */
enum {
	TRACE_MODULES,
	TRACE_WATCH, /* its descriptor comes when it is open */
	TRACE_ENDED, /* of a command, likewise */
	TRACE_CARRIERS,
	TRACE_REPEATS,
};

/* Everything that a running trace holds. */
struct trace {
	struct options options;
	struct output output;
	struct repeats repeats;
	struct loop loop;
	struct discovery found;
	struct prober prober;
	struct watcher watcher;
	struct snapshot_taker snapshot;
	struct assembler assembler;
	struct dispatch dispatch;
	struct netns_names netns_names;
	struct prog_pins pins;
	struct creators creators;
	struct opponents opponents;
	struct outages outages;
	int carriers_fd; /* changes of carriers; negative: they are not known */
	struct enricher enricher;
	struct advisor advisor;
	struct follower follower;
	struct losses losses;
	uint64_t events;            /* reported so far */
	struct execution execution; /* with options.command */
	bool deaf;                  /* nobody reads events any more */
};

/* Sets up what the loop, the watch and the snapshot call for each record, and after them. */
void trace_connect(struct trace *trace);

/* After each batch of records. Returns LOOP_GO_ON, LOOP_END, or a negative errno. */
int trace_batch(struct trace *trace);

/* Writes what is buffered. Returns as that. */
int trace_flush(struct trace *trace);

/* Where events go, for messages. Borrowed. */
const char *trace_output_name(const struct trace *trace);

#endif
