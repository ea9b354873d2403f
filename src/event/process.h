/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who operations are of: threads as the kernel side has read them, ahead of their operations. Kept
 * for a while, by the thread's id and the stamp that operations refer to.
 */
#ifndef XDPSNOOP_EVENT_PROCESS_H
#define XDPSNOOP_EVENT_PROCESS_H

#include "event/container.h"
#include "event/number.h"
#include "util/recent.h"
#include "wire.h"

struct process {
	struct recent_entry entry;
	unsigned int references;
	uint32_t pid, ppid;
	uint32_t netns; /* 0: not known */
	struct number uid, loginuid;
	char parent_comm[WIRE_NAME];
	/* Owned; NULL: not known. The kernel's bytes, to be escaped. */
	char *exe;     /* as /proc/PID/exe shows it, from the root of its mount namespace */
	char *cmdline; /* its arguments as a shell would take them */
	char *cgroup;
	char container[CONTAINER_ID_SIZE], pod[POD_UID_SIZE]; /* empty: none */
};

/* A copy of what the record tells, with one reference. NULL: no memory. */
struct process *process_new(const struct wire_task *task);
struct process *process_get(struct process *process);
/* Accepts NULL. */
void process_put(struct process *process);

struct processes {
	struct recent table;
};

void processes_init(struct processes *processes);
/* Returns 0 or -ENOMEM. */
int processes_add(struct processes *processes, const struct wire_task *task);
/* A new reference, NULL if it is not known. */
struct process *processes_get(const struct processes *processes, uint32_t tid, uint64_t stamp);
void processes_release(struct processes *processes);

#endif
