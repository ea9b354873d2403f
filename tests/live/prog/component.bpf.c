// SPDX-License-Identifier: GPL-2.0
/* An extension for a function of dispatch; which one is said when it is loaded. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("freplace")
int component(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
