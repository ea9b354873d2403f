/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waiting for what comes first: records, the end of the time, a signal, or a reader of stdout
 * that has gone. Nothing wakes up while nothing happens, and none of them keeps the others waiting:
 * records are taken in turns.
 */
#ifndef XDPSNOOP_CMD_LOOP_H
#define XDPSNOOP_CMD_LOOP_H

#include "kernel/ring.h"

#include <stddef.h>
#include <stdint.h>

enum {
	LOOP_GO_ON,
	LOOP_END,
};

#define LOOP_SOURCES 5

struct signalfd_siginfo;

struct loop {
	/* To be set by the caller. */
	int events_fd;        /* a BPF ring buffer */
	uint64_t duration_ns; /* from loop_run() on; 0: no end */
	int output_fd;        /* the end of whose reader ends the loop */
	int (*record)(void *context, void *data, size_t size); /* returns 0 */
	int (*batch)(void *context);  /* after records: LOOP_GO_ON, LOOP_END, negative errno */
	int (*hangup)(void *context); /* SIGHUP: likewise; NULL: it ends the loop */
	/* In place of all that: signals, SIGQUIT among them, end nothing. May be NULL. */
	void (*signal)(void *context, const struct signalfd_siginfo *info);
	void *context;
	/* What else to wait for, in no order; fd -1: nothing. */
	struct loop_source {
		int fd; /* borrowed */
		/* It can be read. Returns LOOP_GO_ON, LOOP_END or a negative errno. */
		int (*ready)(void *context);
	} sources[LOOP_SOURCES];
	/* The loop's own. */
	struct ring ring;
	int epoll_fd, signal_fd, timer_fd;
};

/*
 * Blocks SIGINT and SIGTERM, which end the loop from here on, SIGHUP unless it is ignored and
 * nobody asks for it, and ignores SIGPIPE.
 */
int loop_open(struct loop *loop);

/*
 * Source @source is to be read from @fd from here on, until that is closed. Returns 0 or a negative
 * errno.
 */
int loop_wait_for(struct loop *loop, size_t source, int fd);

/* Ends the loop after that time, if nothing else does. Returns 0 or a negative errno. */
int loop_end_after(struct loop *loop, uint64_t duration_ns);

/* output_fd is another file from here on. Returns 0 or a negative errno. */
int loop_watch_output(struct loop *loop);

/* Returns 0 when the run is over, or a negative errno. */
int loop_run(struct loop *loop);

/*
 * Takes in what is in the buffer already, without an end of the batch, and some of what comes
 * meanwhile. Not from record().
 */
int loop_consume(struct loop *loop);

/* The same, as a batch. Returns 0 or a negative errno. */
int loop_drain(struct loop *loop);

/* Accepts a loop that failed to open. */
void loop_close(struct loop *loop);

#endif
