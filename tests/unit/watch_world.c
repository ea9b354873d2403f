// SPDX-License-Identifier: GPL-2.0
#include "watch_world.h"

#include <stdio.h>
#include <string.h>

struct wire_prog prog(uint32_t id)
{
	struct wire_prog ret = { .id = id };

	if (id)
		snprintf(ret.name, sizeof(ret.name), "prog%u", id);
	return ret;
}

struct wire_dev dev(void)
{
	return (struct wire_dev){
		.ifindex = IFINDEX, .netns = NETNS, .name = "v0", .xmit = XMIT, .native = true
	};
}

struct wire_op operation(struct world *world, enum wire_hook origin, uint32_t before, uint32_t id,
			 uint32_t link)
{
	struct wire_op op = {
		.type = WIRE_OP,
		.origin = origin,
		.by_syscall = true,
		.mode = WIRE_MODE_UNKNOWN,
		.flags = 4, /* XDP_FLAGS_DRV_MODE */
		.removal = !id,
		.pid = 42,
		.took_ns = 1000,
		.dev = dev(),
		.prog = prog(id),
		.link_id = link,
		.tail = { .type = WIRE_CHUNK, .tid = 42 },
	};

	op.state[WIRE_MODE_DRIVER] = prog(before);
	world->now_ns += 2000;
	op.tail.start_ns = world->now_ns - 1000;
	return op;
}

struct wire_op linked(struct wire_op op, uint32_t state_link)
{
	op.state_link[WIRE_MODE_DRIVER] = state_link;
	return op;
}

void on_device(struct world *world, uint32_t id, uint32_t link)
{
	world->look.netns_found = true;
	world->look.address = ADDRESS;
	world->look.mac = 0x1234;
	world->look.op.dev = dev();
	world->look.op.state[WIRE_MODE_DRIVER] = prog(id);
	world->look.op.state_link[WIRE_MODE_DRIVER] = link;
	world->links[0] = link;
}

void no_device(struct world *world, bool netns_found)
{
	world->look = (struct wire_look){ .netns_found = netns_found };
}

static uint64_t fake_now_ns(void *context)
{
	const struct world *world = context;

	return world->now_ns;
}

static int fake_look(void *context, uint32_t netns, uint32_t ifindex, uint64_t address,
		     struct wire_look *ret)
{
	struct world *world = context;

	(void)netns, (void)ifindex;
	*ret = world->look;
	/* Somewhere else it is only found by its address. */
	if (ret->address && ret->op.dev.netns != netns && ret->address != address)
		*ret = (struct wire_look){ .netns_found = true };
	return 0;
}

static void fake_taken(void *context, uint32_t netns, uint32_t ifindex)
{
	struct world *world = context;

	(void)netns, (void)ifindex;
	world->taken++;
}

static bool fake_is_pending(void *context, uint32_t netns, uint32_t ifindex)
{
	struct world *world = context;

	assert_int_equal(netns, NETNS);
	assert_int_equal(ifindex, IFINDEX);
	return world->pending;
}

static void fake_drain(void *context)
{
	struct world *world = context;

	if (!world->late.type)
		return;
	watch_add(&world->watch, &world->late, op_size(0));
	world->look.op.state[WIRE_MODE_DRIVER] = world->late.prog;
	world->late.type = 0;
}

static bool fake_has_link(uint32_t id, void *context)
{
	struct world *world = context;

	for (size_t i = 0; i < 4; i++) {
		if (id && world->links[i] == id)
			return true;
	}
	return false;
}

/* "replace netlink 7>8 " */
static void fake_record(void *context, void *data, size_t size)
{
	struct world *world = context;
	size_t length = strlen(world->out);
	struct record record;
	struct event event;

	assert_int_equal(record_decode(data, size, &record), 0);
	event_interpret(record.op, &event);
	snprintf(world->out + length, sizeof(world->out) - length, "%s %s%s %u>%u%s; ",
		 action_name(event.action), event.pid ? "" : "(noticed) ",
		 event.cause ? event.cause : "-", event.old_prog.id, event.prog.id,
		 event.link_state ? " dead" : "");
}

int setup(void **state)
{
	static struct world world;

	world = (struct world){ .now_ns = 1000000000000,
				.watch.calls = { fake_now_ns, fake_look, fake_taken,
						 fake_is_pending, fake_drain, fake_has_link,
						 fake_record } };
	world.watch.context = &world;
	assert_int_equal(watch_open(&world.watch), 0);
	*state = &world;
	return 0;
}

int teardown(void **state)
{
	struct world *world = *state;

	watch_close(&world->watch);
	return 0;
}

void add(struct world *world, struct wire_op op)
{
	char data[sizeof(op)];

	op.texts = WIRE_BUS;
	memcpy(data, &op, op_size(0));
	memset(data + op_size(0), 0, WIRE_BUS);
	strcpy(data + op_size(0), "0000:00:03.0");
	watch_add(&world->watch, data, op_size(0) + WIRE_BUS);
}

void expect(struct world *world, const char *text)
{
	watch_settle(&world->watch);
	assert_string_equal(world->out, text);
	world->out[0] = '\0';
}

void later(struct world *world)
{
	world->now_ns += 2000000000ULL;
}

void install_link(struct world *world)
{
	add(world, operation(world, HOOK_LINK_CREATE, 0, 8, 5));
	on_device(world, 8, 5);
	expect(world, "install link-create 0>8; ");
}

void install(struct world *world)
{
	add(world, operation(world, HOOK_NETLINK, 0, 8, 0));
	on_device(world, 8, 0);
	expect(world, "install netlink 0>8; ");
}
