// SPDX-License-Identifier: GPL-2.0
/* Reads the kernel's memory for userspace: src/kernel/memory.c runs it, one run for one reading. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

/* What was read last: mapped by userspace. */
char window[4096];

SEC("raw_tp")
int read_memory(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 size = ctx->args[1];

	if (!size || size > sizeof(window))
		return -1;
	return bpf_probe_read_kernel(window, size, (const void *)ctx->args[0]);
}
