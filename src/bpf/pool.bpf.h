/* SPDX-License-Identifier: GPL-2.0 */
/* AF_XDP: the buffer pool of a queue is set up when a socket is bound, and goes after its last. */
#ifndef XDPSNOOP_POOL_BPF_H
#define XDPSNOOP_POOL_BPF_H

#include "move.bpf.h"
#include "operation.bpf.h"
#include "release.bpf.h"

#include <linux/if_xdp.h>

/* (sock, addr, addr_len): the request, before anything in it is checked. */
static __always_inline struct net_device *pool_bind(struct operation *op, const __u64 *args)
{
	struct socket *sock = (void *)args[0];
	struct net *net = BPF_CORE_READ(sock, sk, __sk_common.skc_net.net);
	struct sockaddr_xdp addr = {};

	op->wire.kind = WIRE_POOL;
	op->wire.dev.netns = BPF_CORE_READ(net, ns.inum);
	if ((int)args[2] < (int)sizeof(addr) ||
	    bpf_probe_read_kernel(&addr, sizeof(addr), (void *)args[1]))
		return NULL;
	op->wire.dev.ifindex = addr.sxdp_ifindex;
	op->wire.pool.known = true;
	op->wire.pool.queue = addr.sxdp_queue_id;
	op->wire.pool.asked = addr.sxdp_flags;
	return capture_dev_by_index(net, addr.sxdp_ifindex);
}

/*
 * Pools that have lost their device before their last socket: what xp_release_deferred meets when
 * it has waited for RTNL meanwhile.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, __u8);
} cleared SEC(".maps");

/* Whether the release of @pool has found nothing left to do. */
static __always_inline bool pool_is_cleared(__u64 pool)
{
	return bpf_map_lookup_elem(&cleared, &pool);
}

/* (pool, dev, queue_id, flags) */
static __always_inline struct net_device *pool_setup(struct operation *op, const __u64 *args)
{
	bpf_map_delete_elem(&cleared, &args[0]); /* what was at this address before */
	op->wire.kind = WIRE_POOL;
	op->wire.pool.known = true;
	op->wire.pool.queue = (__u16)args[2];
	op->wire.pool.asked = args[3];
	op->pool = args[0];
	return (void *)args[1];
}

/* (work) */
static __always_inline __u64 pool_of_work(__u64 work)
{
	return work - bpf_core_field_offset(struct xsk_buff_pool, work);
}

/* A pool that has lost its device is released once more with its last socket. */
static __always_inline bool pool_concerns(__u64 pool)
{
	return BPF_CORE_READ((struct xsk_buff_pool *)pool, netdev) != NULL;
}

/* (pool) */
static __always_inline struct net_device *pool_clear(struct operation *op, __u64 at)
{
	struct xsk_buff_pool *pool = (void *)at;
	struct net_device *dev = BPF_CORE_READ(pool, netdev);
	__u8 yes = 1;

	if (op->wire.origin == HOOK_POOL_CLEAR)
		bpf_map_update_elem(&cleared, &at, &yes, BPF_ANY);
	op->pool = at;
	op->wire.kind = WIRE_POOL;
	op->wire.removal = true;
	op->wire.pool.known = true;
	op->wire.pool.queue = BPF_CORE_READ(pool, queue_id);
	op->wire.pool.zerocopy = BPF_CORE_READ(pool, umem, zc);
	op->wire.dev.moving = device_moves(dev);
	if (!device_goes(dev))
		release_take(op, at);
	return dev;
}

/* (pool, xs): a socket is closed, or loses its device. */
static __always_inline void pool_put(struct drop *drop, __u64 at)
{
	struct xsk_buff_pool *pool = (void *)at;
	struct net_device *dev = BPF_CORE_READ(pool, netdev);

	if (!active || !dev || device_goes(dev))
		return;
	drop->object = at;
	drop->how = release_by_descriptor();
}

#endif
