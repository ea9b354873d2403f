// SPDX-License-Identifier: GPL-2.0
/* Events that repeat each other, as --collapse writes them. */
#include "sink/collapse.h"

#include "helpers.h"

#include <string.h>

#define MSEC 1000000ULL
#define SEC  1000000000ULL

struct world {
	struct collapse collapse;
	struct style style;
	FILE *out;
	char *text;
	size_t size;
	uint64_t now_ns;
};

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	static const char *const names[] = { "task.pid", "mono_ns", "time", "took_ns" };

	assert_non_null(world);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		world->style.fields[world->style.nfields++] = field_find(names[i]);
	world->style.time = TIME_NONE;
	world->out = open_memstream(&world->text, &world->size);
	assert_non_null(world->out);
	world->now_ns = 100 * SEC;
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	collapse_release(&world->collapse);
	fclose(world->out);
	free(world->text);
	free(world);
	return 0;
}

/* An event of @pid that ends so long after the one before, and comes then. */
static void happens(struct world *world, uint32_t pid, uint64_t later_ns)
{
	struct event event = { .action = ACTION_INSTALL, .pid = pid };

	world->now_ns += later_ns;
	event.end_ns = world->now_ns;
	event.time_ns = world->now_ns + 7;
	event.took_ns = world->now_ns / 3;
	event.driver_took_ns = world->now_ns / 4;
	if (!collapse_event(&world->collapse, world->out, &world->style, &event, world->now_ns))
		sink_text.event(world->out, &world->style, &event);
}

static void assert_written(struct world *world, const char *expected)
{
	fflush(world->out);
	assert_string_equal(world->text, expected);
}

static void test_repeated(void **state)
{
	struct world *world = *state;

	happens(world, 1, 0);
	assert_written(world, "task.pid=1 mono_ns=100000000000 took_ns=33333333333\n");
	for (int i = 0; i < 12345; i++)
		happens(world, 1, MSEC / 5);
	assert_written(world, "task.pid=1 mono_ns=100000000000 took_ns=33333333333\n");
	happens(world, 2, MSEC);
	assert_written(world, "task.pid=1 mono_ns=100000000000 took_ns=33333333333\n"
			      "... repeated 12,345 times in 2 s\n"
			      "task.pid=2 mono_ns=102470000000 took_ns=34156666666\n");
	happens(world, 2, 5 * MSEC);
	collapse_end(&world->collapse, world->out);
	collapse_end(&world->collapse, world->out);
	assert_written(world, "task.pid=1 mono_ns=100000000000 took_ns=33333333333\n"
			      "... repeated 12,345 times in 2 s\n"
			      "task.pid=2 mono_ns=102470000000 took_ns=34156666666\n"
			      "... repeated 1 time in 5 ms\n");
}

/* Only the one before counts: what came earlier is told again. */
static void test_in_turns(void **state)
{
	struct world *world = *state;

	world->style.nfields = 1;
	happens(world, 1, 0);
	happens(world, 2, 0);
	happens(world, 1, 0);
	collapse_end(&world->collapse, world->out);
	assert_written(world, "task.pid=1\ntask.pid=2\ntask.pid=1\n");
}

static void test_silence(void **state)
{
	struct world *world = *state;

	world->style.nfields = 1;
	happens(world, 1, 0);
	assert_int_equal(collapse_due(&world->collapse), 0);
	happens(world, 1, 300 * MSEC);
	assert_int_equal(collapse_due(&world->collapse), world->now_ns + SEC);
	collapse_tick(&world->collapse, world->out, world->now_ns + SEC - 1);
	assert_written(world, "task.pid=1\n");
	collapse_tick(&world->collapse, world->out, world->now_ns + SEC);
	assert_written(world, "task.pid=1\n... repeated 1 time in 300 ms\n");
	assert_int_equal(collapse_due(&world->collapse), 0);
	/* After that it is news. */
	happens(world, 1, 2 * SEC);
	assert_written(world, "task.pid=1\n... repeated 1 time in 300 ms\ntask.pid=1\n");
}

/* What goes on without an end is told while it does, each repetition once. */
static void test_endless(void **state)
{
	struct world *world = *state;

	world->style.nfields = 1;
	happens(world, 1, 0);
	for (int i = 0; i < 200; i++) {
		happens(world, 1, 100 * MSEC);
		collapse_tick(&world->collapse, world->out, world->now_ns);
	}
	assert_written(world, "task.pid=1\n... repeated 101 times in 10 s\n");
	collapse_end(&world->collapse, world->out);
	assert_written(world, "task.pid=1\n... repeated 101 times in 10 s\n"
			      "... repeated 99 times in 10 s\n");
}

/* All that an event has but times: the same event, twice. */
static void test_complete(void **state)
{
	struct world *world = *state;
	struct event event;

	complete_event(&event);
	world->style = (struct style){ .calls = true };
	assert_false(collapse_event(&world->collapse, world->out, &world->style, &event, 1));
	event.opponent.time_ns += SEC;
	event.time_ns += SEC;
	event.end_ns += SEC;
	event.calls[0].took_ns++;
	assert_true(collapse_event(&world->collapse, world->out, &world->style, &event, 2));
	event.calls[0].ret++;
	assert_false(collapse_event(&world->collapse, world->out, &world->style, &event, 3));
	assert_written(world, "... repeated 1 time in 1 s\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_repeated, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_in_turns, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_silence, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_endless, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_complete, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
