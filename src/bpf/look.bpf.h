/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A look at a device, for userspace: it is run by BPF_PROG_TEST_RUN, in the task that asks (raw
 * tracepoints since 5.10). It goes through the kernel's list of network namespaces: none has to be
 * entered or held for that.
 */
#ifndef XDPSNOOP_LOOK_BPF_H
#define XDPSNOOP_LOOK_BPF_H

#include "capture.bpf.h"

#define LOOK_NAMESPACES 1024 /* beyond that the verifier finds it too complex */

struct wire_look look = {};

/*
 * The address of a namespace by its number, 0 if there is none, or none of so many. A function of
 * its own, which the verifier looks at once.
 */
__attribute__((noinline)) __u64 look_find(__u32 inum)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct net *own = BPF_CORE_READ(task, nsproxy, net_ns), *net = own;

	for (int i = 0; i < LOOK_NAMESPACES && net; i++) {
		struct net_device *loopback;
		struct list_head *next;

		if (BPF_CORE_READ(net, ns.inum) == inum) {
			/* The head of the list is in none: what lies around it is anything. */
			loopback = BPF_CORE_READ(net, loopback_dev);
			if (BPF_CORE_READ(loopback, nd_net.net) == net)
				return (__u64)net;
		}
		next = BPF_CORE_READ(net, list.next);
		if (!next)
			return 0;
		net = (void *)next - bpf_core_field_offset(struct net, list);
		if (net == own)
			return 0;
	}
	look.unfinished = true;
	return 0;
}

/* A device that has left its place, but is in some namespace still, and at the same address. */
static __always_inline struct net_device *look_for_moved(__u64 address)
{
	struct net_device *dev = (void *)address;
	struct net *net = BPF_CORE_READ(dev, nd_net.net);

	if (!net || look_find(BPF_CORE_READ(net, ns.inum)) != (__u64)net ||
	    capture_dev_by_index(net, BPF_CORE_READ(dev, ifindex)) != dev)
		return NULL;
	return dev;
}

/* (netns, ifindex, address): the last is where the device was seen before, or 0. */
static __always_inline void look_at(__u32 inum, __u32 ifindex, __u64 address)
{
	struct net_device *dev = NULL;
	struct net *net;

	__builtin_memset(&look, 0, sizeof(look));
	net = (void *)look_find(inum);
	look.netns_found = !!net;
	if (net)
		dev = capture_dev_by_index(net, ifindex);
	if (!dev && address && !look.unfinished)
		dev = look_for_moved(address);
	if (!dev)
		return;
	look.address = (__u64)dev;
	if (BPF_CORE_READ(dev, addr_len) >= 6)
		bpf_probe_read_kernel(&look.mac, 6, BPF_CORE_READ(dev, dev_addr));
	capture_dev(&look.op.dev, dev);
	capture_state(&look.op, dev);
#pragma unroll
	for (int mode = 0; mode < WIRE_MODES; mode++) {
		struct bpf_xdp_link *link = NULL;

		bpf_core_read(&link, sizeof(link), &dev->xdp_state[mode].link);
		look.link_flags[mode] = link ? BPF_CORE_READ(link, flags) : 0;
	}
}

#endif
