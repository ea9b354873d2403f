// SPDX-License-Identifier: GPL-2.0
/* Calls two global functions, as libxdp's dispatcher does: extensions can take their places. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

/* volatile: a compiler that knew the result would drop the calls. */
__noinline int prog0(struct xdp_md *ctx)
{
	volatile int ret = XDP_PASS;

	return ctx ? ret : XDP_ABORTED;
}

__noinline int prog1(struct xdp_md *ctx)
{
	volatile int ret = XDP_PASS;

	return ctx ? ret : XDP_ABORTED;
}

SEC("xdp")
int dispatch(struct xdp_md *ctx)
{
	int ret = prog0(ctx);

	return ret == XDP_PASS ? prog1(ctx) : ret;
}

char LICENSE[] SEC("license") = "GPL";
