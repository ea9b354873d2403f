/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who does it. A process may be gone before userspace comes to look at /proc, so it is read here;
 * but once for all its operations, as long as it stays what it is.
 */
#ifndef XDPSNOOP_TASK_BPF_H
#define XDPSNOOP_TASK_BPF_H

#include "global.bpf.h"
#include "ring.bpf.h"

#define TASK_PATH_NAMES   12 /* names in the path of a program, and mounts on the way */
#define TASK_CGROUP_NAMES 12
#define TASK_ARGS_PIECES  2              /* a page that is not there costs a piece, not all */
#define TASK_AGAIN_NS     30000000000ULL /* what was told so long ago may be forgotten */

/* What tells whether a thread is still what it was when it was told of. */
struct known_task {
	__u64 start_time;
	__u64 exec_id;
	__u64 cgroup; /* its number */
	__u64 stamp;  /* struct wire_task */
	__u32 ppid, uid, loginuid, netns;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct known_task);
} tasks SEC(".maps");

/*
 * By helpers where there are any: one call for a chain of reads. (Following pointers by loads, as a
 * program can since 5.11, runs a little faster; but since 6.2, until types are sorted, the verifier
 * looks through all types of the kernel for a name, up to four times for each such load:
 * check_ptr_to_btf_access() of kernel/bpf/verifier.c.)
 */
static __always_inline void task_read(struct known_task *to, struct task_struct *task)
{
	to->start_time = BPF_CORE_READ(task, start_time);
	to->exec_id = BPF_CORE_READ(task, self_exec_id);
	to->cgroup = 0;
	if (bpf_core_field_exists(task->cgroups)) /* CONFIG_CGROUPS */
		to->cgroup = bpf_get_current_cgroup_id();
	to->ppid = BPF_CORE_READ(task, real_parent, tgid);
	to->uid = bpf_get_current_uid_gid();
	to->loginuid = WIRE_NO_LOGIN;
	if (bpf_core_field_exists(task->loginuid))
		to->loginuid = BPF_CORE_READ(task, loginuid.val);
	to->netns = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
}

static __always_inline bool task_is_same(const struct known_task *known,
					 const struct known_task *now)
{
	return known->exec_id == now->exec_id && known->cgroup == now->cgroup &&
	       known->ppid == now->ppid && known->uid == now->uid &&
	       known->loginuid == now->loginuid && known->netns == now->netns;
}

/*
 * Adds a name, with its NUL, to the @length bytes that are there. The length is kept in memory, as
 * what the verifier knows of it would be another state to look at for each way to get there.
 */
static __always_inline bool task_add_name(char *to, __u16 *length, const void *name)
{
	__u64 at = *length;
	long got;

	barrier_var(at);
	if (at > WIRE_PATH)
		return false;
	got = bpf_probe_read_kernel_str(to + at, WIRE_PATHNAME, name);
	if (got <= 0)
		return false;
	*length = at + got;
	return true;
}

/*
 * The path of a file, from the root of its mount namespace, as prepend_path() of fs/d_path.c goes,
 * which also ends at a root of its own that is not that of a mount (a memfd).
 */
static __always_inline bool task_read_path(struct wire_task *to, struct file *file)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry), *parent;
	struct vfsmount *vfsmount = BPF_CORE_READ(file, f_path.mnt);
	struct mount *mount = (void *)vfsmount - bpf_core_field_offset(struct mount, mnt), *above;

	for (int i = 0; i < TASK_PATH_NAMES; i++) {
		if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
			above = BPF_CORE_READ(mount, mnt_parent);
			if (above == mount)
				return true;
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			mount = above;
			continue;
		}
		parent = BPF_CORE_READ(dentry, d_parent);
		if (!task_add_name(to->exe, &to->exe_length, BPF_CORE_READ(dentry, d_name.name)))
			return false;
		if (parent == dentry)
			return true;
		dentry = parent;
	}
	return false;
}

static __always_inline struct kernfs_node *kernfs_parent(struct kernfs_node *node)
{
	struct kernfs_node___6_15 *new = (void *)node;

	if (bpf_core_field_exists(new->__parent))
		return BPF_CORE_READ(new, __parent);
	return BPF_CORE_READ(node, parent);
}

static __always_inline bool task_read_cgroup(struct wire_task *to, struct task_struct *task)
{
	struct kernfs_node *node = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn), *parent;

	for (int i = 0; i < TASK_CGROUP_NAMES && node; i++) {
		parent = kernfs_parent(node);
		if (!parent)
			return true;
		if (!task_add_name(to->cgroup, &to->cgroup_length, BPF_CORE_READ(node, name)))
			return false;
		node = parent;
	}
	return false;
}

/* The arguments, as far as their pages are there: nothing can be waited for here. */
static __always_inline void task_read_args(struct wire_task *to, struct mm_struct *mm)
{
	const __u32 piece = WIRE_ARGS / TASK_ARGS_PIECES;
	__u64 at = BPF_CORE_READ(mm, arg_start), left = BPF_CORE_READ(mm, arg_end) - at;

	for (__u32 i = 0; i < TASK_ARGS_PIECES; i++) {
		__u64 size = left < piece ? left : piece;

		if (!size)
			break;
		barrier_var(size);
		if (size > piece ||
		    bpf_probe_read_user(to->args + i * piece, size, (void *)(at + i * piece)))
			break;
		to->args_length = i * piece + size;
		left -= size;
	}
	if (to->args_length)
		to->has |= WIRE_TASK_ARGS;
	if (left)
		to->has |= WIRE_TASK_ARGS_CUT;
}

static __always_inline void task_fill(struct wire_task *to, struct task_struct *task,
				      const struct known_task *known)
{
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	struct file *file;

	to->type = WIRE_TASK;
	to->tid = bpf_get_current_pid_tgid();
	to->stamp = known->stamp;
	to->pid = BPF_CORE_READ(task, tgid);
	to->ppid = known->ppid;
	to->uid = known->uid;
	to->loginuid = known->loginuid;
	to->netns = known->netns;
	to->has = WIRE_TASK_USER;
	to->args_length = to->exe_length = to->cgroup_length = 0;
	__builtin_memset(to->parent_comm, 0, sizeof(to->parent_comm));
	BPF_CORE_READ_STR_INTO(&to->parent_comm, task, real_parent, group_leader, comm);
	if (task_read_cgroup(to, task))
		to->has |= WIRE_TASK_CGROUP;
	if (!mm) /* it belongs to the kernel, or is about to end */
		return;
	task_read_args(to, mm);
	file = BPF_CORE_READ(mm, exe_file);
	if (!file)
		return;
	if (task_read_path(to, file))
		to->has |= WIRE_TASK_EXE;
	if (!BPF_CORE_READ(file, f_path.dentry, d_hash.pprev))
		to->has |= WIRE_TASK_DELETED;
}

/*
 * The stamp of the current task, of which userspace knows, or does from here on. 0: there is no
 * room to tell. A function of its own: programs are loaded once for each target, and start-up is
 * as slow as they are long.
 */
GLOBAL __u64 task_tell(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 tid = bpf_get_current_pid_tgid();
	struct known_task now = {}, *known;
	struct wire_task *to;

	GLOBAL_HAS(0);
	task_read(&now, task);
	now.stamp = bpf_ktime_get_ns();
	known = bpf_map_lookup_elem(&tasks, &tid);
	if (known && known->start_time == now.start_time &&
	    now.stamp - known->stamp < TASK_AGAIN_NS) {
		/* One that is about to end has lost most of what it was. */
		if (task_is_same(known, &now) || !BPF_CORE_READ(task, mm))
			return known->stamp;
	}
	to = bpf_ringbuf_reserve(&events, sizeof(*to), 0);
	if (!to)
		return 0;
	task_fill(to, task, &now);
	bpf_ringbuf_submit(to, 0);
	bpf_map_update_elem(&tasks, &tid, &now, BPF_ANY);
	return now.stamp;
}

#endif
