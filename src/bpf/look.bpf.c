// SPDX-License-Identifier: GPL-2.0
/* Looks at devices and processes for userspace: src/kernel/look.c and held.c run it on request. */
#define LOOK_FOLLOWS 0
#include "look.bpf.h"

#include "held.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* (netns, ifindex, address) */
SEC("raw_tp")
int look_at_device(struct bpf_raw_tracepoint_args *ctx)
{
	look_at(ctx->args[0], ctx->args[1], ctx->args[2]);
	return 0;
}

/* (fd, from) */
SEC("raw_tp")
int look_at_process(struct bpf_raw_tracepoint_args *ctx)
{
	return held_look(ctx->args[0], ctx->args[1]);
}
