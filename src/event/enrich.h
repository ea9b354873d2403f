/* SPDX-License-Identifier: GPL-2.0 */
/* Adding what the kernel side could only give as numbers: names of functions and drivers, time. */
#ifndef XDPSNOOP_EVENT_ENRICH_H
#define XDPSNOOP_EVENT_ENRICH_H

#include "event/event.h"
#include "kernel/symbols.h"
#include "kernel/symboltable.h"
#include "probe/targets.h"

/* A function found by its address only, kept: the file of symbols is expensive to read. */
struct known_function {
	uint64_t addr;
	struct symbol_name symbol; /* with an empty name: there is none at this address */
};

struct enricher {
	const struct targets *targets; /* borrowed */
	const struct modules *modules; /* borrowed */
	symbol_at_fn symbol_at;        /* names an address; NULL: kallsyms is read for it */
	void *symbol_at_arg;
	struct known_function **known; /* owned, each allocated: events point into them */
	size_t nknown;
	bool stacks; /* to be set: stacks are to be named, and symbols kept for that */
	struct symbol_table symbols;
};

/* Fills in the names of calls, func, driver, the driver's time, and the wall clock's time. */
void enrich_event(struct enricher *enricher, struct event *event);

/*
 * Reads the symbols that stacks are named by. To be called when probes are attached, and again when
 * modules have come or gone. Returns 0, also where none are wanted, or a negative errno.
 */
int enricher_read_symbols(struct enricher *enricher);

/* What is known by address only may have another name from here on. */
void enricher_forget(struct enricher *enricher);

void enricher_release(struct enricher *enricher);

#endif
