/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A command, and all that descends from it: a child of a process that is followed is followed,
 * whoever it has as its parent later. Only where somebody wants that: the programs are not loaded
 * otherwise, and the verifier drops what asks.
 *
 * The tracepoints have been the same since before 5.10: sched_process_fork (parent, child) in
 * kernel_clone() of kernel/fork.c, before the child runs; sched_process_free (task) in
 * delayed_put_task_struct() of kernel/exit.c, when nobody asks for the task any more: after its
 * files are closed, which sched_process_exit is not.
 */
#ifndef XDPSNOOP_FOLLOW_BPF_H
#define XDPSNOOP_FOLLOW_BPF_H

#include "ring.bpf.h"

/* By process id, since when it is there: the id may be another process's one day. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, __u64);
} followed SEC(".maps");

const volatile bool follows = false;
__u64 follow_forks = 0; /* processes that have been added */
__u32 follow_from = 0;  /* the process whose children are followed, itself not; 0: none */

/* Whether the current task is of a process that is followed. */
static __always_inline bool follow_is_followed(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	__u64 *since;

	if (!follows)
		return false;
	since = bpf_map_lookup_elem(&followed, &pid);
	return since && *since == BPF_CORE_READ(task, group_leader, start_time);
}

/* The current task has made @child. */
static __always_inline void follow_fork(struct task_struct *child)
{
	__u32 parent = bpf_get_current_pid_tgid() >> 32, pid = BPF_CORE_READ(child, tgid);
	__u64 since = BPF_CORE_READ(child, start_time);

	if (pid == parent) /* a thread */
		return;
	if (follow_from != parent && !follow_is_followed())
		return;
	if (bpf_map_update_elem(&followed, &pid, &since, BPF_ANY))
		count(&stats.unfollowed);
	else
		count(&follow_forks);
}

/* Nobody knows @task any more. */
static __always_inline void follow_free(struct task_struct *task)
{
	__u32 pid = BPF_CORE_READ(task, tgid);
	__u64 *since = bpf_map_lookup_elem(&followed, &pid);

	if (since && (__u32)BPF_CORE_READ(task, pid) == pid &&
	    *since == BPF_CORE_READ(task, start_time))
		bpf_map_delete_elem(&followed, &pid);
}

#endif
