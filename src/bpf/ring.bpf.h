/* SPDX-License-Identifier: GPL-2.0 */
/* The way to userspace, and what is counted of what does not get there. */
#ifndef XDPSNOOP_RING_BPF_H
#define XDPSNOOP_RING_BPF_H

#include "kernel.bpf.h"

#include "../wire.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} events SEC(".maps");

struct wire_stats stats = {};
bool active = false; /* set by userspace when every probe is attached */

static __always_inline void count(__u64 *counter)
{
	__sync_fetch_and_add(counter, 1);
}

#endif
