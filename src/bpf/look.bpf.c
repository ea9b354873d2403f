// SPDX-License-Identifier: GPL-2.0
/* Looks at a device for userspace: src/kernel/look.c runs it, one run for one look. */
#define LOOK_FOLLOWS 0
#include "look.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* (netns, ifindex, address) */
SEC("raw_tp")
int look_at_device(struct bpf_raw_tracepoint_args *ctx)
{
	look_at(ctx->args[0], ctx->args[1], ctx->args[2]);
	return 0;
}
