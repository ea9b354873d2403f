/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A look at a device, for userspace: it is run by BPF_PROG_TEST_RUN, in the task that asks (raw
 * tracepoints since 5.10). The network namespace is given by a descriptor of that task, or found by
 * walk.bpf.h: it is not entered for that.
 */
#ifndef XDPSNOOP_LOOK_BPF_H
#define XDPSNOOP_LOOK_BPF_H

#include "capture.bpf.h"
#include "device.bpf.h"

struct wire_look look = {};

static __always_inline struct net *look_own(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, nsproxy, net_ns);
}

/* Whether it is one: what is around it, or in its place, is anything. */
static __always_inline bool look_is_net(struct net *net, const struct net *own)
{
	return BPF_CORE_READ(net, ns.ops) == BPF_CORE_READ(own, ns.ops);
}

/*
 * The network namespace that the task has open by @fd, NULL if that is something else. In every
 * version the inode of nsfs has it (get_proc_ns() in include/linux/proc_ns.h).
 */
static __always_inline struct net *look_open(int fd)
{
	struct file *file = capture_file_of_fd(fd);
	struct net *net;

	if (!file || BPF_CORE_READ(file, f_inode, i_sb, s_magic) != NSFS_MAGIC)
		return NULL;
	net = BPF_CORE_READ(file, f_inode, i_private) - bpf_core_field_offset(struct net, ns);
	return look_is_net(net, look_own()) ? net : NULL;
}

static __always_inline void look_begin(void)
{
	__builtin_memset(&look, 0, offsetof(struct wire_look, op.tail)); /* behind it: never set */
}

/* Tells of the device. */
static __always_inline void look_tell(struct net_device *dev)
{
	look.address = (__u64)dev;
	if (BPF_CORE_READ(dev, addr_len) >= 6)
		bpf_probe_read_kernel(&look.mac, 6, BPF_CORE_READ(dev, dev_addr));
	capture_dev(&look.op.dev, dev);
	device_texts(&look.texts, &look.op, (__u64)dev);
	capture_state(&look.op, dev);
#pragma unroll
	for (int mode = 0; mode < WIRE_MODES; mode++) {
		struct bpf_xdp_link *link = NULL;

		bpf_core_read(&link, sizeof(link), &dev->xdp_state[mode].link);
		look.link_flags[mode] = link ? BPF_CORE_READ(link, flags) : 0;
	}
}

#endif
