/* SPDX-License-Identifier: GPL-2.0 */
/* What stands in the way on a device above another one. */
#ifndef XDPSNOOP_UPPER_BPF_H
#define XDPSNOOP_UPPER_BPF_H

#include "capture.bpf.h"
#include "device.bpf.h"

#define UPPERS 8 /* devices above one that are looked at */

/* What @dev has, of several the native one. Returns whether it has any. */
static __always_inline bool upper_read(struct wire_upper *to, struct net_device *dev)
{
	struct bpf_xdp_entity state[WIRE_MODES] = {};
	__u32 mode = WIRE_MODE_UNKNOWN;

	bpf_core_read(&state, sizeof(state), &dev->xdp_state);
#pragma unroll
	for (__u32 one = 0; one < WIRE_MODES; one++) {
		if (state[one].prog || state[one].link)
			mode = one;
		if (mode == WIRE_MODE_DRIVER)
			break;
	}
	if (mode == WIRE_MODE_UNKNOWN)
		return false;
	to->mode = mode;
	to->ifindex = BPF_CORE_READ(dev, ifindex);
	bpf_core_read_str(to->name, sizeof(to->name), &dev->name);
	bpf_core_read(&state[0], sizeof(state[0]), &dev->xdp_state[mode]);
	to->link = state[0].link ? BPF_CORE_READ(state[0].link, link.id) : 0;
	capture_prog(&to->prog,
		     state[0].link ? BPF_CORE_READ(state[0].link, link.prog) : state[0].prog);
	return true;
}

/*
 * Of the devices above the one at @address the first that has something, as dev_xdp_attach() of
 * net/core/dev.c looks for it, since 5.15: bonds, VLANs, bridges, ... A function of its own, as
 * that takes room on the stack.
 */
static __attribute__((noinline)) int device_upper(struct wire_upper *to, __u64 address)
{
	struct net_device *dev = (void *)address;
	struct list_head *head = (void *)dev + bpf_core_field_offset(dev->adj_list.upper);
	struct list_head *node = BPF_CORE_READ(head, next);

	for (int i = 0; i < UPPERS; i++) {
		if (!node || node == head)
			break;
		if (upper_read(to, BPF_CORE_READ(adjacent_of(node), dev)))
			break;
		node = BPF_CORE_READ(node, next);
	}
	return 0;
}

#endif
