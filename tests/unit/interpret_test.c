// SPDX-License-Identifier: GPL-2.0
#include "event/assemble.h"

#include "helpers.h"

#include <errno.h>
#include <linux/if_link.h>
#include <string.h>

/* Pieces of what the kernel side sends. */
#define NETLINK    .origin = HOOK_NETLINK
#define CREATE     .origin = HOOK_LINK_CREATE
#define UPDATE     .origin = HOOK_LINK_UPDATE
#define DETACH     .origin = HOOK_LINK_DETACH, .removal = 1
#define RELEASE    .origin = HOOK_LINK_RELEASE, .removal = 1
#define UNASKED    .origin = HOOK_INSTALL
#define DRIVER     .origin = HOOK_DRIVER
#define FLAGS(set) .flags = XDP_FLAGS_##set
#define FAILS(why) .ret = -(why)
#define REMOVAL    .removal = 1

#define ENS33  .dev = { .ifindex = 2, .name = "ens33", .native = 1 }
#define DUMMY0 .dev = { .ifindex = 3, .name = "dummy0" } /* its driver knows no XDP */
#define SLAVE0 .dev = { .ifindex = 5, .name = "s0", .native = 1, .slave = 1 }
#define NO_DEV .dev = { .ifindex = 999 }
#define DYING  .dev = { .ifindex = 4, .name = "v0", .native = 1, .unregistering = 1 }
#define DYING_NETNS \
	.dev = { .ifindex = 4, .name = "v0", .native = 1, .unregistering = 1, .netns_dying = 1 }

#define FRESH       .prog = { .id = 449, .name = "fresh" }
#define SAME        .prog = { .id = 448, .name = "old" }
#define HAD_GENERIC .state[WIRE_MODE_GENERIC] = { .id = 448, .name = "old" }
#define HAD_DRIVER  .state[WIRE_MODE_DRIVER] = { .id = 448, .name = "old" }
#define HAD_ALL     .state = { { .id = 446 }, { .id = 447 }, { .id = 448, .name = "old" } }

#define IN_GENERIC .mode = WIRE_MODE_GENERIC
#define IN_DRIVER  .mode = WIRE_MODE_DRIVER
#define IN_OFFLOAD .mode = WIRE_MODE_OFFLOAD
#define NOT_THERE  .mode = WIRE_MODE_UNKNOWN /* dev_xdp_install was not reached */

/* What is expected: "action cause mode old_prog/old_mode", "-" for what is absent. */
static const struct row {
	const char *name;
	struct wire_op op;
	const char *expected;
} rows[] = {
	{ "netlink installs", { NETLINK, ENS33, FRESH, IN_DRIVER }, "install netlink driver -" },
	{ "netlink installs, offloaded",
	  { NETLINK, FLAGS(HW_MODE), ENS33, FRESH, IN_OFFLOAD },
	  "install netlink offload -" },
	{ "netlink replaces",
	  { NETLINK, ENS33, FRESH, HAD_DRIVER, IN_DRIVER },
	  "replace netlink driver 448/driver" },
	{ "netlink removes",
	  { NETLINK, REMOVAL, ENS33, HAD_DRIVER, IN_DRIVER },
	  "remove netlink driver 448/driver" },
	{ "netlink removes generic",
	  { NETLINK, REMOVAL, DUMMY0, HAD_GENERIC, IN_GENERIC },
	  "remove netlink generic 448/generic" },
	{ "how it ended is not known",
	  { NETLINK, .unknown = 1, ENS33, SAME, HAD_DRIVER, NOT_THERE },
	  "replace netlink driver 448/driver" },
	{ "nor of a removal",
	  { NETLINK, .unknown = 1, REMOVAL, ENS33, NOT_THERE },
	  "remove netlink driver -" },
	{ "an update seen from outside",
	  { UPDATE, .by_syscall = 1, ENS33, FRESH, HAD_DRIVER, NOT_THERE },
	  "replace link-update driver 448/driver" },
	{ "an update seen from outside that changes nothing",
	  { UPDATE, .by_syscall = 1, ENS33, SAME, HAD_DRIVER, NOT_THERE },
	  "noop link-update driver 448/driver" },
	{ "what is there already",
	  { NETLINK, ENS33, SAME, HAD_DRIVER, NOT_THERE },
	  "noop netlink driver 448/driver" },
	{ "nothing to remove", { NETLINK, REMOVAL, ENS33, NOT_THERE }, "noop netlink driver -" },
	{ "nothing to remove in this mode",
	  { NETLINK, FLAGS(SKB_MODE), REMOVAL, ENS33, HAD_DRIVER, NOT_THERE },
	  "noop netlink generic 448/driver" },
	{ "install fails",
	  { NETLINK, FAILS(EINVAL), ENS33, FRESH, IN_DRIVER },
	  "install netlink driver -" },
	{ "replace fails",
	  { NETLINK, FAILS(ENOMEM), ENS33, FRESH, HAD_DRIVER, IN_DRIVER },
	  "replace netlink driver 448/driver" },
	{ "remove fails",
	  { NETLINK, FAILS(EBUSY), REMOVAL, ENS33, HAD_DRIVER, NOT_THERE },
	  "remove netlink driver 448/driver" },
	{ "remove fails where nothing is",
	  { NETLINK, FAILS(EINVAL), REMOVAL, ENS33, NOT_THERE },
	  "remove netlink driver -" },
	{ "the same program fails: no noop",
	  { NETLINK, FAILS(EEXIST), ENS33, SAME, HAD_DRIVER, NOT_THERE },
	  "replace netlink driver 448/driver" },
	{ "noexist installs",
	  { NETLINK, FLAGS(UPDATE_IF_NOEXIST), ENS33, FRESH, IN_DRIVER },
	  "install netlink driver -" },
	{ "noexist fails: it never replaces",
	  { NETLINK, FAILS(EBUSY), FLAGS(UPDATE_IF_NOEXIST), ENS33, FRESH, HAD_DRIVER, NOT_THERE },
	  "install netlink driver 448/driver" },
	{ "replace as expected",
	  { NETLINK, FLAGS(REPLACE), ENS33, FRESH, HAD_DRIVER, IN_DRIVER },
	  "replace netlink driver 448/driver" },
	{ "replace, not as expected",
	  { NETLINK, FAILS(EEXIST), FLAGS(REPLACE), ENS33, FRESH, HAD_DRIVER, NOT_THERE },
	  "replace netlink driver 448/driver" },
	{ "generic asked, driver active",
	  { NETLINK, FAILS(EEXIST), FLAGS(SKB_MODE), ENS33, FRESH, HAD_DRIVER, NOT_THERE },
	  "install netlink generic 448/driver" },
	{ "driver asked, generic active",
	  { NETLINK, FAILS(EEXIST), FLAGS(DRV_MODE), ENS33, FRESH, HAD_GENERIC, NOT_THERE },
	  "install netlink driver 448/generic" },
	{ "its own mode before others",
	  { NETLINK, ENS33, FRESH, HAD_ALL, IN_OFFLOAD },
	  "replace netlink offload 448/offload" },
	{ "offloaded beside native",
	  { NETLINK, ENS33, FRESH, HAD_DRIVER, IN_OFFLOAD },
	  "install netlink offload 448/driver" },
	{ "a request that is refused early",
	  { .origin = HOOK_REQUEST, FAILS(EPERM), ENS33, FRESH, HAD_DRIVER, NOT_THERE },
	  "replace netlink driver 448/driver" },
	{ "a request for a name that is not there",
	  { .origin = HOOK_REQUEST, FAILS(ENODEV), .dev = { .name = "nope" }, FRESH, NOT_THERE },
	  "install netlink - -" },
	{ "a removal that is refused early",
	  { .origin = HOOK_REQUEST, FAILS(EPERM), REMOVAL, ENS33, HAD_DRIVER, NOT_THERE },
	  "remove netlink driver 448/driver" },
	{ "bad descriptor",
	  { NETLINK, FAILS(EBADF), ENS33, NOT_THERE },
	  "install netlink driver -" },
	{ "bad descriptor where something is",
	  { NETLINK, FAILS(EBADF), ENS33, HAD_DRIVER, NOT_THERE },
	  "replace netlink driver 448/driver" },
	{ "link is created",
	  { CREATE, .ret = 5, ENS33, FRESH, IN_DRIVER },
	  "install link-create driver -" },
	{ "link is created as descriptor 0",
	  { CREATE, .ret = 0, ENS33, FRESH, IN_GENERIC },
	  "install link-create generic -" },
	{ "link over a program",
	  { CREATE, FAILS(EBUSY), ENS33, FRESH, HAD_DRIVER, NOT_THERE },
	  "install link-create driver 448/driver" },
	{ "link over the same program",
	  { CREATE, FAILS(EBUSY), ENS33, SAME, HAD_DRIVER, NOT_THERE },
	  "install link-create driver 448/driver" },
	{ "bad ifindex",
	  { CREATE, FAILS(ENODEV), NO_DEV, FRESH, NOT_THERE },
	  "install link-create - -" },
	{ "bad ifindex with a mode",
	  { CREATE, FAILS(ENODEV), FLAGS(DRV_MODE), NO_DEV, FRESH, NOT_THERE },
	  "install link-create driver -" },
	{ "link is updated",
	  { UPDATE, ENS33, FRESH, HAD_DRIVER, IN_DRIVER, .reached = 1 << HOOK_INSTALL },
	  "replace link-update driver 448/driver" },
	{ "link is updated to what it has",
	  { UPDATE, ENS33, SAME, HAD_DRIVER, NOT_THERE },
	  "noop link-update driver 448/driver" },
	{ "link is updated to what another has just given it",
	  { UPDATE, ENS33, FRESH, HAD_DRIVER, NOT_THERE },
	  "noop link-update driver 448/driver" },
	{ "link update fails",
	  { UPDATE, FAILS(EPERM), ENS33, FRESH, HAD_DRIVER, NOT_THERE },
	  "replace link-update driver 448/driver" },
	{ "update of a link without device",
	  { UPDATE, FAILS(ENOLINK), FRESH, NOT_THERE },
	  "replace link-update - -" },
	{ "link is detached",
	  { DETACH, ENS33, HAD_DRIVER, IN_DRIVER },
	  "remove link-detach driver 448/driver" },
	{ "link is released",
	  { RELEASE, DUMMY0, HAD_GENERIC, IN_GENERIC },
	  "remove link-release generic 448/generic" },
	{ "device is deleted",
	  { UNASKED, DYING, HAD_DRIVER, IN_DRIVER },
	  "remove unregister driver 448/driver" },
	{ "namespace is destroyed",
	  { UNASKED, DYING_NETNS, HAD_DRIVER, IN_DRIVER },
	  "remove netns-exit driver 448/driver" },
	{ "removal by netlink while it dies",
	  { NETLINK, REMOVAL, DYING, HAD_DRIVER, IN_DRIVER },
	  "remove netlink driver 448/driver" },
	{ "install, nothing known above",
	  { UNASKED, ENS33, FRESH, IN_DRIVER },
	  "install - driver -" },
	{ "attach, nothing known above",
	  { .origin = HOOK_ATTACH, ENS33, FRESH, IN_DRIVER },
	  "install - driver -" },
	{ "master hands its program down",
	  { DRIVER, SLAVE0, FRESH, NOT_THERE },
	  "install nested driver -" },
	{ "master takes it back: no noop",
	  { DRIVER, SLAVE0, NOT_THERE },
	  "remove nested driver -" },
	{ "lower device refuses",
	  { DRIVER, FAILS(EOPNOTSUPP), SLAVE0, FRESH, NOT_THERE },
	  "install nested driver -" },
	{ "nested, by flags of the master",
	  { DRIVER, FLAGS(DRV_MODE), SLAVE0, FRESH, NOT_THERE },
	  "install nested driver -" },
	{ "a driver that nobody has asked",
	  { DRIVER, ENS33, FRESH, NOT_THERE },
	  "install direct driver -" },
	{ "its removal", { DRIVER, ENS33, NOT_THERE }, "remove direct driver -" },
	{ "mode by flags: generic",
	  { NETLINK, FAILS(EINVAL), FLAGS(SKB_MODE), ENS33, FRESH, NOT_THERE },
	  "install netlink generic -" },
	{ "mode by flags: driver",
	  { NETLINK, FAILS(EINVAL), FLAGS(DRV_MODE), DUMMY0, FRESH, NOT_THERE },
	  "install netlink driver -" },
	{ "mode by flags: offload",
	  { NETLINK, FAILS(EINVAL), FLAGS(HW_MODE), ENS33, FRESH, NOT_THERE },
	  "install netlink offload -" },
	{ "mode by the device: no native XDP",
	  { NETLINK, FAILS(EINVAL), DUMMY0, FRESH, NOT_THERE },
	  "install netlink generic -" },
	{ "mode installed before flags",
	  { NETLINK, FLAGS(DRV_MODE), ENS33, FRESH, IN_GENERIC },
	  "install netlink generic -" },
	{ "two modes",
	  { NETLINK, FAILS(EINVAL), FLAGS(SKB_MODE) | XDP_FLAGS_DRV_MODE, ENS33, FRESH, NOT_THERE },
	  "install netlink - -" },
	{ "all modes where something is",
	  { CREATE, FAILS(EINVAL), FLAGS(MODES), ENS33, FRESH, HAD_DRIVER, NOT_THERE },
	  "install link-create - 448/driver" },
	{ "a mode that is none",
	  { NETLINK, FAILS(EINVAL), ENS33, FRESH, .mode = 200 },
	  "install netlink driver -" },
	{ "an origin that is none",
	  { .origin = 200, FAILS(EINVAL), ENS33, FRESH, NOT_THERE },
	  "install - driver -" },
};

static const char *or_dash(const char *text)
{
	return text ? text : "-";
}

static void test_rows(void **state)
{
	unsigned int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		int error = row->op.ret < 0 ? row->op.ret : 0;
		char text[128], old[32] = "-";
		struct event event;

		event_interpret(&row->op, &event);
		if (event.old_prog.id || event.old_mode)
			snprintf(old, sizeof(old), "%u/%s", event.old_prog.id,
				 or_dash(event.old_mode));
		snprintf(text, sizeof(text), "%s %s %s %s", or_dash(action_name(event.action)),
			 or_dash(event.cause), or_dash(event.mode), old);
		assert_int_equal(event.error, error);
		assert_string_equal(event.result, row->op.unknown ? "unknown"
						  : error         ? "error"
								  : "ok");
		assert_int_equal(event.prog.id, row->op.prog.id);
		if (strcmp(text, row->expected)) {
			print_error("%s: %s, expected %s\n", row->name, text, row->expected);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

/* Who dropped the link did it, not the kworker that had to release it. */
static void test_release(void **state)
{
	static const char *const names[] = { NULL, "close", "exit", "unpin", NULL };
	struct event event;

	for (int release = 0; release < (int)ARRAY_SIZE(names); release++) {
		struct wire_op op = { .origin = HOOK_LINK_RELEASE,
				      .release = release,
				      .tail.tid = 9 };

		event_interpret(&op, &event);
		assert_int_equal(event.tid, 9);
		assert_string_equal(event.release ? event.release : "-",
				    names[release] ? names[release] : "-");
		op.actor_tid = 771;
		event_interpret(&op, &event);
		assert_int_equal(event.tid, 771);
	}
}

static void test_values_are_copied(void **state)
{
	static const struct wire_op op = {
		.pid = 100,
		.comm = "123456789012345",
		.took_ns = 5000,
		.driver_func = 0xffffffffc0a1b000,
		.link_id = 7,
		.missed = 2,
		.origin = HOOK_NETLINK,
		.mode = WIRE_MODE_DRIVER,
		.dev = { .xmit = 0xffffffffc0a1c000,
			 .ifindex = 2,
			 .netns = 4026531840,
			 .name = "123456789012345",
			 .kind = "veth",
			 .native = 1 },
		FRESH,
		HAD_DRIVER,
		.tail = { .tid = 101, .start_ns = 1000, .lost = 8 },
	};
	struct event event;

	memset(&event, 0xff, sizeof(event));
	event_interpret(&op, &event);
	assert_int_equal(event.pid, 100);
	assert_int_equal(event.tid, 101);
	assert_string_equal(event.comm, "123456789012345");
	assert_int_equal(event.took_ns, 5000);
	assert_int_equal(event.end_ns, 6000);
	assert_int_equal(event.driver_func, op.driver_func);
	assert_int_equal(event.driver_text, op.dev.xmit);
	assert_int_equal(event.link_id, 7);
	assert_int_equal(event.lost_calls, 10);
	assert_int_equal(event.dev.ifindex, 2);
	assert_int_equal(event.dev.netns, 4026531840);
	assert_string_equal(event.dev.name, "123456789012345");
	assert_string_equal(event.prog.name, "fresh");
	assert_string_equal(event.old_prog.name, "old");
	/* Not known here: no calls, no names, no time of day. */
	assert_null(event.calls);
	assert_int_equal(event.ncalls, 0);
	assert_null(event.func);
	assert_int_equal(event.time_ns, 0);
	assert_int_equal(event.driver_took_ns, 0);
}

/* A bus's driver before a kind of device; the kind is only a guess at the driver. */
static void test_driver(void **state)
{
	struct wire_op op = { .origin = HOOK_NETLINK, ENS33 };
	struct event event;

	event_interpret(&op, &event);
	assert_string_equal(event.driver, "");
	assert_false(event.bus_driver);
	strcpy(op.dev.kind, "veth");
	event_interpret(&op, &event);
	assert_string_equal(event.driver, "veth");
	assert_false(event.bus_driver);
	strcpy(op.dev.bus_driver, "1234567890123456789012345678901");
	event_interpret(&op, &event);
	assert_string_equal(event.driver, "1234567890123456789012345678901");
	assert_true(event.bus_driver);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_release),
		cmocka_unit_test(test_values_are_copied),
		cmocka_unit_test(test_driver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
