/* SPDX-License-Identifier: GPL-2.0 */
/* A command that is run beside the trace: as it would run without. */
#ifndef XDPSNOOP_CMD_COMMAND_H
#define XDPSNOOP_CMD_COMMAND_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

struct signalfd_siginfo;

struct command {
	char **argv; /* borrowed, ends with NULL */
	/* What it inherits: as it was when this process began. */
	sigset_t mask;
	struct sigaction pipe, child; /* SIGPIPE, SIGCHLD */
	struct rlimit memlock;
	/* Once it is started. */
	pid_t pid;                 /* 0: it is not */
	int pidfd;                 /* readable when it has ended; -1 before it is started */
	uint64_t start_ns, end_ns; /* CLOCK_MONOTONIC */
	int wait_status;           /* as of wait(2), once it has ended */
	bool ended;
};

/* To be called before this process changes anything that it would inherit. */
void command_init(struct command *command, char **argv);

/*
 * Starts it. Returns -1, or the exit status to end with, and an error has been logged: 127 if it
 * does not exist, 126 if it can not be executed, 1 for all else.
 */
int command_start(struct command *command);

/* Passes a signal on. One of the terminal it has had already, as all of its process group. */
void command_signal(const struct command *command, const struct signalfd_siginfo *info);

/* Waits for its end, if it is not known yet: at once if pidfd is readable. */
void command_wait(struct command *command);

/* What a shell would make of it: its exit status, or 128 and the number of the signal. */
int command_exit_code(const struct command *command);

/* The name of the signal that it has died of, as SIGTERM; empty: of none. */
void command_death(const struct command *command, char ret[16]);

void command_release(struct command *command);

#endif
