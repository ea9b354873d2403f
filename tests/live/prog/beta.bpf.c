// SPDX-License-Identifier: GPL-2.0
/* Lets every packet pass: only its being attached matters. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("xdp")
int beta(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
