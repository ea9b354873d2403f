/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a command has done to XDP, and others have on the same devices: whose an event is, what
 * there is of each kind, and which programs that the command has put on devices are there still.
 */
#ifndef XDPSNOOP_EVENT_ACCOUNT_H
#define XDPSNOOP_EVENT_ACCOUNT_H

#include "event/event.h"

#include <stdint.h>

#define ACTIONS (ACTION_PRESENT + 1)

/* A program of the command's on a device. */
struct left {
	uint32_t netns, ifindex;
	char ifname[WIRE_NAME];
	const char *mode; /* static */
	struct wire_prog prog;
	uint32_t link_id; /* 0: none holds it there */
};

/* A device that the command has had to do with. */
struct touched {
	uint32_t netns, ifindex;
};

/* An AF_XDP pool that the command has set up, and nobody has taken down. */
struct pool {
	uint32_t netns, ifindex, queue;
};

struct tally {
	uint64_t ok, failed, unknown;
};

struct account {
	struct touched *touched; /* owned */
	size_t ntouched;
	struct left *left; /* owned */
	size_t nleft;
	struct pool *pools; /* owned */
	size_t npools;
	struct tally own[ACTIONS], foreign[ACTIONS];
};

/*
 * Takes note of @event, and says in it whose it is. @followed: a task of the command did it; what
 * nobody is known to have done, as the kernel takes away by itself what the command has put there,
 * is the command's as well. Returns whether it is of interest: the command's, or on a device that
 * the command has touched.
 */
bool account_event(struct account *account, struct event *event, bool followed);

/* Counts one that account_event() has seen, and that is reported. */
void account_count(struct account *account, const struct event *event);

/* All of @tallies, which has ACTIONS of them. */
struct tally tally_sum(const struct tally *tallies);

void account_release(struct account *account);

/* How a command has ended, and what is left of it. */
struct summary {
	const struct account *account;
	int status;      /* its exit status; not known if a signal has ended it */
	char signal[16]; /* that signal's name, as SIGTERM; empty: none */
	uint64_t took_ns;
	const uint32_t *running; /* its processes that are there still */
	size_t nrunning;
};

#endif
