/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which links and programs a process has open, for userspace: it is run as look.bpf.h is. No file
 * is referred to for that, as it is by whoever reads /proc/PID/fdinfo (fs/proc/fd.c, seq_show): if
 * its owner closes it meanwhile, that reader is the one who releases the link.
 */
#ifndef XDPSNOOP_HELD_BPF_H
#define XDPSNOOP_HELD_BPF_H

#include "capture.bpf.h"

struct wire_held held = {};
struct file *held_window[WIRE_HELD_WINDOW] = {};

/* The process whose folder in /proc is open as @fd; NULL if it has ended. */
static __always_inline struct task_struct *held_task(int fd)
{
	struct file *folder = capture_file_of_fd(fd);
	struct proc_inode *inode;
	struct hlist_node *node;
	struct pid *pid;

	if (!folder)
		return NULL;
	inode = (void *)BPF_CORE_READ(folder, f_inode) -
		bpf_core_field_offset(struct proc_inode, vfs_inode);
	pid = BPF_CORE_READ(inode, pid);
	node = BPF_CORE_READ(pid, tasks[0].first);
	return node ? (void *)node - bpf_core_field_offset(struct task_struct, pid_links) : NULL;
}

/* What a file is; where it has been closed meanwhile, that shows in its place. */
static __always_inline __u32 held_kind(struct file *file, __u32 *ret_id)
{
	struct bpf_link *link;
	struct bpf_prog *prog;

	if (!file || BPF_CORE_READ(file, f_inode, i_sb, s_magic) != ANON_INODE_FS_MAGIC)
		return 0;
	prog = BPF_CORE_READ(file, private_data);
	if (!prog)
		return 0;
	/* Only a program's aux points back at it. */
	if (BPF_CORE_READ(prog, aux, prog) == prog) {
		*ret_id = BPF_CORE_READ(prog, aux, id);
		return WIRE_HELD_PROG;
	}
	link = (void *)prog;
	prog = BPF_CORE_READ(link, prog);
	if (!prog || BPF_CORE_READ(prog, aux, prog) != prog)
		return 0;
	*ret_id = BPF_CORE_READ(link, id);
	return WIRE_HELD_LINK;
}

/*
 * Beginning with descriptor @from of the process whose folder in /proc is open as @fd. Returns 0,
 * or 1 if that can not be told now.
 */
static __always_inline int held_look(int fd, __u32 from)
{
	struct task_struct *task = held_task(fd);
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd);
	__u32 room = BPF_CORE_READ(table, max_fds);

	held.room = room;
	if (from >= room)
		return 0;
	/* there is room for a multiple of 64: NR_OPEN_DEFAULT, alloc_fdtable() */
	if (bpf_probe_read_kernel(held_window, sizeof(held_window), files + from))
		return 1;
	for (int i = 0; i < WIRE_HELD_WINDOW; i++) {
		struct file *file = held_window[i], *now = NULL;
		__u32 id = 0, kind = 0;

		if (file)
			kind = held_kind(file, &id);
		if (kind)
			bpf_probe_read_kernel(&now, sizeof(now), files + from + i);
		held.list[i].kind = now == file ? kind : 0;
		held.list[i].id = id;
	}
	/* it has ended, or made more room: what was read may have been something else by then */
	return BPF_CORE_READ(task, files, fdt) != table;
}

#endif
