// SPDX-License-Identifier: GPL-2.0
#include "kernel/owners.h"

#include "helpers.h"
#include "kernel/look.h"
#include "machine.h"
#include "util/cleanup.h"
#include "util/clock.h"

#include <unistd.h>

#define SECOND 1000000000ULL
#define NOBODY 4294967295U /* no program has such an id */
#define ENDED  4194304U    /* no process: PID_MAX_LIMIT of include/linux/threads.h */

static struct look *look;

static int setup(void **state)
{
	look_open(&look);
	return 0;
}

static int teardown(void **state)
{
	look_close(&look);
	return 0;
}

/* Owners that can be looked for, or the test is skipped. */
static struct owners new_owners(void)
{
	struct owners owners = {};

	if (!look || look_held(look, &owners.held)) {
		print_message("reason: this machine refuses to read kernel memory\n");
		skip();
	}
	return owners;
}

static void test_found(void **state)
{
	struct owners owners = new_owners();
	_cleanup_(close_fd) int prog = xdp_load("pass");
	pid_t pid = child_in_netns(), other = child_in_netns();

	for (int first = 0; first < 2; first++) {
		assert_true(owners_find(&owners, WIRE_HELD_PROG, prog_id(prog), first ? other : 0));
		assert_true(owners.complete);
		assert_int_equal(owners.count, 2);
		assert_int_equal(owners.list[0].pid, first || other < pid ? other : pid);
		assert_string_equal(owners.list[0].comm, "owners_test");
		assert_string_equal(owners.list[1].comm, "owners_test");
	}
	assert_true(owners_find(&owners, WIRE_HELD_LINK, prog_id(prog), 0));
	for (size_t i = 0; i < owners.count; i++)
		assert_true(owners.list[i].pid != (uint32_t)pid &&
			    owners.list[i].pid != (uint32_t)other);
	child_end(pid);
	child_end(other);
	assert_true(owners_find(&owners, WIRE_HELD_PROG, prog_id(prog), 0));
	assert_int_equal(owners.count, 0);
}

static void test_nobody(void **state)
{
	struct owners owners = new_owners();

	assert_true(owners_find(&owners, WIRE_HELD_PROG, NOBODY, 0));
	assert_int_equal(owners.count, 0);
	assert_true(owners_find(&owners, WIRE_HELD_LINK, NOBODY, 1));
	assert_int_equal(owners.count, 0);
	assert_true(owners_find(&owners, WIRE_HELD_LINK, NOBODY, ENDED));
	assert_int_equal(owners.count, 0);
	assert_true(owners.share.used_ns > 0);
}

/* In a storm, what is left of what was found last is all that is known, and it is not complete. */
static void test_no_time(void **state)
{
	struct owners owners = new_owners();

	assert_true(owners_find(&owners, WIRE_HELD_PROG, NOBODY, 0));
	owners.count = 2;
	owners.list[0] = (struct owner){ ENDED, "ended" };
	owners.list[1] = (struct owner){ getpid(), "agent" };
	owners.share.used_ns = 10 * SECOND;
	owners.share.counted_ns = clock_ns(CLOCK_MONOTONIC);
	assert_true(owners_find(&owners, WIRE_HELD_PROG, NOBODY, 0));
	assert_int_equal(owners.count, 1);
	assert_string_equal(owners.list[0].comm, "agent");
	assert_false(owners.complete);
	assert_false(owners_find(&owners, WIRE_HELD_LINK, NOBODY, 0));
	assert_false(owners_find(&owners, WIRE_HELD_PROG, NOBODY - 1, 0));
	/* a twentieth of the time that has gone by */
	owners.share.counted_ns -= 200 * SECOND;
	assert_true(owners_find(&owners, WIRE_HELD_PROG, NOBODY - 1, 0));
	assert_int_equal(owners.count, 0);
}

#define MSEC (SECOND / 1000)

static bool search_after(struct owners *owners, uint64_t used_ns)
{
	owners->what = owners->id = 0;
	owners->share.used_ns = used_ns;
	owners->share.counted_ns = clock_ns(CLOCK_MONOTONIC);
	return owners_find(owners, WIRE_HELD_PROG, NOBODY, 0);
}

/* A dozen in a row is no storm, also if the last of them took less than the others. */
static void test_in_a_row(void **state)
{
	struct owners owners = new_owners();

	owners.cost_ns = 20 * MSEC;
	assert_true(search_after(&owners, 12 * 20 * MSEC));
	assert_true(owners.cost_ns > 16 * MSEC);
	owners.cost_ns = 20 * MSEC;
	assert_false(search_after(&owners, 17 * 20 * MSEC));
	owners.cost_ns = 90 * MSEC;
	assert_false(search_after(&owners, 9 * 90 * MSEC));
}

/* What /proc does not show, nobody can say of that it is not there. */
static void test_hidden(void **state)
{
	struct owners owners = new_owners();

	owners.are_hidden = true;
	assert_false(owners_find(&owners, WIRE_HELD_PROG, NOBODY, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),    cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_hidden),   cmocka_unit_test(test_no_time),
		cmocka_unit_test(test_in_a_row),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
