/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Putting probes on targets, in phases: prepare (load the BPF object), attach every target,
 * activate. Nothing is reported before the last.
 */
#ifndef XDPSNOOP_PROBE_PROBER_H
#define XDPSNOOP_PROBE_PROBER_H

#include "kernel/held.h"
#include "probe/backends.h"
#include "probe/targets.h"

#include <stdbool.h>

struct xdpsnoop_bpf;

/* The probes of one target. */
struct probe {
	const struct backend *backend; /* whose they are; NULL: not there */
	const char *problem;           /* why they are not there; static text */
	struct attachment {
		int fd;      /* -1: not there, or shared with other targets */
		int prog_fd; /* kept for its counters; -1 likewise */
	} entry, exit;
	struct attachment twins[2]; /* of both, see struct backend; -1: none */
};

/* Attachments that many targets share. */
struct group {
	const struct backend *backend;
	int links[2]; /* entries, returns; -1: none */
};

struct prober {
	struct backend_set set; /* [0] is for the kernel's own functions */
	bool may_preempt;       /* struct prober_options */
	struct xdpsnoop_bpf *skel;
	struct targets *targets; /* borrowed; notes in them which are probed */
	struct probe *probes;    /* owned; one for each target */
	size_t nprobes;
	struct group *groups; /* owned */
	size_t ngroups;
	int many[BACKENDS_MAX][2]; /* programs of the backends of set that have groups; 0: none */
	uint64_t missed;           /* by probes that are no more */
	struct bpf_link *extack;   /* tracepoint netlink:netlink_extack, NULL without */
	struct bpf_link *log;      /* tracepoint printk:console, likewise */
	struct bpf_link *forks, *frees; /* tracepoints sched:sched_process_*, NULL without */
};

struct prober_options {
	const struct btf *kernel;  /* vmlinux's; only while the prober is opened */
	const char *backend;       /* a name, or anything else for the best that works */
	bool no_pin;               /* nothing that would keep a module from being unloaded */
	bool may_preempt;          /* the kernel may, while it runs a probe */
	struct wire_filter filter; /* which failures to send; not looked at where this watches */
	bool stacks;               /* the kernel's stack is wanted of each operation */
	bool looks;                /* prober_look() is wanted, whatever the backend */
	bool log_lines;            /* the kernel tells which task writes a line for its log */
	bool follows;              /* processes are to be followed (probe/followed.h) */
};

/*
 * Chooses backends, loads, and attaches every target that can be probed. Each target that can
 * not is a warning. Returns 0, or a negative errno when nothing useful can be probed: the reason
 * has been logged then.
 */
int prober_open(struct prober *prober, const struct prober_options *options,
		struct targets *targets);

/*
 * Attaches targets that were added, or added again, since the last time, and tells what came of it.
 * Returns 0 or -ENOMEM.
 */
int prober_update(struct prober *prober);

/* Takes the probes off the functions of a module that has gone. To be called before its targets
 * are forgotten. */
void prober_forget_module(struct prober *prober, const char *module);

/* From here on operations are reported. */
void prober_activate(struct prober *prober);

/* No new operation is taken up; those under way still end. */
void prober_deactivate(struct prober *prober);

/* Detaches everything. Accepts a prober that is zero or that failed to open. */
void prober_close(struct prober *prober);

/* Operations and calls that the kernel side could not report, so far. */
struct wire_stats prober_stats(const struct prober *prober);

/* How often the kernel did not run a probe: operations or calls may be missing. */
uint64_t prober_missed(const struct prober *prober);

/*
 * Tells the kernel side that @count entries of map @id have programs, if it does not know better.
 * Returns 0 or a negative errno.
 */
int prober_note_map(struct prober *prober, __u32 id, __s32 count);

/* Whether operations are seen from outside only: what is attached has to be watched then. */
bool prober_watches(const struct prober *prober);

/*
 * What is on device @ifindex of network namespace @netns now; only where prober_watches(), or with
 * the option looks. What its programs are is told by records in the ring buffer. Has it
 * gone from there, it is looked for at @address, of an earlier look (0: not known). Returns 0, or a
 * negative errno when it could not be looked at.
 */
int prober_look(struct prober *prober, __u32 netns, __u32 ifindex, __u64 address,
		struct wire_look *ret);

/* The same in the network namespace that @netns is open of, which need not be searched for. */
int prober_look_in(struct prober *prober, int netns, __u32 ifindex, struct wire_look *ret);

/* What looks at processes, as long as @prober is open. */
struct held_look prober_held(const struct prober *prober);

/*
 * The id of the program that the path @fd (O_PATH) in bpffs is a pin of, or that of a link with
 * WIRE_PIN_LINK; 0: it is neither.
 */
__u32 prober_pinned(const struct prober *prober, int fd);

/*
 * Whether an operation on that device is under way, or its record was not taken yet: as
 * prober_taken() has to tell. Rarely yes where it is one on another device.
 */
void prober_taken(struct prober *prober, __u32 netns, __u32 ifindex);
bool prober_is_pending(const struct prober *prober, __u32 netns, __u32 ifindex);

/* The ring buffer's file descriptor. */
int prober_events_fd(const struct prober *prober);

#endif
