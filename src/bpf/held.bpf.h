/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which links and programs a process has open, for userspace: it is run as look.bpf.h is. No file
 * is referred to for that, as it is by whoever reads /proc/PID/fdinfo (fs/proc/fd.c, seq_show): if
 * its owner closes it meanwhile, that reader is the one who releases the link.
 */
#ifndef XDPSNOOP_HELD_BPF_H
#define XDPSNOOP_HELD_BPF_H

#include "capture.bpf.h"
#include "global.bpf.h"

struct wire_held held = {};
struct file *held_window[WIRE_HELD_WINDOW] = {}, *held_again[WIRE_HELD_WINDOW] = {};

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

/* What a file is, into the answer. */
GLOBAL int held_tell(__u64 address, __u32 place)
{
	struct file *file = (void *)address;
	__u32 kind = WIRE_HELD_PROG, id;
	struct bpf_prog *prog;
	void *object;

	held.list[place & (WIRE_HELD_WINDOW - 1)].kind = 0;
	if (!file || BPF_CORE_READ(file, f_inode, i_sb, s_magic) != ANON_INODE_FS_MAGIC)
		return 0;
	object = BPF_CORE_READ(file, private_data);
	prog = object;
	id = BPF_CORE_READ(prog, aux, id);
	if (BPF_CORE_READ(prog, aux, prog) != prog) {
		kind = WIRE_HELD_LINK;
		prog = BPF_CORE_READ((struct bpf_link *)object, prog);
		id = BPF_CORE_READ((struct bpf_link *)object, id);
	}
	/* Only a program's aux points back at it. */
	if (!prog || BPF_CORE_READ(prog, aux, prog) != prog)
		return 0;
	held.list[place & (WIRE_HELD_WINDOW - 1)].kind = kind;
	held.list[place & (WIRE_HELD_WINDOW - 1)].id = id;
	return 0;
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
	for (int i = 0; i < WIRE_HELD_WINDOW; i++)
		held_tell((__u64)held_window[i], i);
	/* what has been closed meanwhile may have been something else by then */
	bpf_probe_read_kernel(held_again, sizeof(held_again), files + from);
	for (int i = 0; i < WIRE_HELD_WINDOW; i++) {
		if (held_again[i] != held_window[i])
			held.list[i].kind = 0;
	}
	/* likewise all of it, if it has ended, or made more room */
	return BPF_CORE_READ(task, files, fdt) != table;
}

#endif
