// SPDX-License-Identifier: GPL-2.0
/* A program whose name is longer than the kernel keeps, and which uses maps. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct numbers {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
};

struct numbers packets SEC(".maps"), bytes SEC(".maps"), errors SEC(".maps");

static __always_inline void add(void *map, __u64 value)
{
	__u32 zero = 0;
	__u64 *number = bpf_map_lookup_elem(map, &zero);

	if (number)
		*number += value;
}

SEC("xdp")
int counts_packets_and_their_bytes_of_one_device_in_three_maps_of_numbers(struct xdp_md *ctx)
{
	add(&packets, 1);
	add(&bytes, ctx->data_end - ctx->data);
	add(&errors, ctx->data_end < ctx->data);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
