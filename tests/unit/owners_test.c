// SPDX-License-Identifier: GPL-2.0
/* What needs no program or link: those are for live cases. */
#include "kernel/owners.h"

#include "helpers.h"
#include "util/clock.h"

#include <unistd.h>

#define SECOND 1000000000ULL
#define NOBODY 4294967295U /* no program has such an id */
#define ENDED  4194304U    /* no process: PID_MAX_LIMIT of include/linux/threads.h */

static void test_nobody(void **state)
{
	struct owners owners = {};

	assert_true(owners_find(&owners, OWNED_PROG, NOBODY, 0));
	assert_int_equal(owners.count, 0);
	assert_true(owners_find(&owners, OWNED_LINK, NOBODY, 1));
	assert_int_equal(owners.count, 0);
	assert_true(owners_find(&owners, OWNED_LINK, NOBODY, ENDED));
	assert_int_equal(owners.count, 0);
	assert_true(owners.share.used_ns > 0);
}

/* In a storm, what is left of what was found last is all that is known, and it is not complete. */
static void test_no_time(void **state)
{
	struct owners owners = {};

	assert_true(owners_find(&owners, OWNED_PROG, NOBODY, 0));
	owners.count = 2;
	owners.list[0] = (struct owner){ ENDED, "ended" };
	owners.list[1] = (struct owner){ getpid(), "agent" };
	owners.share.used_ns = 10 * SECOND;
	owners.share.counted_ns = clock_ns(CLOCK_MONOTONIC);
	assert_true(owners_find(&owners, OWNED_PROG, NOBODY, 0));
	assert_int_equal(owners.count, 1);
	assert_string_equal(owners.list[0].comm, "agent");
	assert_false(owners.complete);
	assert_false(owners_find(&owners, OWNED_LINK, NOBODY, 0));
	assert_false(owners_find(&owners, OWNED_PROG, NOBODY - 1, 0));
	/* a twentieth of the time that has gone by */
	owners.share.counted_ns -= 200 * SECOND;
	assert_true(owners_find(&owners, OWNED_PROG, NOBODY - 1, 0));
	assert_int_equal(owners.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
