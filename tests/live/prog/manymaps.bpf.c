// SPDX-License-Identifier: GPL-2.0
/* A program with 18 maps: more than an event names. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct numbers {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
};

struct numbers a SEC(".maps"), b SEC(".maps"), c SEC(".maps"), d SEC(".maps"), e SEC(".maps"),
	f SEC(".maps"), g SEC(".maps"), h SEC(".maps"), i SEC(".maps"), j SEC(".maps"),
	k SEC(".maps"), l SEC(".maps"), m SEC(".maps"), n SEC(".maps"), o SEC(".maps"),
	p SEC(".maps"), q SEC(".maps"), r SEC(".maps");

static __always_inline int has(void *map)
{
	__u32 zero = 0;

	return !!bpf_map_lookup_elem(map, &zero);
}

SEC("xdp")
int manymaps(struct xdp_md *ctx)
{
	int found = has(&a) + has(&b) + has(&c) + has(&d) + has(&e) + has(&f) + has(&g) + has(&h) +
		    has(&i) + has(&j) + has(&k) + has(&l) + has(&m) + has(&n) + has(&o) + has(&p) +
		    has(&q) + has(&r);

	return found ? XDP_PASS : XDP_ABORTED;
}

char LICENSE[] SEC("license") = "GPL";
