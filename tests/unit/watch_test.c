// SPDX-License-Identifier: GPL-2.0
/* What is told of programs that went unseen: from records and looks to records, in order. */
#include "watch_world.h"

#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>

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

/* What others do meanwhile comes after it, but does not wait for long. */
static void test_pending_and_others(void **state)
{
	struct world *world = *state;
	struct wire_op other;

	for (int waits = 0; waits < 2; waits++) {
		install(world);
		world->pending = true;
		on_device(world, 0, 0);
		other = operation(world, HOOK_NETLINK, 0, 9, 0);
		other.dev.ifindex++;
		other.ret = -22;
		add(world, other);
		expect(world, "");
		if (waits) {
			later(world);
			expect(world, "install netlink 0>9; ");
		}
		world->pending = false;
		expect(world, waits ? "remove (noticed) - 8>0; "
				    : "remove (noticed) - 8>0; install netlink 0>9; ");
	}
	/* nor are they many */
	install(world);
	world->pending = true;
	on_device(world, 0, 0);
	for (int i = 0; i < 1023; i++)
		add(world, other);
	expect(world, "");
	add(world, other);
	watch_settle(&world->watch);
	assert_int_equal(world->watch.count, 0);
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
		TEST(test_pending_and_others),
		TEST(test_ends_meanwhile),
		TEST(test_failures_and_unknown),
		TEST(test_seeded),
		TEST(test_timer),
		TEST(test_pending_for_ever),
		TEST(test_nonsense_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
