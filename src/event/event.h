/* SPDX-License-Identifier: GPL-2.0 */
/* What is reported: one operation on one device, in the kernel's terms. */
#ifndef XDPSNOOP_EVENT_EVENT_H
#define XDPSNOOP_EVENT_EVENT_H

#include "event/number.h"
#include "event/process.h"
#include "event/program.h"
#include "kernel/netns_names.h"
#include "wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REMEDY_SIZE 256 /* a sentence with commands, cut beyond that */
#define FLAGS_SIZE  128 /* every flag by its name, and what is left as a number */

enum action {
	ACTION_NONE,
	ACTION_INSTALL,
	ACTION_REPLACE,
	ACTION_REMOVE,
	ACTION_NOOP, /* done, and nothing changed */
	/* the AF_XDP buffer pool of a device's queue */
	ACTION_POOL_SETUP,
	ACTION_POOL_TEARDOWN,
	/* a program in the place of a function of the device's XDP program */
	ACTION_COMPONENT_ATTACH,
	ACTION_COMPONENT_DETACH,
	/* the program of an entry of a devmap or cpumap */
	ACTION_ENTRY_INSTALL,
	ACTION_ENTRY_REPLACE,
	ACTION_ENTRY_REMOVE,
	/* a map in a device that offloads XDP */
	ACTION_MAP_ALLOC,
	ACTION_MAP_FREE,
	/* a device went to another network namespace, with its program */
	ACTION_MOVE,
	/* a program that was there when tracing began */
	ACTION_PRESENT,
	/* no operation: a device has its carrier again, which it had lost with one */
	ACTION_CARRIER,
};

/* A program in the place of a function of another program. */
struct component {
	char func[WIRE_FUNC]; /* the function that it replaces */
	struct wire_prog prog;
};

/* The components of a program; NULL and 0: it has none. */
struct components {
	struct component *list; /* owned */
	size_t count;
};

/* Who: what struct process has, for the table of fields. Texts are borrowed from it. */
struct who {
	struct process *process; /* a reference; NULL: not known */
	uint32_t ppid;
	const char *parent_comm, *exe, *cmdline;
	struct number uid, loginuid;
	uint32_t netns;
	const char *cgroup, *container, *pod;
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
	bool has_message; /* the event's reason, or the warning of a success, was set during this
			     call, not in one below */
};

/* A text of the kernel's that is not the reason of a failure. */
struct message {
	const char *source; /* static: "extack", "tracepoint", "log" */
	uint16_t seq;       /* of the call that said it */
	char text[WIRE_MSG];
};

struct messages {
	struct message list[3];
	size_t count;
};

/* A function of the kernel on the stack, at @offset in it. */
struct stack_frame {
	uint64_t addr;
	uint64_t offset;
	const char *func;   /* borrowed, NULL: not known */
	const char *module; /* likewise */
};

/* The kernel's stack, innermost function first. */
struct stack {
	struct stack_frame *list; /* owned */
	size_t count;
	uint32_t target; /* the function at whose entry it was taken, as of struct call */
};

/* Another operation, of who did it. */
struct actor {
	uint32_t pid;
	char comm[WIRE_NAME];
	struct who who;
};

/* What holds the hook that an operation wanted, and was refused for that. */
struct opponent {
	struct wire_prog prog; /* id 0: there is none, or it is not known */
	const char *mode;      /* static: the mode it is in */
	uint32_t link_id;      /* 0: it was attached by netlink */
	uint32_t ifindex;      /* of the device that it is on */
	char dev[WIRE_NAME];   /* the name of that, if it is not the event's own */
	uint64_t time_ns;      /* CLOCK_REALTIME when it was put there; 0: not known */
	struct actor creator;  /* by whom; pid 0: not known */
	/* Who has it open: the link if there is one, else the program. */
	struct u32s pids;
	struct texts comms;
	char comm_bytes[TEXTS_MAX][WIRE_NAME]; /* comms points there */
	struct texts pins;                     /* borrowed, see event_add_pins() */
	const char *missing;                   /* static: "processes": there may be more of them */
};

#define NOTES_MAX 4
#define NOTE_SIZE 256

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
	bool unknown;            /* how it ended could not be seen */
	const char *result;      /* "ok", "error" or "unknown" */
	const char *whose;       /* static: "own", "foreign"; of a command that is run */
	const char *cause;       /* static: "netlink", "link-create", ... */
	const char *release;     /* static: "close", "exit", "unpin"; of a link-release */
	const char *mode;        /* static: "generic", "driver", "offload" */
	char flags[FLAGS_SIZE];  /* asked for: names of XDP_FLAGS_*, or of a socket's flags */
	const char *func;        /* the function that installs, borrowed; NULL: not reached */
	const char
		*driver_probe; /* static: why driver_took_ns is not known of func: "late", "none" */
	char reason[WIRE_MSG]; /* why it failed, in the kernel's words */
	const char *reason_source; /* static, as of struct message; NULL: there is no reason */
	struct messages warnings;  /* what else the kernel has said, in that order */
	uint16_t message_seq;      /* the call that struct call's has_message is about */
	char driver[64];
	struct {
		uint32_t ifindex;
		uint32_t netns;
		char name[WIRE_NAME];
		/* Texts are empty where there is none. */
		char altname[WIRE_ALTNAME], alias[WIRE_ALIAS], bus[WIRE_BUS], master[WIRE_NAME];
		char netns_name[NETNS_NAME_SIZE]; /* empty: see netns_pid */
		uint32_t netns_pid;
		bool netns_dying;
		struct texts lower;
		uint32_t more_lower;
		uint32_t mtu, rx_queues, tx_queues;
		struct texts xdp_features;
		char lower_names[WIRE_LOWER][WIRE_NAME]; /* lower points there */
	} dev;
	struct wire_place old_dev; /* of a device that moved: what it was before */
	char old_netns_name[NETNS_NAME_SIZE];
	struct wire_prog prog;     /* asked for */
	struct wire_prog old_prog; /* found on the device, or in the entry of a map */
	struct program prog_is, old_prog_is;
	const char *old_mode;                         /* static; of old_prog */
	struct components components, old_components; /* of prog and old_prog */
	uint32_t link_id;
	const char *link_state; /* static: "dead": it is there, and has no device any more */
	struct {
		struct number queue;
		const char *asked; /* static: "copy", "zerocopy", "any" */
		const char *mode;  /* static: "copy", "zerocopy"; what it has got, or had */
	} xsk;
	struct {
		struct wire_prog target; /* the program that it goes into */
		char func[WIRE_FUNC];    /* the function there that it replaces */
		struct number slot;      /* of that function, by libxdp's convention */
	} component;
	struct {
		uint32_t id;
		char name[WIRE_NAME];
		const char *type;  /* static */
		struct number key; /* not known: not one entry, but all of them */
	} map;
	uint32_t pid, tid;
	char comm[WIRE_NAME];
	struct who who;
	struct {
		uint64_t time_ns; /* CLOCK_REALTIME; 0: not known */
		uint32_t pid;
		char comm[WIRE_NAME];
		struct who who;
		const char *missing; /* static: "before", "lost" */
	} creator;                   /* of the link, where that was another operation */
	struct {
		uint32_t pid;
		char comm[WIRE_NAME];
		struct who who;
	} holder; /* who had a link open that is older than the trace */
	struct {
		const char *cause, *confidence, *rule; /* static */
		char remedy[REMEDY_SIZE];
	} advice;                 /* src/advice */
	struct opponent opponent; /* of a refusal */
	struct {
		uint32_t count;       /* how often they have displaced each other; 0: no contest */
		uint64_t span_ns;     /* in this time */
		uint64_t interval_ns; /* one of these in the mean */
		struct actor with;    /* the other one; this one is task */
	} contest;
	struct {
		const char *operation; /* static: the action that the carrier was lost with */
		uint64_t lost_ns;      /* from the notice of the loss to that of the return */
		uint64_t back_ns;      /* from the operation's begin to that */
	} outage;
	struct texts notes;
	char note_bytes[NOTES_MAX][NOTE_SIZE]; /* notes points there */
	struct call *calls;                    /* owned */
	size_t ncalls;
	struct stack stack;
	uint32_t lost_calls;  /* calls that are missing above */
	uint64_t driver_func; /* address that func is the name of */
	uint64_t driver_text; /* address in the module that made the device */
	uint64_t end_ns;      /* CLOCK_MONOTONIC when the operation ended */
	bool bus_driver;      /* driver is the name of a bus's driver, not a kind of device */
};

/* "install", "replace", "remove", "noop", "pool-setup", ... */
const char *action_name(enum action action);

/*
 * libxdp's dispatchers call prog0, prog1, ...: the number of such a function. Only a convention:
 * any function of an XDP program can be replaced.
 */
struct number component_slot(const char *func);

/* As strcmp(): by slot, and those that have none after them by name. */
int component_order(const struct component *left, const struct component *right);

/* "generic", "driver", "offload"; NULL: not known. Static: names may be compared by address. */
const char *mode_name(enum wire_mode mode);

/* Fills @who with what is known of @process, whose reference it takes. Accepts NULL. */
void who_set(struct who *who, struct process *process);

/* Takes note of who has done @event, with a reference. */
void actor_set(struct actor *actor, const struct event *event);
/* A copy, with a reference of its own. */
void actor_copy(struct actor *to, const struct actor *from);
void actor_release(struct actor *actor);

/* Whether the core keeps what @event has put on its device: not where a master or nobody asked. */
bool event_is_kept(const struct event *event);

/* Adds where the programs of @event are pinned: to be printed before @pins are updated again. */
void event_add_pins(struct prog_pins *pins, struct event *event);

void components_release(struct components *components);
void event_release(struct event *event);

#endif
