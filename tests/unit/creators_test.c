// SPDX-License-Identifier: GPL-2.0
#include "event/creators.h"

#include "helpers.h"

#include <string.h>

static struct process *maker(const char *line)
{
	struct wire_task task = {
		.type = WIRE_TASK, .tid = 7, .stamp = 1, .has = WIRE_TASK_USER | WIRE_TASK_ARGS
	};
	struct process *process;

	memcpy(task.args, line, strlen(line) + 1);
	task.args_length = strlen(line) + 1;
	for (char *space; (space = strchr(task.args, ' '));)
		*space = 0;
	process = process_new(&task);
	assert_non_null(process);
	return process;
}

static struct event event_of(uint32_t link, const char *cause, const char *line)
{
	struct event event = {
		.link_id = link, .cause = cause, .time_ns = 1000 + link, .pid = 7, .comm = "maker"
	};

	if (line)
		who_set(&event.who, maker(line));
	return event;
}

static void create(struct creators *creators, uint32_t link, const char *line)
{
	struct event event = event_of(link, "link-create", line);

	creators_event(creators, &event);
	assert_int_equal(event.creator.pid, 0); /* that is the task itself */
	assert_null(event.creator.missing);
	event_release(&event);
}

static void test_followed(void **state)
{
	struct creators creators;
	struct event event;

	creators_init(&creators);
	create(&creators, 5, "agent --attach");
	for (int i = 0; i < 2; i++) { /* as long as it is there */
		event = event_of(5, "link-update", NULL);
		creators_event(&creators, &event);
		assert_int_equal(event.creator.pid, 7);
		assert_int_equal(event.creator.time_ns, 1005);
		assert_string_equal(event.creator.comm, "maker");
		assert_string_equal(event.creator.who.cmdline, "agent --attach");
		assert_null(event.creator.missing);
		event_release(&event);
	}
	/* a release that has failed has not released it */
	event = event_of(5, "link-release", NULL);
	event.release = "exit";
	event.error = -5;
	creators_event(&creators, &event);
	assert_int_equal(event.creator.pid, 7);
	event_release(&event);
	event.error = 0;
	event.link_id = 5;
	creators_event(&creators, &event);
	assert_int_equal(event.creator.pid, 7);
	event_release(&event);
	memset(&event.creator, 0, sizeof(event.creator));
	creators_event(&creators, &event);
	assert_int_equal(event.creator.pid, 0);
	assert_string_equal(event.creator.missing, "lost");
	event_release(&event);
	creators_release(&creators);
}

static void test_missing(void **state)
{
	struct creators creators;
	struct event event;

	creators_init(&creators);
	creators.newest = 10;
	event = event_of(10, "link-release", NULL);
	creators_event(&creators, &event);
	assert_string_equal(event.creator.missing, "before");
	event = event_of(11, "link-release", NULL);
	creators_event(&creators, &event);
	assert_string_equal(event.creator.missing, "lost");
	event = event_of(0, "netlink", NULL);
	creators_event(&creators, &event);
	assert_null(event.creator.missing);
	/* what has failed has made no link */
	event = event_of(12, "link-create", NULL);
	event.error = -22;
	creators_event(&creators, &event);
	event = event_of(12, "link-detach", NULL);
	creators_event(&creators, &event);
	assert_string_equal(event.creator.missing, "lost");
	creators_release(&creators);
}

/* Who had a link open before the start is no creator; an id that comes anew is another link. */
static void test_holder(void **state)
{
	struct creators creators;
	struct event event;

	creators_init(&creators);
	creators.newest = 10;
	creators_hold(&creators, 9, "keeper", maker("keeper -f"));
	creators_hold(&creators, 9, "other", maker("other"));
	event = event_of(9, "link-update", NULL);
	creators_event(&creators, &event);
	assert_string_equal(event.creator.missing, "before");
	assert_int_equal(event.creator.pid, 0);
	assert_string_equal(event.holder.comm, "keeper");
	assert_string_equal(event.holder.who.cmdline, "keeper -f");
	event_release(&event);
	create(&creators, 9, "agent");
	event = event_of(9, "link-detach", NULL);
	creators_event(&creators, &event);
	assert_null(event.creator.missing);
	assert_int_equal(event.holder.pid, 0);
	assert_string_equal(event.creator.who.cmdline, "agent");
	event_release(&event);
	creators_release(&creators);
}

/* A link whose creator's task was not told has at least its number and name. */
static void test_unknown_task(void **state)
{
	struct creators creators;
	struct event event;

	creators_init(&creators);
	create(&creators, 5, NULL);
	event = event_of(5, "unregister", NULL);
	creators_event(&creators, &event);
	assert_int_equal(event.creator.pid, 7);
	assert_null(event.creator.who.process);
	event_release(&event);
	creators_release(&creators);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_followed),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_holder),
		cmocka_unit_test(test_unknown_task),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
