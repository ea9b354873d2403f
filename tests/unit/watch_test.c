// SPDX-License-Identifier: GPL-2.0
/* What is told of programs that went unseen: from records and looks to records, in order. */
#include "watch/watch.h"

#include "helpers.h"

#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>

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

static struct wire_prog prog(uint32_t id)
{
	struct wire_prog ret = { .id = id };

	if (id)
		snprintf(ret.name, sizeof(ret.name), "prog%u", id);
	return ret;
}

static struct wire_dev dev(void)
{
	return (struct wire_dev){
		.ifindex = IFINDEX, .netns = NETNS, .name = "v0", .xmit = XMIT, .native = true
	};
}

/* A system call that ends just now, took a microsecond, and began one after the last one's end. */
static struct wire_op operation(struct world *world, enum wire_hook origin, uint32_t before,
				uint32_t id, uint32_t link)
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

static struct wire_op linked(struct wire_op op, uint32_t state_link)
{
	op.state_link[WIRE_MODE_DRIVER] = state_link;
	return op;
}

static void on_device(struct world *world, uint32_t id, uint32_t link)
{
	world->look.netns_found = true;
	world->look.address = ADDRESS;
	world->look.mac = 0x1234;
	world->look.op.dev = dev();
	world->look.op.state[WIRE_MODE_DRIVER] = prog(id);
	world->look.op.state_link[WIRE_MODE_DRIVER] = link;
	world->links[0] = link;
}

static void no_device(struct world *world, bool netns_found)
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

static int setup(void **state)
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

static int teardown(void **state)
{
	struct world *world = *state;

	watch_close(&world->watch);
	return 0;
}

/* Its device has an address, which lies behind it. */
static void add(struct world *world, struct wire_op op)
{
	char data[sizeof(op)];

	op.texts = WIRE_BUS;
	memcpy(data, &op, op_size(0));
	memset(data + op_size(0), 0, WIRE_BUS);
	strcpy(data + op_size(0), "0000:00:03.0");
	watch_add(&world->watch, data, op_size(0) + WIRE_BUS);
}

static void expect(struct world *world, const char *text)
{
	watch_settle(&world->watch);
	assert_string_equal(world->out, text);
	world->out[0] = '\0';
}

/* Two seconds go by. */
static void later(struct world *world)
{
	world->now_ns += 2000000000ULL;
}

static void install_link(struct world *world)
{
	add(world, operation(world, HOOK_LINK_CREATE, 0, 8, 5));
	on_device(world, 8, 5);
	expect(world, "install link-create 0>8; ");
}

static void install(struct world *world)
{
	add(world, operation(world, HOOK_NETLINK, 0, 8, 0));
	on_device(world, 8, 0);
	expect(world, "install netlink 0>8; ");
}

static void test_nothing_unseen(void **state)
{
	struct world *world = *state;

	install(world);
	add(world, operation(world, HOOK_NETLINK, 8, 9, 0));
	on_device(world, 9, 0);
	expect(world, "replace netlink 8>9; ");
	add(world, operation(world, HOOK_NETLINK, 9, 0, 0));
	on_device(world, 0, 0);
	expect(world, "remove netlink 9>0; ");
	assert_int_equal(world->taken, 3);
	assert_int_equal(world->watch.model.count, 1); /* one that overlaps may come */
	later(world);
	expect(world, "");
	assert_int_equal(world->watch.model.count, 0);
}

static void test_link_closed(void **state)
{
	struct world *world = *state;

	install_link(world);
	on_device(world, 0, 0);
	expect(world, "remove (noticed) link-release 8>0; ");
	expect(world, "");
}

static void test_link_detached_unseen(void **state)
{
	struct world *world = *state;

	install_link(world);
	on_device(world, 0, 0);
	world->links[1] = 5;
	expect(world, "remove (noticed) - 8>0; ");
}

static void test_netlink_removed_unseen(void **state)
{
	struct world *world = *state;

	install(world);
	on_device(world, 0, 0);
	expect(world, "remove (noticed) - 8>0; ");
}

static void test_device_deleted(void **state)
{
	struct world *world = *state;

	install(world);
	no_device(world, true);
	world->look.in_transit = true; /* what is in its place looks like one that moves */
	expect(world, "");
	later(world);
	expect(world, "remove (noticed) unregister 8>0; ");
}

static void test_namespace_gone(void **state)
{
	struct world *world = *state;

	install_link(world);
	no_device(world, false);
	expect(world, "remove (noticed) netns-exit 8>0 dead; ");
}

/* A link that is closed and a device that is deleted before the next look: in which order? */
static void test_both_gone(void **state)
{
	struct world *world = *state;

	install_link(world);
	no_device(world, true);
	world->links[0] = 0;
	expect(world, "remove (noticed) - 8>0; ");
}

static void test_deletion_seen(void **state)
{
	struct world *world = *state;

	install(world);
	add(world, operation(world, HOOK_DELETE, 8, 0, 0));
	no_device(world, true);
	expect(world, "remove unregister 8>0; ");
}

/* The system call that deletes the device has seen that there was nothing on it any more. */
static void test_deletion_after_close(void **state)
{
	struct world *world = *state;

	install_link(world);
	world->links[0] = 0;
	add(world, operation(world, HOOK_DELETE, 0, 0, 0));
	no_device(world, true);
	expect(world, "remove (noticed) link-release 8>0; ");
}

static void test_moved(void **state)
{
	struct world *world = *state;

	install_link(world);
	world->look.op.dev.netns++;
	expect(world, "move (noticed) netns-move 0>8; ");
	assert_int_equal(world->watch.model.list[0].dev.netns, NETNS + 1);
}

/* Looked at when it has left one namespace and is not in the other. */
static void test_moving(void **state)
{
	struct world *world = *state;

	install_link(world);
	no_device(world, true);
	world->look.in_transit = true;
	expect(world, "");
	on_device(world, 8, 5);
	world->look.op.dev.netns++;
	expect(world, "move (noticed) netns-move 0>8; ");
}

/* Without a program there is nothing to be told. */
static void test_moved_without(void **state)
{
	struct world *world = *state;

	install(world);
	add(world, operation(world, HOOK_NETLINK, 8, 0, 0));
	on_device(world, 0, 0);
	expect(world, "remove netlink 8>0; ");
	world->look.op.dev.netns++;
	expect(world, "");
}

/* Its address is that of another device now. */
static void test_address_reused(void **state)
{
	struct world *world = *state;

	install(world);
	world->look.op.dev.netns++;
	world->look.mac++;
	expect(world, "remove (noticed) unregister 8>0; ");
}

static void test_between_records(void **state)
{
	struct world *world = *state;

	add(world, operation(world, HOOK_LINK_CREATE, 0, 8, 5));
	add(world, operation(world, HOOK_LINK_CREATE, 0, 9, 6));
	on_device(world, 9, 6);
	expect(world, "install link-create 0>8; remove (noticed) link-release 8>0; "
		      "install link-create 0>9; ");
}

/* The second link was asked for before the first was there, and made when that had gone. */
static void test_link_waits(void **state)
{
	struct world *world = *state;
	struct wire_op op = operation(world, HOOK_LINK_CREATE, 0, 9, 6);

	install_link(world);
	op.took_ns = world->now_ns - op.tail.start_ns;
	on_device(world, 9, 6);
	add(world, op);
	expect(world, "remove (noticed) link-release 8>0; install link-create 0>9; ");
}

/* Both have met the first program; the kernel lets them change it one after the other. */
static void test_at_the_same_time(void **state)
{
	struct world *world = *state;
	struct wire_op first, second;

	install(world);
	first = operation(world, HOOK_NETLINK, 8, 9, 0);
	second = operation(world, HOOK_NETLINK, 8, 0, 0);
	second.tail.start_ns = first.tail.start_ns;
	second.took_ns = 2000;
	add(world, first);
	add(world, second);
	on_device(world, 0, 0);
	expect(world, "replace netlink 8>9; remove netlink 9>0; ");
	second.took_ns = 3000;
	add(world, second);
	expect(world, "noop netlink 0>0; ");
}

/* What is only noticed after a batch comes behind the last record about it, and before others. */
static void test_before_others(void **state)
{
	struct world *world = *state;
	struct wire_op other = operation(world, HOOK_LINK_CREATE, 0, 9, 0);

	add(world, operation(world, HOOK_LINK_CREATE, 0, 8, 5));
	other.dev = (struct wire_dev){ .ifindex = 9999, .netns = NETNS };
	other.ret = -22;
	add(world, other);
	on_device(world, 0, 0);
	expect(world, "install link-create 0>8; remove (noticed) link-release 8>0; "
		      "install link-create 0>9; ");
}

/* A failure that met nothing, while the removal that explains it is still to be told. */
static void test_explained_by_a_later_record(void **state)
{
	struct world *world = *state;
	struct wire_op removal, failure;

	install(world);
	removal = operation(world, HOOK_NETLINK, 8, 0, 0);
	failure = operation(world, HOOK_NETLINK, 0, 9, 0);
	failure.ret = -22;
	world->now_ns += 1000;
	removal.took_ns = world->now_ns - removal.tail.start_ns;
	add(world, failure);
	world->pending = true;
	on_device(world, 0, 0);
	expect(world, ""); /* held back */
	world->pending = false;
	add(world, removal);
	expect(world, "install netlink 0>9; remove netlink 8>0; ");
}

/* What is seen is not yet told: the operation is under way. */
static void test_pending(void **state)
{
	struct world *world = *state;

	install(world);
	world->pending = true;
	on_device(world, 0, 0);
	expect(world, "");
	assert_true(watch_is_unclear(&world->watch));
	world->pending = false;
	add(world, operation(world, HOOK_NETLINK, 8, 0, 0));
	expect(world, "remove netlink 8>0; ");
	assert_false(watch_is_unclear(&world->watch));
}

/* Its record comes between the look and what is made of it. */
static void test_ends_meanwhile(void **state)
{
	struct world *world = *state;

	install(world);
	on_device(world, 0, 0);
	world->late = operation(world, HOOK_NETLINK, 8, 0, 0);
	expect(world, "remove netlink 8>0; ");
	/* And what the look has seen may be no more. */
	install(world);
	on_device(world, 0, 0);
	world->late = operation(world, HOOK_NETLINK, 0, 9, 0);
	expect(world, "remove (noticed) - 8>0; install netlink 0>9; ");
}

static void test_failures_and_unknown(void **state)
{
	struct world *world = *state;
	struct wire_op op;

	install_link(world);
	op = linked(operation(world, HOOK_NETLINK, 8, 9, 0), 5);
	op.ret = -16;
	add(world, op);
	op.ret = 0;
	op.unknown = true;
	add(world, op);
	assert_int_equal(world->watch.model.list[0].held[WIRE_MODE_DRIVER].prog.id, 8);
	expect(world, "replace netlink 8>9; replace netlink 8>9; ");
	on_device(world, 0, 0);
	expect(world, "remove (noticed) link-release 8>0; ");
}

static void test_seeded(void **state)
{
	struct world *world = *state;

	on_device(world, 8, 5);
	watch_seed(&world->watch, NETNS, IFINDEX);
	expect(world, "");
	on_device(world, 0, 0);
	expect(world, "remove (noticed) link-release 8>0; ");
}

/* Nothing wakes up while nothing is attached. */
static void test_timer(void **state)
{
	struct world *world = *state;
	struct itimerspec when;

	watch_settle(&world->watch);
	assert_int_equal(timerfd_gettime(world->watch.timer_fd, &when), 0);
	assert_int_equal(when.it_value.tv_nsec, 0);
	install(world);
	assert_int_equal(timerfd_gettime(world->watch.timer_fd, &when), 0);
	assert_in_range(when.it_value.tv_nsec, 1, 200000000);
	assert_int_equal(when.it_interval.tv_nsec, 200000000);
	/* What can not be told yet is looked at sooner. */
	world->pending = true;
	on_device(world, 0, 0);
	expect(world, "");
	assert_int_equal(world->watch.armed_ns, 10000000);
	assert_int_equal(timerfd_gettime(world->watch.timer_fd, &when), 0);
	assert_in_range(when.it_value.tv_nsec, 1, 200000000); /* that sooner one may be over */
	assert_int_equal(when.it_interval.tv_nsec, 200000000);
	world->pending = false;
	watch_ready(&world->watch);
	assert_string_equal(world->out, "remove (noticed) - 8>0; ");
	later(world);
	watch_settle(&world->watch);
	assert_int_equal(timerfd_gettime(world->watch.timer_fd, &when), 0);
	assert_int_equal(when.it_value.tv_nsec, 0);
}

/* An end that was missed leaves an operation under way for ever: not to be waited for. */
static void test_pending_for_ever(void **state)
{
	struct world *world = *state;

	install(world);
	world->pending = true;
	on_device(world, 0, 0);
	expect(world, "");
	world->now_ns += 6000000000ULL;
	expect(world, "remove (noticed) - 8>0; ");
}

static void test_nonsense_passes(void **state)
{
	struct world *world = *state;

	watch_add(&world->watch, "abc", 3);
	assert_int_equal(world->watch.count, 1); /* whoever reads it counts it */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_unseen),
		TEST(test_link_closed),
		TEST(test_link_detached_unseen),
		TEST(test_netlink_removed_unseen),
		TEST(test_device_deleted),
		TEST(test_namespace_gone),
		TEST(test_both_gone),
		TEST(test_deletion_seen),
		TEST(test_deletion_after_close),
		TEST(test_moved),
		TEST(test_moving),
		TEST(test_moved_without),
		TEST(test_address_reused),
		TEST(test_between_records),
		TEST(test_before_others),
		TEST(test_link_waits),
		TEST(test_at_the_same_time),
		TEST(test_explained_by_a_later_record),
		TEST(test_pending),
		TEST(test_ends_meanwhile),
		TEST(test_failures_and_unknown),
		TEST(test_seeded),
		TEST(test_timer),
		TEST(test_pending_for_ever),
		TEST(test_nonsense_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
