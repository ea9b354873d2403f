/* SPDX-License-Identifier: GPL-2.0 */
/* A kernel with one device, which a watch looks at: for watch_test.c. */
#ifndef XDPSNOOP_TESTS_WATCH_WORLD_H
#define XDPSNOOP_TESTS_WATCH_WORLD_H

#include "watch/watch.h"

#include "helpers.h"

#define NETNS   4026532000U
#define IFINDEX 7
#define XMIT    0xffffffff81000000ULL
#define ADDRESS 0xffff888100000000ULL

/* A kernel with one device, and what the watch asks it. */
struct world {
	struct watch watch;
	uint64_t now_ns; /* its clock: stands still but for operations, and later() */
	struct wire_look look;
	uint32_t links[4];
	bool pending;
	unsigned int taken;
	struct wire_op late; /* a record that is there when the ring buffer is drained */
	char out[1024];      /* what came out, in words */
};

struct wire_dev dev(void);
/* A system call that ends just now, took a microsecond, and began one after the last one's end. */
struct wire_op operation(struct world *world, enum wire_hook origin, uint32_t before, uint32_t id,
			 uint32_t link);
struct wire_op linked(struct wire_op op, uint32_t state_link);
void on_device(struct world *world, uint32_t id, uint32_t link);
void no_device(struct world *world, bool netns_found);
int setup(void **state);
int teardown(void **state);
/* Its device has an address, which lies behind it. */
void add(struct world *world, struct wire_op op);
void expect(struct world *world, const char *text);
/* Two seconds go by. */
void later(struct world *world);
void install_link(struct world *world);
void install(struct world *world);
struct wire_prog prog(uint32_t id);

#endif
