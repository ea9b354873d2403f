/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Along a chain of one of the kernel's hash tables. Two functions, one within the other, that the
 * verifier follows once each: 16 turns, not 64 for each way that leads here.
 */
#ifndef XDPSNOOP_CHAIN_BPF_H
#define XDPSNOOP_CHAIN_BPF_H

#include "global.bpf.h"

#define CHAIN_TURNS 8 /* of each: 64 nodes are looked at */

static __always_inline __u32 chain_value(__u64 node, __u64 distance)
{
	__u32 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), (void *)(node + distance));
	return value;
}

/* Returns what was found, or the node to go on with; 0 at the end of the chain. */
GLOBAL __u64 chain_find_near(__u64 node, __u64 distance, __u32 wanted)
{
	GLOBAL_HAS(3);
	for (int i = 0; i < CHAIN_TURNS; i++) {
		if (!node || chain_value(node, distance) == wanted)
			return node;
		node = (__u64)BPF_CORE_READ((struct hlist_node *)node, next);
	}
	return node;
}

/* The first node from @node on that has @wanted so far behind it; 0 if there is none. */
GLOBAL __u64 chain_find(__u64 node, __u64 distance, __u32 wanted)
{
	GLOBAL_HAS(3);
	for (int i = 0; i < CHAIN_TURNS; i++) {
		node = chain_find_near(node, distance, wanted);
		if (!node || chain_value(node, distance) == wanted)
			return node;
	}
	return 0;
}

/* What a structure has in @field, seen from its @node in the chain. */
#define chain_distance(type, node, field) \
	((__u64)bpf_core_field_offset(type, field) - bpf_core_field_offset(type, node))

#endif
