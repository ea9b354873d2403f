// SPDX-License-Identifier: GPL-2.0
/* A program to attach: it lets every packet pass too. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("xdp")
int balancer(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
