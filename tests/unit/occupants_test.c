// SPDX-License-Identifier: GPL-2.0
#include "event/occupants.h"

#include "helpers.h"

#include <string.h>

static struct event event_of(enum action action, uint32_t ifindex, enum wire_mode mode,
			     uint32_t prog)
{
	struct event event = { .action = action,
			       .mode = mode_name(mode),
			       .cause = "netlink",
			       .prog.id = prog,
			       .time_ns = 1000 + prog,
			       .pid = 50 + prog };

	event.dev.ifindex = ifindex;
	event.dev.netns = 3;
	snprintf(event.comm, sizeof(event.comm), "agent%u", prog);
	return event;
}

static void put(struct occupants *occupants, uint32_t ifindex, enum wire_mode mode, uint32_t prog)
{
	struct event event = event_of(ACTION_INSTALL, ifindex, mode, prog);

	occupants_event(occupants, &event);
	event_release(&event);
}

/* Who is named for program @prog that is in the way there. @known: its number, 0 if nobody is. */
static void assert_known(struct occupants *occupants, uint32_t ifindex, enum wire_mode mode,
			 uint32_t prog, uint32_t known)
{
	struct event event = event_of(ACTION_INSTALL, 99, WIRE_MODE_DRIVER, 1);

	event.error = -16;
	event.opponent.prog.id = prog;
	event.opponent.mode = mode_name(mode);
	event.opponent.ifindex = ifindex;
	occupants_event(occupants, &event);
	assert_int_equal(event.opponent.time_ns, known ? 1000 + known : 0);
	assert_int_equal(event.opponent.creator.pid, known ? 50 + known : 0);
	if (known)
		assert_int_equal(event.opponent.creator.comm[5], '0' + known);
	event_release(&event);
}

static void test_followed(void **state)
{
	struct occupants occupants;
	struct event event;

	occupants_init(&occupants);
	assert_known(&occupants, 2, WIRE_MODE_DRIVER, 7, 0);
	put(&occupants, 2, WIRE_MODE_DRIVER, 7);
	put(&occupants, 2, WIRE_MODE_OFFLOAD, 8);
	put(&occupants, 3, WIRE_MODE_GENERIC, 9);
	assert_known(&occupants, 2, WIRE_MODE_DRIVER, 7, 7);
	assert_known(&occupants, 2, WIRE_MODE_OFFLOAD, 8, 8);
	assert_known(&occupants, 3, WIRE_MODE_GENERIC, 9, 9);
	assert_known(&occupants, 2, WIRE_MODE_GENERIC, 7, 0);
	/* one that nobody was seen to put there */
	assert_known(&occupants, 2, WIRE_MODE_DRIVER, 6, 0);
	event = event_of(ACTION_REPLACE, 2, WIRE_MODE_DRIVER, 5);
	occupants_event(&occupants, &event);
	assert_known(&occupants, 2, WIRE_MODE_DRIVER, 5, 5);
	assert_known(&occupants, 2, WIRE_MODE_DRIVER, 7, 0);
	event = event_of(ACTION_REMOVE, 2, WIRE_MODE_DRIVER, 0);
	event.error = -16;
	occupants_event(&occupants, &event);
	assert_known(&occupants, 2, WIRE_MODE_DRIVER, 5, 5);
	event.error = 0;
	occupants_event(&occupants, &event);
	assert_known(&occupants, 2, WIRE_MODE_DRIVER, 5, 0);
	occupants_release(&occupants);
}

static void test_moved(void **state)
{
	struct occupants occupants;
	struct event event;

	occupants_init(&occupants);
	put(&occupants, 2, WIRE_MODE_DRIVER, 7);
	put(&occupants, 2, WIRE_MODE_OFFLOAD, 8);
	event = event_of(ACTION_MOVE, 4, WIRE_MODE_DRIVER, 7);
	event.old_dev = (struct wire_place){ .ifindex = 2, .netns = 3 };
	occupants_event(&occupants, &event);
	assert_known(&occupants, 4, WIRE_MODE_DRIVER, 7, 7);
	assert_known(&occupants, 4, WIRE_MODE_OFFLOAD, 8, 8);
	assert_known(&occupants, 2, WIRE_MODE_DRIVER, 7, 0);
	occupants_release(&occupants);
}

/* The core keeps nothing of what a master hands down, and failures put nothing anywhere. */
static void test_not_kept(void **state)
{
	struct occupants occupants;
	struct event event;

	occupants_init(&occupants);
	event = event_of(ACTION_INSTALL, 2, WIRE_MODE_DRIVER, 7);
	event.cause = "nested";
	occupants_event(&occupants, &event);
	event.cause = "netlink";
	event.unknown = true;
	occupants_event(&occupants, &event);
	event.unknown = false;
	event.error = -22;
	occupants_event(&occupants, &event);
	assert_known(&occupants, 2, WIRE_MODE_DRIVER, 7, 0);
	occupants_release(&occupants);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_followed),
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
