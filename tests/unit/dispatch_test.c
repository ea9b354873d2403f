// SPDX-License-Identifier: GPL-2.0
#include "event/dispatch.h"

#include "helpers.h"

#include <string.h>

static int seeds; /* calls of seed_device() */

static struct event prog_event(enum action action, uint32_t prog, uint32_t old)
{
	return (struct event){
		.action = action,
		.cause = "netlink",
		.mode = mode_name(WIRE_MODE_DRIVER),
		.dev = { .ifindex = 2, .netns = 77, .name = "ens33" },
		.prog.id = prog,
		.old_prog.id = old,
	};
}

static struct event component_event(enum action action, uint32_t target, const char *func,
				    uint32_t prog, uint32_t link)
{
	struct event event = {
		.action = action,
		.prog.id = prog,
		.link_id = link,
		.component.target.id = target,
	};

	snprintf(event.component.func, sizeof(event.component.func), "%s", func);
	return event;
}

/* Feeds an event that has to be reported, or not, and gives it back for a look. */
static void feed(struct dispatch *dispatch, struct event *event, bool reported)
{
	assert_int_equal(dispatch_event(dispatch, event), reported);
}

static void feed_prog(struct dispatch *dispatch, enum action action, uint32_t prog, uint32_t old)
{
	struct event event = prog_event(action, prog, old);

	feed(dispatch, &event, true);
	event_release(&event);
}

static void feed_component(struct dispatch *dispatch, enum action action, uint32_t target,
			   const char *func, uint32_t prog, uint32_t link, bool reported)
{
	struct event event = component_event(action, target, func, prog, link);

	feed(dispatch, &event, reported);
	if (reported)
		assert_string_equal(event.dev.name, "ens33");
	event_release(&event);
}

static void assert_components(const struct components *components, const char *expected)
{
	char text[256] = "";

	for (size_t i = 0; i < components->count; i++) {
		size_t length = strlen(text);

		snprintf(text + length, sizeof(text) - length, "%s%s=%u", i ? " " : "",
			 components->list[i].func, components->list[i].prog.id);
	}
	assert_string_equal(text, expected);
}

/* As xdp-loader does it: the new dispatcher is complete before it takes the old one's place. */
static void test_swap(void **state)
{
	struct dispatch dispatch = {};
	struct event event;

	feed_component(&dispatch, ACTION_COMPONENT_ATTACH, 10, "entry", 1, 100, false);
	event = prog_event(ACTION_INSTALL, 10, 0);
	feed(&dispatch, &event, true);
	assert_components(&event.components, "entry=1");
	assert_components(&event.old_components, "");
	event_release(&event);
	feed_component(&dispatch, ACTION_COMPONENT_ATTACH, 20, "prog10", 3, 203, false);
	feed_component(&dispatch, ACTION_COMPONENT_ATTACH, 20, "prog1", 2, 202, false);
	feed_component(&dispatch, ACTION_COMPONENT_ATTACH, 20, "prog0", 1, 201, false);
	event = prog_event(ACTION_REPLACE, 20, 10);
	feed(&dispatch, &event, true);
	assert_components(&event.components, "prog0=1 prog1=2 prog10=3");
	assert_components(&event.old_components, "entry=1");
	event_release(&event);
	feed_component(&dispatch, ACTION_COMPONENT_DETACH, 10, "entry", 1, 100, false);
	event = prog_event(ACTION_REMOVE, 0, 20);
	feed(&dispatch, &event, true);
	assert_components(&event.components, "");
	assert_components(&event.old_components, "prog0=1 prog1=2 prog10=3");
	event_release(&event);
	feed_component(&dispatch, ACTION_COMPONENT_DETACH, 20, "prog0", 1, 201, false);
	dispatch_release(&dispatch);
}

static void test_component_of_a_device(void **state)
{
	struct dispatch dispatch = {};
	struct event event;

	feed_prog(&dispatch, ACTION_INSTALL, 10, 0);
	event = component_event(ACTION_COMPONENT_ATTACH, 10, "prog0", 1, 100);
	feed(&dispatch, &event, true);
	assert_string_equal(event.dev.name, "ens33");
	assert_int_equal(event.dev.ifindex, 2);
	assert_int_equal(event.dev.netns, 77);
	assert_string_equal(event.mode, "driver");
	event_release(&event);
	feed_component(&dispatch, ACTION_COMPONENT_ATTACH, 10, "prog0", 1, 100, true);
	event = prog_event(ACTION_NOOP, 10, 10);
	feed(&dispatch, &event, true);
	assert_components(&event.components, "prog0=1"); /* a link counts once */
	event_release(&event);
	feed_component(&dispatch, ACTION_COMPONENT_DETACH, 10, "prog0", 1, 100, true);
	event = prog_event(ACTION_REMOVE, 0, 10);
	feed(&dispatch, &event, true);
	assert_components(&event.old_components, "");
	event_release(&event);
	feed_component(&dispatch, ACTION_COMPONENT_ATTACH, 10, "prog0", 1, 101, false);
	dispatch_release(&dispatch);
}

static void test_failures(void **state)
{
	struct dispatch dispatch = {};
	struct event event = component_event(ACTION_COMPONENT_ATTACH, 10, "prog0", 1, 0);

	event.error = -16;
	feed(&dispatch, &event, true);
	assert_string_equal(event.dev.name, "");
	event = prog_event(ACTION_INSTALL, 10, 0);
	event.error = -22;
	feed(&dispatch, &event, true);
	assert_components(&event.components, "");
	feed_component(&dispatch, ACTION_COMPONENT_ATTACH, 10, "prog0", 1, 100, false);
	feed_prog(&dispatch, ACTION_INSTALL, 10, 0);
	event = prog_event(ACTION_REMOVE, 0, 10);
	event.error = -16;
	feed(&dispatch, &event, true);
	event_release(&event);
	feed_component(&dispatch, ACTION_COMPONENT_DETACH, 10, "prog0", 1, 100, true);
	dispatch_release(&dispatch);
}

/* The core does not have these programs: they are nowhere where a component would change them. */
static void test_drivers_asked_by_others(void **state)
{
	static const char *const causes[] = { "nested", "direct" };

	for (size_t i = 0; i < ARRAY_SIZE(causes); i++) {
		struct event event = prog_event(ACTION_INSTALL, 10, 0);
		struct dispatch dispatch = {};

		event.cause = causes[i];
		feed(&dispatch, &event, true);
		feed_component(&dispatch, ACTION_COMPONENT_ATTACH, 10, "prog0", 1, 100, false);
		dispatch_release(&dispatch);
	}
}

static void test_move(void **state)
{
	struct dispatch dispatch = {};
	struct event event;

	feed_prog(&dispatch, ACTION_INSTALL, 10, 0);
	event = prog_event(ACTION_MOVE, 10, 0);
	event.old_dev = (struct wire_place){ .ifindex = 2, .netns = 77, .name = "ens33" };
	event.dev.ifindex = 9;
	event.dev.netns = 88;
	feed(&dispatch, &event, true);
	event = component_event(ACTION_COMPONENT_ATTACH, 10, "prog0", 1, 100);
	feed(&dispatch, &event, true);
	assert_int_equal(event.dev.ifindex, 9);
	assert_int_equal(event.dev.netns, 88);
	event_release(&event);
	dispatch_release(&dispatch);
}

static void seed_device(struct dispatch *dispatch)
{
	struct attached attached = { .netns = 77, .ifindex = 2, .name = "ens33", .prog = 10 };

	attached.mode = mode_name(WIRE_MODE_DRIVER);
	seeds++;
	assert_int_equal(dispatch_attach(dispatch, &attached), 0);
}

static void test_seed(void **state)
{
	struct dispatch dispatch = { .seed = seed_device };

	seeds = 0;
	feed_prog(&dispatch, ACTION_INSTALL, 20, 0);
	assert_int_equal(seeds, 0); /* nobody had to know */
	feed_component(&dispatch, ACTION_COMPONENT_ATTACH, 20, "prog0", 1, 100, true);
	assert_int_equal(seeds, 0);
	feed_component(&dispatch, ACTION_COMPONENT_ATTACH, 10, "prog0", 2, 101, true);
	assert_int_equal(seeds, 1);
	feed_component(&dispatch, ACTION_COMPONENT_ATTACH, 30, "prog0", 3, 102, false);
	assert_int_equal(seeds, 1);
	dispatch_release(&dispatch);
}

static void test_many(void **state)
{
	struct dispatch dispatch = {};

	for (uint32_t i = 1; i <= 1000; i++) {
		struct event event = prog_event(ACTION_INSTALL, i, 0);

		event.dev.ifindex = i;
		feed(&dispatch, &event, true);
		feed_component(&dispatch, ACTION_COMPONENT_ATTACH, i, "prog0", i, i, true);
		event_release(&event);
	}
	for (uint32_t i = 1; i <= 1000; i++) {
		struct event event = prog_event(ACTION_REMOVE, 0, i);

		event.dev.ifindex = i;
		feed_component(&dispatch, ACTION_COMPONENT_DETACH, i, "prog0", i, i, true);
		feed(&dispatch, &event, true);
		assert_components(&event.old_components, "");
		event_release(&event);
	}
	assert_int_equal(dispatch.nattached, 0);
	assert_int_equal(dispatch.nplaced, 0);
	dispatch_release(&dispatch);
	dispatch_release(&dispatch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_swap),     cmocka_unit_test(test_component_of_a_device),
		cmocka_unit_test(test_failures), cmocka_unit_test(test_drivers_asked_by_others),
		cmocka_unit_test(test_move),     cmocka_unit_test(test_seed),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
