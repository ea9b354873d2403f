// SPDX-License-Identifier: GPL-2.0
/* Where programs are, by modes, namespaces and moves, and what is asked of a seed. */
#include "event/dispatch.h"

#include "helpers.h"

#include <string.h>

#define HERE  77 /* network namespaces */
#define THERE 88

static const char driver[] = "driver", generic[] = "generic", offload[] = "offload";
static int seeds; /* calls of a seed */

/* A program comes to a device, in the place of an old one, or with none goes from it. */
static void put(struct dispatch *dispatch, uint32_t netns, uint32_t ifindex, const char *mode,
		uint32_t prog, uint32_t old)
{
	struct event event = {
		.action = !prog ? ACTION_REMOVE
			  : old ? ACTION_REPLACE
				: ACTION_INSTALL,
		.cause = prog ? "netlink" : "netns-exit",
		.mode = mode,
		.dev = { .ifindex = ifindex, .netns = netns },
		.prog.id = prog,
		.old_prog.id = old,
	};

	snprintf(event.dev.name, sizeof(event.dev.name), "eth%u", ifindex);
	assert_true(dispatch_event(dispatch, &event));
	event_release(&event);
}

static void move(struct dispatch *dispatch, uint32_t from, uint32_t to, uint32_t ifindex,
		 uint32_t new_ifindex, int error)
{
	struct event event = {
		.action = ACTION_MOVE,
		.cause = "netns-move",
		.mode = driver,
		.error = error,
		.old_dev = { .ifindex = ifindex, .netns = from },
		.dev = { .ifindex = new_ifindex, .netns = to, .name = "moved" },
	};

	assert_true(dispatch_event(dispatch, &event));
	event_release(&event);
}

/* Where a component of @prog would be reported: "netns ifindex mode name", "-" for nowhere. */
static void assert_place(struct dispatch *dispatch, uint32_t prog, const char *expected)
{
	static uint32_t link;
	struct event event = {
		.action = ACTION_COMPONENT_ATTACH,
		.component = { .target.id = prog, .func = "prog0" },
		.link_id = ++link,
	};
	char text[64] = "-";

	if (dispatch_event(dispatch, &event))
		snprintf(text, sizeof(text), "%u %u %s %s", event.dev.netns, event.dev.ifindex,
			 event.mode, event.dev.name);
	assert_string_equal(text, expected);
	event.action = ACTION_COMPONENT_DETACH;
	assert_int_equal(dispatch_event(dispatch, &event), strcmp(expected, "-") != 0);
	assert_int_equal(dispatch->nplaced, 0);
	event_release(&event);
}

/* One device has a program in each of two modes; the same index is another device elsewhere. */
static void test_modes_and_namespaces(void **state)
{
	struct dispatch dispatch = {};

	put(&dispatch, HERE, 2, driver, 10, 0);
	put(&dispatch, HERE, 2, offload, 11, 0);
	put(&dispatch, THERE, 2, driver, 12, 0);
	assert_int_equal(dispatch.nattached, 3);
	assert_place(&dispatch, 10, "77 2 driver eth2");
	assert_place(&dispatch, 11, "77 2 offload eth2");
	assert_place(&dispatch, 12, "88 2 driver eth2");
	put(&dispatch, HERE, 2, driver, 0, 10);
	assert_place(&dispatch, 10, "-");
	assert_place(&dispatch, 11, "77 2 offload eth2");
	put(&dispatch, THERE, 2, driver, 0, 12);
	assert_place(&dispatch, 12, "-");
	assert_place(&dispatch, 11, "77 2 offload eth2");
	put(&dispatch, HERE, 2, generic, 0, 13); /* what was never told of */
	assert_int_equal(dispatch.nattached, 1);
	dispatch_release(&dispatch);
}

static void test_replaced(void **state)
{
	struct dispatch dispatch = {};

	put(&dispatch, HERE, 2, driver, 10, 0);
	put(&dispatch, HERE, 2, driver, 20, 10);
	assert_int_equal(dispatch.nattached, 1);
	assert_place(&dispatch, 10, "-");
	assert_place(&dispatch, 20, "77 2 driver eth2");
	dispatch_release(&dispatch);
}

/* A program may be on two devices: it is on the other one still when it leaves the first. */
static void test_two_devices(void **state)
{
	struct dispatch dispatch = {};

	put(&dispatch, HERE, 2, driver, 10, 0);
	put(&dispatch, HERE, 3, driver, 10, 0);
	put(&dispatch, HERE, 2, driver, 0, 10);
	assert_place(&dispatch, 10, "77 3 driver eth3");
	put(&dispatch, HERE, 3, driver, 0, 10);
	assert_place(&dispatch, 10, "-");
	dispatch_release(&dispatch);
}

static void test_moves(void **state)
{
	struct dispatch dispatch = {};

	put(&dispatch, HERE, 2, driver, 10, 0);
	put(&dispatch, HERE, 2, offload, 11, 0);
	put(&dispatch, HERE, 3, driver, 12, 0);
	move(&dispatch, HERE, THERE, 2, 9, -17);
	assert_place(&dispatch, 10, "77 2 driver eth2");
	move(&dispatch, THERE, HERE, 2, 9, 0); /* another device */
	assert_place(&dispatch, 10, "77 2 driver eth2");
	move(&dispatch, HERE, THERE, 2, 9, 0);
	assert_place(&dispatch, 10, "88 9 driver moved");
	assert_place(&dispatch, 11, "88 9 offload moved");
	assert_place(&dispatch, 12, "77 3 driver eth3");
	put(&dispatch, THERE, 9, driver, 0, 10);
	assert_place(&dispatch, 10, "-");
	dispatch_release(&dispatch);
}

/* What is about something else says nothing of the programs of devices. */
static void test_other_actions(void **state)
{
	struct dispatch dispatch = {};

	for (enum action action = ACTION_NONE; action < ACTION_MOVE; action++) {
		struct event event = {
			.action = action,
			.cause = "netlink",
			.mode = driver,
			.dev = { .ifindex = 2, .netns = HERE },
			.prog.id = 10,
		};

		if (action == ACTION_INSTALL || action == ACTION_REPLACE ||
		    action == ACTION_COMPONENT_ATTACH || action == ACTION_COMPONENT_DETACH)
			continue;
		assert_true(dispatch_event(&dispatch, &event));
		event_release(&event);
	}
	assert_int_equal(dispatch.nattached, 0);
	assert_place(&dispatch, 10, "-");
	dispatch_release(&dispatch);
}

/* The components of a program are told wherever it appears: also in an entry of a map. */
static void test_components_of_an_entry(void **state)
{
	const struct placed placed = { .target = 10,
				       .link = 1,
				       .component = { "prog0", { 5, "first" } } };
	struct event event = { .action = ACTION_ENTRY_REPLACE, .prog.id = 11, .old_prog.id = 10 };
	struct dispatch dispatch = {};

	assert_int_equal(dispatch_place(&dispatch, &placed), 0);
	assert_true(dispatch_event(&dispatch, &event));
	assert_int_equal(event.components.count, 0);
	assert_int_equal(event.old_components.count, 1);
	assert_string_equal(event.old_components.list[0].prog.name, "first");
	event_release(&event);
	assert_null(event.old_components.list);
	dispatch_release(&dispatch);
}

/* Components are listed in one order, whatever the order was that they came in. */
static void test_order_of_components(void **state)
{
	static const char *const order[] = { "prog2", "prog10", "entry", "prog1a" };
	const size_t count = ARRAY_SIZE(order);

	/* Each number below names one order of four, and some that repeat a link. */
	for (unsigned int places = 0; places < 256; places++) {
		struct event event = { .action = ACTION_NOOP, .prog.id = 10 };
		struct dispatch dispatch = {};

		for (size_t i = 0; i < 2 * count; i++) {
			size_t at = i < count ? places >> 2 * i & 3 : i - count;
			struct placed placed = { .target = 10, .link = 1 + at };

			strcpy(placed.component.func, order[at]);
			assert_int_equal(dispatch_place(&dispatch, &placed), 0);
		}
		assert_true(dispatch_event(&dispatch, &event));
		assert_int_equal(event.components.count, count);
		for (size_t i = 0; i < count; i++)
			assert_string_equal(event.components.list[i].func, order[i]);
		event_release(&event);
		dispatch_release(&dispatch);
	}
}

static void seed_nothing(struct dispatch *dispatch)
{
	seeds++;
}

/* As a seed that saw the link of an event which is on its way. */
static void seed_all(struct dispatch *dispatch)
{
	const struct attached attached = {
		.netns = HERE, .ifindex = 2, .name = "eth2", .mode = driver, .prog = 10
	};
	const struct placed placed = { .target = 10, .link = 1, .component.func = "prog0" };

	seeds++;
	assert_int_equal(dispatch_attach(dispatch, &attached), 0);
	assert_int_equal(dispatch_place(dispatch, &placed), 0);
}

static void test_seed_that_finds_nothing(void **state)
{
	struct dispatch dispatch = { .seed = seed_nothing };

	seeds = 0;
	assert_place(&dispatch, 10, "-");
	assert_place(&dispatch, 10, "-");
	assert_int_equal(seeds, 1);
	dispatch_release(&dispatch);
}

static void test_link_in_seed_and_event(void **state)
{
	struct dispatch dispatch = { .seed = seed_all };
	struct event event = { .action = ACTION_COMPONENT_ATTACH,
			       .component = { .target.id = 10, .func = "prog0" },
			       .link_id = 1 };

	seeds = 0;
	assert_true(dispatch_event(&dispatch, &event));
	assert_int_equal(seeds, 1);
	assert_int_equal(dispatch.nplaced, 1);
	event.action = ACTION_COMPONENT_DETACH;
	assert_true(dispatch_event(&dispatch, &event));
	assert_int_equal(dispatch.nplaced, 0);
	assert_int_equal(seeds, 1);
	dispatch_release(&dispatch);
}

/* A failed attachment of no known program is on no device: nothing has to be asked. */
static void test_seed_of_no_program(void **state)
{
	struct dispatch dispatch = { .seed = seed_nothing };
	struct event event = { .action = ACTION_COMPONENT_ATTACH, .error = -9 };

	seeds = 0;
	assert_true(dispatch_event(&dispatch, &event));
	assert_int_equal(seeds, 0);
	dispatch_release(&dispatch);
}

/* A device that has lost its program before the seed's answer is looked at. */
static void test_seed_of_nothing(void **state)
{
	const struct attached none = { .netns = HERE, .ifindex = 2, .mode = driver };
	struct dispatch dispatch = {};

	assert_int_equal(dispatch_attach(&dispatch, &none), 0);
	assert_int_equal(dispatch.nattached, 0);
	put(&dispatch, HERE, 2, driver, 10, 0);
	assert_int_equal(dispatch_attach(&dispatch, &none), 0);
	assert_int_equal(dispatch.nattached, 0);
	dispatch_release(&dispatch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes_and_namespaces),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_two_devices),
		cmocka_unit_test(test_moves),
		cmocka_unit_test(test_other_actions),
		cmocka_unit_test(test_components_of_an_entry),
		cmocka_unit_test(test_order_of_components),
		cmocka_unit_test(test_seed_that_finds_nothing),
		cmocka_unit_test(test_link_in_seed_and_event),
		cmocka_unit_test(test_seed_of_nothing),
		cmocka_unit_test(test_seed_of_no_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
