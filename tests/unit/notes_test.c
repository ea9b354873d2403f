// SPDX-License-Identifier: GPL-2.0
#include "event/notes.h"

#include "helpers.h"

#include <errno.h>
#include <string.h>

static struct event event_of(enum action action, enum wire_mode mode, const char *driver)
{
	struct event event = { .action = action,
			       .mode = mode_name(mode),
			       .cause = "netlink",
			       .pid = 50,
			       .end_ns = 20000000000,
			       .dev = { .ifindex = 2, .netns = 3 } };

	if (action == ACTION_INSTALL)
		event.prog.id = 7;
	snprintf(event.driver, sizeof(event.driver), "%s", driver);
	return event;
}

/* @text NULL: there is nothing to note. */
static void assert_note(struct notes *notes, struct event *event, const char *text)
{
	event->notes = (struct texts){};
	notes_event(notes, event);
	notes_reported(notes, event);
	assert_int_equal(event->notes.count, text ? 1 : 0);
	if (text)
		assert_string_equal(event->notes.list[0], text);
}

static void test_removed_nothing(void **state)
{
	struct event event = event_of(ACTION_NOOP, WIRE_MODE_DRIVER, "veth");
	struct notes notes;

	notes_init(&notes);
	assert_note(&notes, &event, NULL);
	event.old_prog = (struct wire_prog){ 4823, "dummy" };
	event.old_mode = mode_name(WIRE_MODE_GENERIC);
	assert_note(&notes, &event,
		    "removed nothing: there is none in native mode, and generic program 4823 "
		    "dummy is still there");
	event.old_prog.name[0] = '\0';
	event.mode = mode_name(WIRE_MODE_GENERIC);
	event.old_mode = mode_name(WIRE_MODE_OFFLOAD);
	assert_note(&notes, &event,
		    "removed nothing: there is none in generic mode, and offload program 4823 is "
		    "still there");
	event.prog = event.old_prog; /* installed once more */
	assert_note(&notes, &event, NULL);
	notes_release(&notes);
}

static void refuse(struct notes *notes, const char *reason)
{
	struct event event = event_of(ACTION_INSTALL, WIRE_MODE_DRIVER, "veth");

	event.error = -ERANGE;
	snprintf(event.reason, sizeof(event.reason), "%s", reason);
	assert_note(notes, &event, NULL);
}

static void test_fallback(void **state)
{
	struct event event = event_of(ACTION_INSTALL, WIRE_MODE_GENERIC, "veth");
	struct notes notes;

	notes_init(&notes);
	assert_note(&notes, &event, NULL);
	refuse(&notes, "MTU is too large");
	assert_note(&notes, &event,
		    "generic mode is the second choice: native was refused just before, ERANGE: "
		    "MTU is too large");
	refuse(&notes, "");
	assert_note(&notes, &event,
		    "generic mode is the second choice: native was refused just before, ERANGE");
	event.pid = 51; /* somebody else */
	assert_note(&notes, &event, NULL);
	event.pid = 50;
	event.dev.ifindex = 3;
	assert_note(&notes, &event, NULL);
	event.dev.ifindex = 2;
	event.end_ns += NOTES_FALLBACK + 1;
	assert_note(&notes, &event, NULL);
	event.end_ns -= 1;
	event.error = -EBUSY;
	assert_note(&notes, &event, NULL);
	notes_release(&notes);
}

static void test_no_native(void **state)
{
	struct event event = event_of(ACTION_INSTALL, WIRE_MODE_GENERIC, "vmxnet3");
	struct notes notes;

	notes_init(&notes);
	assert_note(&notes, &event,
		    "generic mode is what comes by itself where a driver has no native one: "
		    "vmxnet3 has it since Linux 6.6, and not here");
	snprintf(event.flags, sizeof(event.flags), "update_if_noexist|skb_mode");
	assert_note(&notes, &event, NULL);
	event = event_of(ACTION_INSTALL, WIRE_MODE_GENERIC, "dummy");
	assert_note(&notes, &event, NULL);
	notes_release(&notes);
}

static void test_idle(void **state)
{
	struct event event = event_of(ACTION_INSTALL, WIRE_MODE_DRIVER, "bonding");
	struct notes notes;

	notes_init(&notes);
	assert_note(&notes, &event,
		    "the bond has no slaves: the program sees no packet until one joins, and that "
		    "may be refused then");
	texts_add(&event.dev.lower, "s0");
	assert_note(&notes, &event, NULL);
	event = event_of(ACTION_INSTALL, WIRE_MODE_DRIVER, "vif");
	assert_note(&notes, &event, NULL);
	event.func = "xennet_xdp";
	assert_note(&notes, &event,
		    "xen-netfront says so too where it has done nothing, for a backend without "
		    "feature-xdp-headroom: see whether packets arrive at the program");
	event.action = ACTION_REMOVE;
	assert_note(&notes, &event, NULL);
	notes_release(&notes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_removed_nothing),
		cmocka_unit_test(test_fallback),
		cmocka_unit_test(test_no_native),
		cmocka_unit_test(test_idle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
