/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Operations as far as they can be told from outside: by the system call that asks for them, for
 * kernels whose functions can not be probed. What the device had is read as the call begins; a
 * failure has changed nothing, and what it met is read as it ends.
 */
#ifndef XDPSNOOP_SYSCALL_BPF_H
#define XDPSNOOP_SYSCALL_BPF_H

#include "operation.bpf.h"
#include "upper.bpf.h"

#define SYSCALL_KEY(slot, tid) ((slot) << 24 | (tid)) /* thread ids have 22 bits at most */

__u32 pending[WIRE_PENDING] = {};

/* From here on @op is under way: all that is known of its device has been read. */
static __always_inline void syscall_started(struct operation *op)
{
	__u32 place = WIRE_PENDING_OF(op->wire.dev.netns, op->wire.dev.ifindex);

	operation_tell(op);
	op->pending = place + 1;
	__sync_fetch_and_add(&pending[place], 1);
}

/* The operation of @place (pending of struct operation) has ended, and there is no record of it:
 * else it is userspace that counts it out, as it takes the record.
 */
static __always_inline void syscall_ended(__u64 place)
{
	if (place && place <= WIRE_PENDING)
		__sync_fetch_and_add(&pending[(place - 1) & (WIRE_PENDING - 1)], -1);
}

/* Forgets an operation that comes to nothing. */
static __always_inline void syscall_drop(struct operation *op)
{
	__u64 place = op->pending;
	__u32 key = op->key;

	bpf_map_delete_elem(&operations, &key);
	syscall_ended(place);
}

/* What is asked for in slot @slot of this task, with the table's memory for it; NULL: no room. */
static __always_inline struct operation *syscall_begin(__u32 hook, __u32 slot)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 tid = id, key = SYSCALL_KEY(slot, tid);
	struct operation *op;

	op = bpf_map_lookup_elem(&operations, &key);
	if (op) {
		syscall_ended(op->pending);
		count(&stats.stale);
	}
	op = operation_begin(hook, key);
	if (!op)
		return NULL;
	op->wire.pid = id >> 32;
	bpf_get_current_comm(op->wire.comm, sizeof(op->wire.comm));
	op->wire.tail.tid = tid;
	op->wire.tail.start_ns = bpf_ktime_get_ns();
	op->wire.by_syscall = true;
	op->frames[0].seq = 1;
	return op;
}

/* Texts that the kernel says from now on, until the end of the system call, are about @op. */
static __always_inline void syscall_listen(struct operation *op)
{
	op->depth = 1;
}

static __always_inline void syscall_found_dev(struct operation *op, struct net_device *dev)
{
	op->frames[0].dev = (__u64)dev;
	if (!dev)
		return;
	operation_device(op, dev);
	operation_state(op, dev);
}

/* The device of @op, if it is still where it was. */
static __always_inline struct net_device *syscall_dev(struct operation *op, struct net *net)
{
	struct net_device *dev = (void *)op->frames[0].dev;

	if (!dev || capture_dev_by_index(net, op->wire.dev.ifindex) != dev)
		return NULL;
	return dev;
}

/* The mode that dev_xdp_mode() makes of the flags; WIRE_MODE_UNKNOWN of several. */
static __always_inline __u32 syscall_mode(const struct wire_op *wire)
{
	switch (wire->flags & XDP_FLAGS_MODES) {
	case XDP_FLAGS_HW_MODE:
		return WIRE_MODE_OFFLOAD;
	case XDP_FLAGS_DRV_MODE:
		return WIRE_MODE_DRIVER;
	case XDP_FLAGS_SKB_MODE:
		return WIRE_MODE_GENERIC;
	case 0:
		return wire->dev.native ? WIRE_MODE_DRIVER : WIRE_MODE_GENERIC;
	default:
		return WIRE_MODE_UNKNOWN;
	}
}

/*
 * What was there is from before the call, which may have waited for RTNL behind the end of a link.
 * Netlink never takes the place of a link, and a new link that of nothing at all.
 */
static __always_inline void syscall_worked(struct wire_op *wire, bool is_link)
{
	__u32 mode = syscall_mode(wire);

	if (mode >= WIRE_MODES || (!is_link && !wire->state_link[mode]))
		return;
	__builtin_memset(&wire->state[mode], 0, sizeof(wire->state[mode]));
	wire->state_link[mode] = 0;
}

static __always_inline void syscall_end(struct operation *op, struct net_device *dev, int ret)
{
	__u64 place;

	if (ret < 0 && dev)
		capture_state(&op->wire, dev);
	if (ret == -EEXIST && dev)
		device_upper(&op->wire.upper, (__u64)dev);
	place = op->pending;
	op->depth = 0;
	if (!operation_end(op, ret, bpf_ktime_get_ns() - op->wire.tail.start_ns))
		syscall_ended(place);
}

/* The link behind a descriptor, NULL if it is none of XDP. */
static __always_inline struct bpf_xdp_link *syscall_link_of_fd(int fd)
{
	struct file *file = capture_file_of_fd(fd);
	struct bpf_xdp_link *link;
	const char wanted[] = "bpf_link";
	const unsigned char *text;
	char name[sizeof(wanted)] = {};

	if (!file)
		return NULL;
	/* bpf_link_prime() of kernel/bpf/syscall.c names it so, bpf_link_new_fd() "bpf-link" */
	text = BPF_CORE_READ(file, f_path.dentry, d_name.name);
	bpf_probe_read_kernel_str(name, sizeof(name), text);
	for (__u32 i = 0; i < sizeof(wanted); i++) {
		if (name[i] != wanted[i] && !(wanted[i] == '_' && name[i] == '-'))
			return NULL;
	}
	link = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(link, link.type) == BPF_LINK_TYPE_XDP ? link : NULL;
}

/* What stands first in union bpf_attr, whatever the command. */
struct syscall_words {
	__u32 word[4];
};

/* { prog_fd, target_ifindex, attach_type, flags } */
static __always_inline void syscall_link_create(const struct syscall_words *attr)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct operation *op;

	if (attr->word[2] != BPF_XDP)
		return;
	op = syscall_begin(HOOK_LINK_CREATE, 0);
	if (!op)
		return;
	operation_prog(op, capture_prog_of_fd(attr->word[0]));
	op->wire.dev.ifindex = attr->word[1];
	op->wire.dev.netns = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
	op->wire.flags = attr->word[3];
	syscall_found_dev(op, capture_dev_of_task(attr->word[1]));
	syscall_listen(op);
	syscall_started(op);
}

/* { link_fd, new_prog_fd, flags, old_prog_fd } or { link_fd } */
static __always_inline void syscall_link_change(__u32 hook, const struct syscall_words *attr)
{
	struct bpf_xdp_link *link = syscall_link_of_fd(attr->word[0]);
	struct net_device *dev;
	struct operation *op;

	if (!link)
		return;
	op = syscall_begin(hook, 0);
	if (!op)
		return;
	dev = BPF_CORE_READ(link, dev);
	op->link = (__u64)link;
	op->wire.link_id = BPF_CORE_READ(link, link.id);
	op->wire.flags = BPF_CORE_READ(link, flags);
	op->wire.link_dead = !dev;
	op->wire.removal = hook == HOOK_LINK_DETACH;
	if (hook == HOOK_LINK_UPDATE)
		operation_prog(op, capture_prog_of_fd(attr->word[1]));
	syscall_found_dev(op, dev);
	syscall_listen(op);
	syscall_started(op);
}

/* (cmd, attr, size) */
static __always_inline void syscall_bpf_enter(__u32 command, __u64 attr, __u64 size)
{
	struct syscall_words words = {};

	if (command != BPF_LINK_CREATE && command != BPF_LINK_UPDATE && command != BPF_LINK_DETACH)
		return;
	size &= 0xffffffff;
	if (size > sizeof(words))
		size = sizeof(words);
	barrier_var(size); /* the verifier has to see the value that is checked being used */
	if (size > sizeof(words))
		return;
	if (bpf_probe_read_user(&words, size, (void *)attr))
		return;
	if (command == BPF_LINK_CREATE)
		syscall_link_create(&words);
	else
		syscall_link_change(
			command == BPF_LINK_UPDATE ? HOOK_LINK_UPDATE : HOOK_LINK_DETACH, &words);
}

static __always_inline void syscall_bpf_return(int ret)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct operation *op = bpf_map_lookup_elem(&operations, &tid);
	struct net_device *dev, *wanted;
	struct bpf_xdp_link *link;

	if (!op || op->wire.origin == HOOK_NETLINK || op->wire.origin == HOOK_DELETE)
		return;
	if (op->wire.origin == HOOK_LINK_CREATE) {
		struct task_struct *task = (void *)bpf_get_current_task();

		if (ret >= 0) /* else it has set none */
			op->link = (__u64)syscall_link_of_fd(ret);
		if (ret >= 0)
			syscall_worked(&op->wire, true);
		dev = syscall_dev(op, BPF_CORE_READ(task, nsproxy, net_ns));
	} else {
		/* The device of a link may be in any namespace: it is there if the link has it. */
		link = (void *)op->link;
		dev = BPF_CORE_READ(link, dev);
		wanted = (void *)op->frames[0].dev;
		if (ret < 0 && !dev)
			op->wire.link_dead = true;
		if (dev != wanted)
			dev = NULL;
	}
	syscall_end(op, dev, ret);
}

#endif
