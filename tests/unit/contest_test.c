// SPDX-License-Identifier: GPL-2.0
#include "event/contest.h"

#include "helpers.h"

#include <string.h>

#define SECOND 1000000000ULL

/* What one does at a time, and the contest that it is found to be part of (count 0: none). */
struct step {
	unsigned int second;
	uint32_t pid;
	const char *comm;
	enum action action;
	const char *prog; /* what it puts there; NULL: nothing */
	uint32_t count, span, with;
	const char *cause; /* NULL: netlink */
};

static void play(const struct step *steps, size_t count)
{
	struct contests contests;

	contests_init(&contests);
	for (size_t i = 0; i < count; i++) {
		const struct step *step = &steps[i];
		struct wire_task task = { .type = WIRE_TASK, .tid = step->pid, .ppid = 5 };
		struct event event = { .action = step->action,
				       .mode = mode_name(WIRE_MODE_DRIVER),
				       .cause = step->cause ? step->cause : "netlink",
				       .pid = step->pid,
				       .end_ns = step->second * SECOND,
				       .dev = { .ifindex = 2, .netns = 3 } };

		who_set(&event.who, process_new(&task));
		snprintf(event.comm, sizeof(event.comm), "%s", step->comm);
		if (step->prog) {
			event.prog.id = 7;
			snprintf(event.prog.name, sizeof(event.prog.name), "%s", step->prog);
		}
		contests_event(&contests, &event);
		assert_int_equal(event.contest.count, step->count);
		assert_int_equal(event.contest.span_ns, step->span * SECOND);
		assert_int_equal(event.contest.interval_ns,
				 step->count ? step->span * SECOND / (step->count - 1) : 0);
		assert_int_equal(event.contest.with.pid, step->with);
		event_release(&event);
	}
	contests_release(&contests);
}

#define PLAY(...)                                            \
	do {                                                 \
		const struct step steps[] = { __VA_ARGS__ }; \
		play(steps, ARRAY_SIZE(steps));              \
	} while (0)

/* clang-format off */
#define INSTALL ACTION_INSTALL
#define REPLACE ACTION_REPLACE
#define REMOVE  ACTION_REMOVE

static void test_two_agents(void **state)
{
	PLAY({ 10, 1, "a", INSTALL, "x" },
	     { 12, 2, "b", REPLACE, "y" },
	     { 14, 1, "a", REPLACE, "x" },
	     { 18, 2, "b", REPLACE, "y", 3, 6, 1 },
	     { 20, 1, "a", REPLACE, "x", 4, 8, 2 });
}

/* One that removes, and the other one that comes back: nobody replaces anything. */
static void test_removals(void **state)
{
	PLAY({ 10, 1, "a", INSTALL, "x" },
	     { 11, 2, "b", REMOVE },
	     { 12, 1, "a", INSTALL, "x" },
	     { 13, 2, "b", REMOVE },
	     { 14, 1, "a", INSTALL, "x" },
	     { 15, 2, "b", REMOVE, NULL, 3, 4, 1 });
}

/* A command that is run again and again is one side, whatever its process is. */
static void test_commands(void **state)
{
	PLAY({ 10, 1, "agent", INSTALL, "x" },
	     { 11, 2, "ip", REPLACE, "y" },
	     { 12, 1, "agent", REPLACE, "x" },
	     { 13, 3, "ip", REPLACE, "y", 3, 2, 1 },
	     { 14, 1, "agent", REPLACE, "x", 4, 3, 3 });
}

/* Two instances of one agent: the same name and program, and each comes back. */
static void test_instances(void **state)
{
	PLAY({ 10, 1, "agent", INSTALL, "x" },
	     { 11, 2, "agent", REPLACE, "x" },
	     { 12, 1, "agent", REPLACE, "x" },
	     { 13, 2, "agent", REPLACE, "x" },
	     { 14, 1, "agent", REPLACE, "x", 3, 2, 2 });
}

static void test_no_contest(void **state)
{
	/* one that changes its own mind */
	PLAY({ 10, 1, "a", INSTALL, "x" },
	     { 11, 1, "a", REPLACE, "y" },
	     { 12, 1, "a", REPLACE, "x" },
	     { 13, 1, "a", REPLACE, "y" },
	     { 14, 1, "a", REMOVE });
	/* a script that does that: its commands have one parent */
	PLAY({ 10, 1, "ip", INSTALL, "x" },
	     { 11, 2, "ip", REPLACE, "y" },
	     { 12, 3, "ip", REPLACE, "x" },
	     { 13, 4, "ip", REPLACE, "y" },
	     { 14, 5, "ip", REPLACE, "x" });
	/* two that take turns, and leave the place as they have found it */
	PLAY({ 10, 1, "a", INSTALL, "x" },
	     { 11, 1, "a", REMOVE },
	     { 12, 2, "b", INSTALL, "y" },
	     { 13, 2, "b", REMOVE },
	     { 14, 1, "a", INSTALL, "x" },
	     { 15, 1, "a", REMOVE });
	/* too seldom */
	PLAY({ 1000, 1, "a", INSTALL, "x" },
	     { 2000, 2, "b", REPLACE, "y" },
	     { 3000, 1, "a", REPLACE, "x" },
	     { 4000, 2, "b", REPLACE, "y" });
	/* a device that is deleted, and another one with its number */
	PLAY({ 10, 1, "a", INSTALL, "x" },
	     { 11, 2, "ip", REMOVE, .cause = "unregister" },
	     { 12, 1, "a", INSTALL, "x" },
	     { 13, 2, "ip", REMOVE, .cause = "unregister" },
	     { 14, 1, "a", INSTALL, "x" },
	     { 15, 2, "ip", REMOVE, .cause = "netns-exit" });
	/* nobody knows who */
	PLAY({ 10, 1, "a", INSTALL, "x" },
	     { 11, 0, "", REPLACE, "y" },
	     { 12, 1, "a", REPLACE, "x" },
	     { 13, 0, "", REPLACE, "y" },
	     { 14, 1, "a", REPLACE, "x" });
}
/* clang-format on */

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_agents), cmocka_unit_test(test_removals),
		cmocka_unit_test(test_commands),   cmocka_unit_test(test_instances),
		cmocka_unit_test(test_no_contest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
