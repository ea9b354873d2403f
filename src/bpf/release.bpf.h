/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who dropped the last reference to a link or to an AF_XDP pool, and how: by closing it, by ending
 * with it open, or by removing its pin. The release itself may run in a kworker (always so for
 * pools, and for pins since 6.12), which has nothing to do with it.
 */
#ifndef XDPSNOOP_RELEASE_BPF_H
#define XDPSNOOP_RELEASE_BPF_H

#include "component.bpf.h"
#include "operation.bpf.h"

#define PF_EXITING 4 /* include/linux/sched.h, in every version */

struct dropper {
	__u64 stamp;    /* struct wire_task */
	__u32 pid, tid; /* 0: not known */
	char comm[WIRE_NAME];
	__u8 how;    /* enum wire_release */
	__u8 pinned; /* noted for the reference of a pin, which is yet to be dropped */
	__u8 followed;
};

/* By the address of what was dropped. Most drops are not the last, and nobody asks for them: the
 * oldest give way. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 256);
	__type(key, __u64);
	__type(value, struct dropper);
} droppers SEC(".maps");

/*
 * Who has removed a pin, by the address of its inode. Up to 5.10 the pin's reference is dropped
 * with the inode, after an RCU grace period, in whatever task that interrupts.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 256);
	__type(key, __u64);
	__type(value, struct dropper);
} unlinkers SEC(".maps");

/* The link that a task is closing a descriptor of: what happens to it inside of that is the close.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} closing SEC(".maps");

static __always_inline bool release_is_exit(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, flags) & PF_EXITING;
}

/* How a task drops what it holds by a descriptor. */
static __always_inline __u8 release_by_descriptor(void)
{
	return release_is_exit() ? WIRE_RELEASE_EXIT : WIRE_RELEASE_CLOSE;
}

static __always_inline void dropper_fill(struct dropper *dropper)
{
	__u64 id = bpf_get_current_pid_tgid();

	dropper->pid = id >> 32;
	dropper->tid = id;
	dropper->stamp = task_tell();
	dropper->followed = follow_is_followed();
	bpf_get_current_comm(dropper->comm, sizeof(dropper->comm));
}

/* What the current task drops, or is to be taken for the dropper of. */
struct drop {
	__u64 object; /* its address; 0: nothing of interest */
	__u8 how;     /* enum wire_release */
	bool is_pin;  /* the inode of a pin, which is yet to be dropped */
};

static __always_inline void release_note(const struct drop *drop)
{
	struct dropper dropper = { .how = drop->how };

	dropper_fill(&dropper);
	if (drop->is_pin)
		bpf_map_update_elem(&unlinkers, &drop->object, &dropper, BPF_ANY);
	else
		bpf_map_update_elem(&droppers, &drop->object, &dropper, BPF_ANY);
}

/* simple_unlink (dir, dentry) */
static __always_inline void release_unlink(struct drop *drop, const __u64 *args)
{
	struct inode *inode = BPF_CORE_READ((struct dentry *)args[1], d_inode);

	if (!active || BPF_CORE_READ(inode, i_sb, s_magic) != BPF_FS_MAGIC)
		return;
	drop->object = (__u64)inode;
	drop->is_pin = true;
}

/* bpf_free_inode (inode): a pin is dropped. Without an unlinker its filesystem was unmounted. */
static __always_inline void release_unpin(__u64 at)
{
	__u64 object = (__u64)BPF_CORE_READ((struct inode *)at, i_private);
	struct dropper *unlinker = bpf_map_lookup_elem(&unlinkers, &at), dropper = {};

	if (!active || !object)
		return;
	if (unlinker)
		dropper = *unlinker;
	dropper.how = WIRE_RELEASE_UNPIN;
	dropper.pinned = true;
	bpf_map_update_elem(&droppers, &object, &dropper, BPF_ANY);
	bpf_map_delete_elem(&unlinkers, &at);
}

/* Whether the release of a link is an operation. */
static __always_inline bool link_is_followed(struct bpf_link *link)
{
	switch (BPF_CORE_READ(link, type)) {
	case BPF_LINK_TYPE_XDP:
		return true;
	case BPF_LINK_TYPE_TRACING:
		return prog_is_component(BPF_CORE_READ(link, prog));
	default:
		return false;
	}
}

/* bpf_link_release (inode, file): a descriptor of a link is closed. */
static __always_inline void release_close(struct drop *drop, const __u64 *args)
{
	struct file *file = (void *)args[1];
	__u64 link = (__u64)BPF_CORE_READ(file, private_data);
	__u32 tid = bpf_get_current_pid_tgid();

	if (!active || !link_is_followed((void *)link))
		return;
	bpf_map_update_elem(&closing, &tid, &link, BPF_ANY);
	drop->object = link;
	drop->how = release_by_descriptor();
}

/* Whatever came of the close is done: a later drop by this task is not part of it. */
static __always_inline void release_closed(void)
{
	__u32 tid = bpf_get_current_pid_tgid();
	__u64 *link = bpf_map_lookup_elem(&closing, &tid);

	if (!link)
		return;
	bpf_map_delete_elem(&droppers, link);
	bpf_map_delete_elem(&closing, &tid);
}

/* bpf_link_put (link): within a close (until 6.12), or else when a pin is removed. */
static __always_inline void release_put(struct drop *drop, const __u64 *args)
{
	__u32 tid = bpf_get_current_pid_tgid();
	__u64 *closed = bpf_map_lookup_elem(&closing, &tid);

	if (!active || !link_is_followed((void *)args[0]) || (closed && *closed == args[0]))
		return;
	drop->object = args[0];
	drop->how = WIRE_RELEASE_UNPIN;
}

/* A map loses a reference: how is only known of a task that ends, as there are many ways. */
static __always_inline void release_map(struct drop *drop, __u64 map)
{
	struct dropper *dropper = bpf_map_lookup_elem(&droppers, &map);

	if (!dropper || !dropper->pinned) {
		drop->object = map;
		drop->how = release_is_exit() ? WIRE_RELEASE_EXIT : WIRE_RELEASE_UNKNOWN;
		return;
	}
	/* The pin's own: this task has nothing to do with it. */
	dropper->how = WIRE_RELEASE_UNKNOWN;
	dropper->pinned = false;
}

/* The release of @object begins: what is known of its dropper belongs to this operation. */
static __always_inline void release_take(struct operation *op, __u64 object)
{
	struct dropper *dropper = bpf_map_lookup_elem(&droppers, &object);

	if (!dropper)
		return;
	op->wire.release = dropper->how;
	if (dropper->pid) {
		op->wire.pid = dropper->pid;
		op->wire.actor_tid = dropper->tid;
		op->wire.task_stamp = dropper->stamp;
		op->wire.followed = dropper->followed;
		__builtin_memcpy(op->wire.comm, dropper->comm, sizeof(op->wire.comm));
	}
	bpf_map_delete_elem(&droppers, &object);
}

#endif
