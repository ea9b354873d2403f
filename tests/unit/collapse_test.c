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
	int error; /* of events that happen; 0: they change something */
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
	struct event event = { .action = ACTION_INSTALL, .pid = pid, .error = world->error };

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

/* Of what changes something only the one before counts: what came earlier is told again. */
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

/* Failures are counted with their like: what is told away from its line says what it is. */
static void test_failures_in_turns(void **state)
{
	struct world *world = *state;

	world->style.nfields = 1;
	world->error = 22;
	for (int i = 0; i < 1000; i++) {
		happens(world, 1, MSEC);
		happens(world, 2, MSEC);
	}
	assert_written(world, "task.pid=1\ntask.pid=2\n");
	happens(world, 3, MSEC);
	happens(world, 1, MSEC);
	happens(world, 1, MSEC);
	collapse_end(&world->collapse, world->out);
	assert_written(world, "task.pid=1\n"
			      "task.pid=2\n"
			      "... repeated 999 times in 2 s\n"
			      "... repeated 999 times in 2 s: task.pid=1\n"
			      "task.pid=3\n"
			      "... repeated 2 times in 4 ms: task.pid=1\n");
}

/* After a change, a failure is news, and the same change after a failure, too. */
static void test_change_between(void **state)
{
	struct world *world = *state;

	world->style.nfields = 1;
	for (int i = 0; i < 2; i++) {
		world->error = 22;
		happens(world, 1, MSEC);
		happens(world, 1, MSEC);
		world->error = 0;
		happens(world, 2, MSEC);
	}
	happens(world, 2, MSEC);
	collapse_end(&world->collapse, world->out);
	assert_written(world, "task.pid=1\n"
			      "... repeated 1 time in 1 ms\n"
			      "task.pid=2\n"
			      "task.pid=1\n"
			      "... repeated 1 time in 1 ms\n"
			      "task.pid=2\n"
			      "... repeated 1 time in 1 ms\n");
}

/* The one that has not come for longest gives way; each that has come is written or counted. */
static void test_many_kinds(void **state)
{
	struct world *world = *state;

	world->style.nfields = 1;
	world->error = 22;
	for (uint32_t pid = 1; pid <= COLLAPSE_KINDS; pid++)
		happens(world, pid, 1);
	happens(world, 1, 1);
	happens(world, 1000, 1); /* in the place of 2 */
	happens(world, 1, 1);
	happens(world, 2, 1);
	collapse_end(&world->collapse, world->out);
	fflush(world->out);
	assert_non_null(strstr(world->text, "task.pid=64\n"
					    "... repeated 1 time in 0 ms: task.pid=1\n"
					    "task.pid=1000\n"
					    "... repeated 1 time in 0 ms: task.pid=1\n"
					    "task.pid=2\n"));
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
	/* Likewise where there was nothing to tell. */
	happens(world, 1, SEC);
	assert_written(world,
		       "task.pid=1\n... repeated 1 time in 300 ms\ntask.pid=1\ntask.pid=1\n");
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

/* One that has ended while the other goes on is news when it comes again. */
static void test_endless_in_turns(void **state)
{
	struct world *world = *state;

	world->style.nfields = 1;
	world->error = 22;
	happens(world, 1, 0);
	happens(world, 2, 0);
	happens(world, 2, 0);
	for (int i = 0; i < 250; i++) {
		happens(world, 1, 100 * MSEC);
		collapse_tick(&world->collapse, world->out, world->now_ns);
	}
	happens(world, 2, 0);
	collapse_end(&world->collapse, world->out);
	assert_written(world, "task.pid=1\n"
			      "task.pid=2\n"
			      "... repeated 1 time in 0 ms\n"
			      "... repeated 100 times in 10 s: task.pid=1\n"
			      "... repeated 101 times in 10 s: task.pid=1\n"
			      "... repeated 49 times in 5 s: task.pid=1\n"
			      "task.pid=2\n");
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
		cmocka_unit_test_setup_teardown(test_failures_in_turns, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_change_between, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many_kinds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_silence, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_endless, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_endless_in_turns, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_complete, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
