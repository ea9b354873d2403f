// SPDX-License-Identifier: GPL-2.0
/* Looks at devices and processes for userspace: src/kernel/look.c and held.c run it on request. */
#include "look.bpf.h"

#include "held.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* (descriptor of a network namespace, ifindex) */
SEC("raw_tp")
int look_at_device(struct bpf_raw_tracepoint_args *ctx)
{
	struct net *net = look_open(ctx->args[0]);
	struct net_device *dev = net ? capture_dev_by_index(net, ctx->args[1]) : NULL;

	look_begin();
	look.netns_found = !!net;
	if (dev)
		look_tell(dev);
	return 0;
}

/* (fd, from) */
SEC("raw_tp")
int look_at_process(struct bpf_raw_tracepoint_args *ctx)
{
	return held_look(ctx->args[0], ctx->args[1]);
}
