/* SPDX-License-Identifier: GPL-2.0 */
/* What is reported: one operation on one device, in the kernel's terms. */
#ifndef XDPSNOOP_EVENT_EVENT_H
#define XDPSNOOP_EVENT_EVENT_H

#include "wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum action {
	ACTION_NONE,
	ACTION_INSTALL,
	ACTION_REPLACE,
	ACTION_REMOVE,
	ACTION_NOOP, /* done, and nothing changed */
};

/* A call of the operation, in the order of entry. */
struct call {
	const char *func;   /* borrowed from the table of targets */
	const char *module; /* likewise */
	bool is_driver;     /* a function that installs: a driver's, or the generic one */
	uint32_t target;
	uint16_t seq;    /* from 1 */
	uint16_t parent; /* seq of the caller; 0: the outermost call */
	int ret;
	uint64_t took_ns;
	uint32_t ifindex; /* 0: the call is about no device */
	char ifname[WIRE_NAME];
	bool has_message; /* the event's reason was set during this call, not in one below */
};

/*
 * Numbers are 0, texts NULL or empty, where a field does not apply. Texts are the kernel's bytes:
 * escape them before they leave the program.
 */
struct event {
	uint64_t time_ns; /* CLOCK_REALTIME when the operation ended */
	uint64_t took_ns;
	uint64_t driver_took_ns; /* of it, in the outermost function that installs */
	enum action action;      /* what was done, or attempted */
	int error;               /* negative errno; 0: success */
	const char *result;      /* "ok" or "error" */
	const char *cause;       /* static: "netlink", "link-create", ... */
	const char *release;     /* static: "close", "exit", "unpin"; of a link-release */
	const char *mode;        /* static: "generic", "driver", "offload" */
	const char *func;        /* the function that installs, borrowed; NULL: not reached */
	char reason[WIRE_MSG];   /* the kernel's words */
	char driver[64];
	struct {
		uint32_t ifindex;
		uint32_t netns;
		char name[WIRE_NAME];
	} dev;
	struct wire_prog prog;     /* asked for */
	struct wire_prog old_prog; /* found on the device */
	const char *old_mode;      /* static; of old_prog */
	uint32_t link_id;
	uint32_t pid, tid;
	char comm[WIRE_NAME];
	struct call *calls; /* owned */
	size_t ncalls;
	uint32_t lost_calls;  /* calls that are missing above */
	uint64_t driver_func; /* address that func is the name of */
	uint64_t driver_text; /* address in the module that made the device */
	uint64_t end_ns;      /* CLOCK_MONOTONIC when the operation ended */
	bool bus_driver;      /* driver is the name of a bus's driver, not a kind of device */
};

/* "install", "replace", "remove", "noop". */
const char *action_name(enum action action);

void event_release(struct event *event);

#endif
