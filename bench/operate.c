// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on XDP for bench/ to measure, as fast as they go.
 *
 *   operate fail COUNT IFINDEX             link creations on a device that is not there; prints the
 *                                          nanoseconds of all
 *   operate cycle COUNT DEV native|generic an attach and a detach; prints the nanoseconds of each
 *                                          such pair, a line each
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

/* A program that passes every packet. */
static int load(void)
{
	struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "bench", "GPL", pass, 2, NULL);
}

static int fail(int prog, long count, int ifindex)
{
	uint64_t begin = now();

	for (long i = 0; i < count; i++) {
		if (bpf_link_create(prog, ifindex, BPF_XDP, NULL) != -EINVAL) {
			fprintf(stderr, "operate: a link could be created on device %d\n", ifindex);
			return 1;
		}
	}
	printf("%llu\n", (unsigned long long)(now() - begin));
	return 0;
}

static int cycle(int prog, long count, int ifindex, __u32 flags)
{
	for (long i = 0; i < count; i++) {
		uint64_t begin = now();
		int err = bpf_xdp_attach(ifindex, prog, flags, NULL);

		if (!err)
			err = bpf_xdp_detach(ifindex, flags, NULL);
		if (err) {
			fprintf(stderr, "operate: device %d: %s\n", ifindex, strerror(-err));
			return 1;
		}
		printf("%llu\n", (unsigned long long)(now() - begin));
	}
	return 0;
}

int main(int argc, char *argv[])
{
	int prog = load();

	if (prog < 0) {
		fprintf(stderr, "operate: no program could be loaded: %s\n", strerror(-prog));
		return 1;
	}
	if (argc == 4 && !strcmp(argv[1], "fail"))
		return fail(prog, atol(argv[2]), atoi(argv[3]));
	if (argc == 5 && !strcmp(argv[1], "cycle"))
		return cycle(prog, atol(argv[2]), if_nametoindex(argv[3]),
			     !strcmp(argv[4], "native") ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE);
	fprintf(stderr, "usage: operate fail COUNT IFINDEX\n"
			"       operate cycle COUNT DEV native|generic\n");
	return 2;
}
