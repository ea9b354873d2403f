/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A look at a device, for userspace: it is run by BPF_PROG_TEST_RUN, in the task that asks (raw
 * tracepoints since 5.10). It goes through the kernel's list of network namespaces: none has to be
 * entered or held for that.
 */
#ifndef XDPSNOOP_LOOK_BPF_H
#define XDPSNOOP_LOOK_BPF_H

#include "capture.bpf.h"
#include "device.bpf.h"

/* Whether a device that has gone from its place is looked for elsewhere. */
#ifndef LOOK_FOLLOWS
#define LOOK_FOLLOWS 1
#endif

#define LOOK_DEVICES    1024 /* in one namespace */
#define LOOK_NAMESPACES 1024 /* beyond that the verifier finds it too complex */

struct wire_look look = {};

/* The namespace behind @net in the kernel's list, whose head is in none; NULL behind the last. */
static __always_inline struct net *look_next(struct net *net, const struct net *own)
{
	struct list_head *next = BPF_CORE_READ(net, list.next);

	if (!next)
		return NULL;
	net = (void *)next - bpf_core_field_offset(struct net, list);
	return net == own ? NULL : net;
}

/* What lies around the head of the list is anything: no pointer in it may be followed. */
static __always_inline bool look_is_net(struct net *net, const struct net *own)
{
	return BPF_CORE_READ(net, ns.ops) == BPF_CORE_READ(own, ns.ops);
}

static __always_inline struct net *look_own(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, nsproxy, net_ns);
}

/*
 * The address of a namespace by its number, 0 if there is none, or none of so many. A function of
 * its own, as those below: the verifier looks at it once.
 */
__attribute__((noinline)) __u64 look_find(__u32 inum)
{
	struct net *own = look_own(), *net = own;

	for (int i = 0; i < LOOK_NAMESPACES && net; i++) {
		if (BPF_CORE_READ(net, ns.inum) == inum && look_is_net(net, own))
			return (__u64)net;
		net = look_next(net, own);
	}
	look.unfinished = !!net;
	return 0;
}

#if LOOK_FOLLOWS
/* Whether the device at @address is in that namespace. It may be gone: it is not looked at. */
__attribute__((noinline)) int look_has(__u64 net_address, __u64 address)
{
	struct net *net = (void *)net_address;
	struct list_head *head = (void *)net + bpf_core_field_offset(net->dev_base_head);
	struct list_head *node = BPF_CORE_READ(head, next);
	__u64 wanted = address + bpf_core_field_offset(struct net_device, dev_list);

	for (int i = 0; i < LOOK_DEVICES; i++) {
		if (!node || node == head)
			return 0;
		if ((__u64)node == wanted)
			return 1;
		node = BPF_CORE_READ(node, next);
	}
	look.unfinished = true;
	return 0;
}

/* A device that has left its place, but is in some namespace still, at the same address. */
__attribute__((noinline)) int look_is_anywhere(__u64 address)
{
	struct net *own = look_own(), *net = own;

	for (int i = 0; i < LOOK_NAMESPACES && net; i++) {
		if (look_is_net(net, own) && look_has((__u64)net, address))
			return 1;
		net = look_next(net, own);
	}
	look.unfinished |= !!net;
	return 0;
}

#endif

/*
 * (netns, ifindex, address): the last is where the device was seen before, or 0. Returns the
 * device, NULL if there is none.
 */
static __always_inline struct net_device *look_at(__u32 inum, __u32 ifindex, __u64 address)
{
	struct net_device *dev = NULL;
	struct net *net;

	__builtin_memset(&look, 0, offsetof(struct wire_look, op.msg)); /* behind it: never set */
	net = (void *)look_find(inum);
	look.netns_found = !!net;
	if (net)
		dev = capture_dev_by_index(net, ifindex);
#if LOOK_FOLLOWS
	if (!dev && address && !look.unfinished && look_is_anywhere(address))
		dev = (void *)address;
#endif
	/* Nowhere, and not being unregistered. If it has gone, anything may be there: a hint. */
	if (!dev && address)
		look.in_transit = capture_reg_state((void *)address) == NETREG_REGISTERED;
	if (!dev)
		return NULL;
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
	return dev;
}

#endif
