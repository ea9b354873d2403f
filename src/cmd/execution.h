/* SPDX-License-Identifier: GPL-2.0 */
/* xdpsnoop exec: a command that is run while it is traced, with all that descends from it. */
#ifndef XDPSNOOP_CMD_EXECUTION_H
#define XDPSNOOP_CMD_EXECUTION_H

#include "cmd/command.h"
#include "cmd/loop.h"
#include "event/account.h"
#include "probe/prober.h"

struct execution {
	/* To be set by the caller. */
	struct prober *prober;
	struct loop *loop;
	size_t source;  /* its place among the loop's sources */
	bool waits_all; /* not only for the command, but for all that descends from it */
	/* Its own. */
	struct command command;
	struct account account;
	int waited_fd;     /* a process that descends from it, and is waited for; -1: none */
	bool is_alone;     /* ids of processes are not those that the kernel side knows */
	bool ended;        /* the command has, and all else that is waited for */
	uint32_t *running; /* owned: processes that are there at the end */
	size_t nrunning;
};

/* Before anything else in this process: struct command. */
void execution_init(struct execution *execution, char **argv);

/* Starts the command; to be called when probes are active. Returns as command_start(). */
int execution_start(struct execution *execution);

/* Whether @event, of the record @op, is to be reported; says whose it is. */
bool execution_event(struct execution *execution, const struct wire_op *op, struct event *event);

/*
 * The loop's source can be read: something that is waited for has ended. What it has asked for is
 * in the ring buffer then. Returns 0 or a negative errno.
 */
int execution_ready(struct execution *execution);

/* One for xdpsnoop: goes to the command; once that has ended, nobody else is waited for. */
void execution_signal(struct execution *execution, const struct signalfd_siginfo *info);

/*
 * Whether all has ended, and all that the kernel does about it later has been told: until then
 * there is a program of the command's, by what was told, that has gone, or a pool of a process that
 * has. After five seconds it is over
 * in any case.
 */
bool execution_is_over(struct execution *execution);

/* Waits for the command, whatever has ended the loop, and fills @ret, which borrows from it. */
void execution_finish(struct execution *execution, struct summary *ret);

void execution_release(struct execution *execution);

#endif
