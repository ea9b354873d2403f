/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Along the kernel's list of network namespaces, and along those of their devices: for what is
 * known by number or address only. No namespace has to be entered or held for that.
 *
 * A walk is made of functions that do a few turns each, one within the other. They are global ones,
 * which the verifier follows once, whoever calls them how often (since 5.6): a hundred turns
 * instead of WALK_TURNS^3. What they have to know and say is in a variable: only one of them runs
 * at a time.
 */
#ifndef XDPSNOOP_WALK_BPF_H
#define XDPSNOOP_WALK_BPF_H

#include "look.bpf.h"

#define WALK_TURNS 32

/* Does @step, which returns whether the walk has come to its end, until it does. */
#define WALK_TURN(step)                                        \
	({                                                     \
		int ended = 0;                                 \
                                                               \
		for (int i = 0; i < WALK_TURNS && !ended; i++) \
			ended = step();                        \
		ended;                                         \
	})

struct {
	__u64 net;     /* that comes next; 0: that was all */
	__u64 node;    /* likewise, of a device in it */
	__u64 head;    /* of the list of devices */
	__u64 wanted;  /* node of the device that is looked for; 0: it is the namespace of: */
	__u32 inum;    /* this number */
	__u32 is_here; /* the device is in the list */
} walk = {};

/* The namespace behind @net in the kernel's list, whose head is in none; NULL behind the last. */
static __always_inline struct net *walk_next(struct net *net, const struct net *own)
{
	struct list_head *next = BPF_CORE_READ(net, list.next);

	if (!next)
		return NULL;
	net = (void *)next - bpf_core_field_offset(struct net, list);
	return net == own ? NULL : net;
}

__attribute__((noinline)) int walk_few_devices(void)
{
	struct list_head *node = (void *)walk.node;

	for (int i = 0; i < WALK_TURNS; i++) {
		if (!node || (__u64)node == walk.head)
			return 1;
		if ((__u64)node == walk.wanted) {
			walk.is_here = true;
			return 1;
		}
		node = BPF_CORE_READ(node, next);
	}
	walk.node = (__u64)node;
	return 0;
}

__attribute__((noinline)) int walk_some_devices(void)
{
	return WALK_TURN(walk_few_devices);
}

/* Whether the wanted device is in that namespace. It may be gone: it is not looked at. */
__attribute__((noinline)) int walk_devices(__u64 address)
{
	struct net *net = (void *)address;
	struct list_head *head = (void *)net + bpf_core_field_offset(net->dev_base_head);

	walk.is_here = false;
	walk.head = (__u64)head;
	walk.node = (__u64)BPF_CORE_READ(head, next);
	if (!WALK_TURN(walk_some_devices))
		look.unfinished = true;
	return walk.is_here;
}

/* What lies around the head of the list is anything: no pointer in it may be followed. */
static __always_inline bool walk_is_wanted(struct net *net, const struct net *own)
{
	if (walk.wanted)
		return look_is_net(net, own) && walk_devices((__u64)net);
	return BPF_CORE_READ(net, ns.inum) == walk.inum && look_is_net(net, own);
}

__attribute__((noinline)) int walk_few(void)
{
	struct net *own = look_own(), *net = (void *)walk.net;

	for (int i = 0; i < WALK_TURNS && net; i++) {
		if (walk_is_wanted(net, own)) {
			walk.net = (__u64)net;
			return 1;
		}
		net = walk_next(net, own);
	}
	walk.net = (__u64)net;
	return !net;
}

__attribute__((noinline)) int walk_some(void)
{
	return WALK_TURN(walk_few);
}

/* Leaves in walk.net where it is: 0, if it is nowhere, or nowhere among so many. */
__attribute__((noinline)) int walk_all(void)
{
	walk.net = (__u64)look_own();
	if (WALK_TURN(walk_some))
		return 0;
	look.unfinished = true;
	walk.net = 0;
	return 0;
}

/* The namespace of that number, NULL if there is none. */
static __always_inline struct net *walk_to(__u32 inum)
{
	walk.wanted = 0;
	walk.inum = inum;
	walk_all();
	return (void *)walk.net;
}

/* Whether the device at @address is still in some namespace. */
static __always_inline bool walk_finds(__u64 address)
{
	walk.wanted = address + bpf_core_field_offset(struct net_device, dev_list);
	walk_all();
	return walk.net;
}

/* Where a device was, by the number of its namespace, and at which address, or 0. */
static __always_inline struct net_device *walk_to_device(struct net *net, __u32 ifindex,
							 __u64 address)
{
	struct net_device *dev = net ? capture_dev_by_index(net, ifindex) : NULL;

	if (!dev && address && !look.unfinished && walk_finds(address))
		dev = (void *)address;
	/* Nowhere, and not being unregistered. If it has gone, anything may be there: a hint. */
	if (!dev && address)
		look.in_transit = capture_reg_state((void *)address) == NETREG_REGISTERED;
	return dev;
}

#endif
