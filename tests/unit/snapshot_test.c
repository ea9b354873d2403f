// SPDX-License-Identifier: GPL-2.0
#include "event/snapshot.h"

#include "event/record.h"
#include "helpers.h"

#include <linux/if_link.h>
#include <string.h>

enum {
	NS = 10,
	OTHER_NS = 11,
	UNKNOWN_NS = 12, /* that was not looked at */
	X = 100,         /* programs */
	Y = 101,
	Z = 102,
};

static struct snapshot snapshot;

/* Device 1 was looked at from 1000 to 1100 and had X, natively; 2 had nothing; both namespaces were
 * read from 500 to 2000. */
static int setup(void **state)
{
	struct wire_op look = { .dev = { .ifindex = 1, .netns = NS } };

	snapshot = (struct snapshot){};
	look.state[WIRE_MODE_DRIVER].id = X;
	assert_int_equal(snapshot_add_device(&snapshot, &look, true, 1000, 1100), 0);
	look.dev.ifindex = 2;
	look.state[WIRE_MODE_DRIVER].id = 0;
	assert_int_equal(snapshot_add_device(&snapshot, &look, true, 1000, 1100), 0);
	assert_int_equal(snapshot_add_netns(&snapshot, OTHER_NS, 500, 2000), 0);
	assert_int_equal(snapshot_add_netns(&snapshot, NS, 500, 2000), 0);
	return 0;
}

static int teardown(void **state)
{
	snapshot_release(&snapshot);
	return 0;
}

/* An operation that began and ended then, and read at @seen what was there: @old becomes @new. */
static struct wire_op change(uint32_t ifindex, uint32_t old, uint32_t new, uint64_t start,
			     uint64_t seen, uint64_t end)
{
	struct wire_op op = {
		.origin = HOOK_NETLINK,
		.mode = WIRE_MODE_DRIVER,
		.removal = !new,
		.dev = { .ifindex = ifindex, .netns = NS, .name = "v0" },
		.prog.id = new,
		.seen_ns = seen,
		.took_ns = end - start,
		.tail.start_ns = start,
	};

	op.state[WIRE_MODE_DRIVER].id = old;
	return op;
}

static bool admits(struct wire_op op)
{
	return snapshot_admits(&snapshot, &op);
}

static void test_no_snapshot(void **state)
{
	struct snapshot none = {};
	struct wire_op op = change(1, Y, Z, 0, 0, 0);

	assert_true(snapshot_admits(&none, &op));
}

static void test_before(void **state)
{
	assert_false(admits(change(1, 0, Y, 100, 110, 200)));
	assert_false(admits(change(1, Y, X, 100, 110, 999)));
	/* It has met just what is there: by chance, for it had ended before. */
	assert_false(admits(change(1, X, Y, 100, 110, 999)));
	assert_false(admits(change(2, 0, Y, 100, 110, 999)));
}

static void test_after(void **state)
{
	/* Whatever it has met: what was in between is told as well, or was lost. */
	assert_true(admits(change(1, Z, Y, 900, 1100, 1200)));
	assert_true(admits(change(1, X, 0, 1150, 1150, 1200)));
	assert_true(admits(change(2, Y, 0, 0, 5000, 5100)));
}

static void test_under_way(void **state)
{
	assert_false(admits(change(1, Y, X, 900, 950, 1050))); /* that has made what is there */
	assert_true(admits(change(1, X, Y, 900, 1050, 1200)));
	assert_false(admits(change(1, Z, X, 900, 950, 1300))); /* comes later, and is contained */
	assert_true(admits(change(1, Y, Z, 900, 1090, 1300))); /* goes on from there */
	assert_true(admits(change(1, Z, 0, 1200, 1200, 1300)));
}

/* Changed, and changed back, in the moment of the look: both are told. */
static void test_there_and_back(void **state)
{
	assert_true(admits(change(1, X, Y, 950, 960, 1010)));
	assert_true(admits(change(1, Y, X, 950, 1020, 1030)));
	assert_true(admits(change(1, X, Z, 1030, 1040, 1200)));
	assert_false(admits(change(1, X, Z, 1030, 1040, 1200)));
}

static void test_other_modes_count(void **state)
{
	struct wire_op op = change(1, X, Y, 900, 1050, 1200);

	op.state[WIRE_MODE_OFFLOAD].id = Z;
	assert_false(admits(op));
	op.state[WIRE_MODE_OFFLOAD].id = 0;
	op.mode = WIRE_MODE_OFFLOAD;
	assert_true(admits(op)); /* has Y there now */
	op = change(1, X, 0, 900, 1050, 1200);
	assert_false(admits(op));
	op.state[WIRE_MODE_OFFLOAD].id = Y;
	assert_true(admits(op));
}

static void test_links_count(void **state)
{
	struct wire_op look = { .dev = { .ifindex = 7, .netns = NS } };
	struct wire_op op = change(7, X, 0, 900, 1050, 1200);

	look.state[WIRE_MODE_DRIVER].id = X;
	look.state_link[WIRE_MODE_DRIVER] = 5;
	snapshot_add_device(&snapshot, &look, true, 1000, 1100);
	look.dev.ifindex = 8;
	snapshot_add_device(&snapshot, &look, false, 1000, 1100);
	op.state_link[WIRE_MODE_DRIVER] = 6; /* the same program, by another link */
	assert_false(admits(op));
	op.dev.ifindex = 8; /* not known there */
	assert_true(admits(op));
	op.dev.ifindex = 7;
	op.state_link[WIRE_MODE_DRIVER] = 5;
	assert_true(admits(op));
	/* A link is made, and updated. */
	op = change(7, 0, Y, 900, 1060, 1200);
	op.origin = HOOK_LINK_CREATE;
	op.link_id = 9;
	assert_true(admits(op));
	op = change(7, Y, Z, 900, 1070, 1200);
	op.origin = HOOK_LINK_UPDATE;
	op.reached = 1 << HOOK_INSTALL;
	op.link_id = op.state_link[WIRE_MODE_DRIVER] = 9;
	assert_true(admits(op));
	op = change(7, Z, 0, 900, 1080, 1200);
	op.state_link[WIRE_MODE_DRIVER] = 8;
	assert_false(admits(op));
}

/* What changes nothing is told if it fits, and leaves all as it was. */
static void test_failures(void **state)
{
	struct wire_op op = change(1, X, Y, 900, 1050, 1200);

	op.ret = -16;
	assert_true(admits(op));
	assert_true(admits(op));
	op.state[WIRE_MODE_DRIVER].id = Y;
	assert_false(admits(op));
	op = change(1, X, X, 900, 1050, 1200);
	assert_true(admits(op));
	op = change(1, X, Y, 900, 1050, 1200);
	op.unknown = true;
	assert_true(admits(op));
	op.unknown = false;
	assert_true(admits(op));
	assert_false(admits(op));
}

/* Devices that were made later, and those that are not in a namespace that was looked at. */
static void test_unseen_devices(void **state)
{
	struct wire_op op = change(50, X, 0, 600, 700, 800);

	assert_false(admits(op)); /* gone before its namespace was read, or in that moment */
	op = change(50, 0, X, 600, 700, 800);
	assert_true(admits(op));
	op = change(50, X, Y, 810, 820, 830);
	assert_true(admits(op));
	assert_false(admits(op));
	op = change(50, Z, X, 600, 2000, 2100);
	assert_true(admits(op));
	op = change(51, 0, X, 100, 110, 499);
	assert_false(admits(op));
	op = change(1, Z, Y, 100, 110, 200);
	op.dev.netns = UNKNOWN_NS;
	assert_true(admits(op));
}

/* Where nothing is known of a device before, and where it does not matter. */
static void test_not_about_programs(void **state)
{
	struct wire_op op = change(1, Y, Z, 100, 110, 200);

	op.kind = WIRE_POOL;
	assert_true(admits(op));
	op.kind = WIRE_PROG;
	assert_false(admits(op));
	op.origin = HOOK_DRIVER; /* called by nobody that was seen: the rest of an operation */
	assert_false(admits(op));
	op.dev.slave = true;
	assert_true(admits(op));
	op = change(1, Y, Z, 100, 110, 200);
	op.dev.name[0] = 0; /* the request did not come to its device */
	assert_true(admits(op));
	op = change(1, Y, Z, 100, 110, 200);
	op.link_dead = true;
	assert_true(admits(op));
}

/* No time under RTNL: the state is of the beginning, and closed links have no records. */
static void test_from_outside(void **state)
{
	struct wire_op op = change(2, 0, X, 900, 0, 1050);

	op.by_syscall = true;
	op.state[WIRE_MODE_DRIVER].id = Y;
	assert_false(admits(op));
	op = change(2, 0, X, 100, 0, 999);
	op.by_syscall = true;
	assert_false(admits(op));
	op = change(2, 0, X, 900, 0, 1050);
	op.by_syscall = true;
	op.origin = HOOK_LINK_CREATE;
	op.link_id = 3;
	assert_true(admits(op));
	op = change(2, 0, Y, 1060, 0, 1090);
	op.by_syscall = true;
	assert_true(admits(op));
	op = change(1, X, 0, 900, 0, 1050);
	op.by_syscall = true;
	op.origin = HOOK_DELETE;
	assert_true(admits(op));
	assert_int_equal(snapshot.devices[0].prog[WIRE_MODE_DRIVER], 0);
}

static struct wire_op move(uint32_t ifindex, uint32_t netns, uint32_t new_ifindex,
			   uint32_t new_netns, uint32_t prog)
{
	struct wire_op op = change(new_ifindex, prog, 0, 600, 0, 1500);

	op.kind = WIRE_MOVE;
	op.removal = false;
	op.origin = HOOK_MOVE;
	op.dev.netns = new_netns;
	op.place.ifindex = ifindex;
	op.place.netns = netns;
	return op;
}

static void test_moves(void **state)
{
	struct wire_op op;

	/* seen where it was: told, and what follows at its new place */
	assert_true(admits(move(1, NS, 1, OTHER_NS, X)));
	op = change(1, X, Y, 1500, 1510, 1600);
	op.dev.netns = OTHER_NS;
	assert_true(admits(op));
	/* seen where it is: contained */
	assert_false(admits(move(70, OTHER_NS, 1, NS, X)));
	/* seen at neither */
	assert_true(admits(move(71, NS, 71, OTHER_NS, Z)));
	op = change(71, Z, 0, 1500, 1510, 1600);
	op.dev.netns = OTHER_NS;
	assert_true(admits(op));
	/* to and from where nobody has looked */
	assert_true(admits(move(1, NS, 1, UNKNOWN_NS, X)));
	assert_false(admits(move(1, UNKNOWN_NS, 1, NS, X)));
	op = move(1, UNKNOWN_NS, 1, NS, X);
	op.tail.start_ns = 1100;
	assert_true(admits(op));
	op = move(1, UNKNOWN_NS, 1, NS, X);
	op.ret = -17;
	assert_true(admits(op));
}

static void record_to_event(const struct snapshot_record *made, struct event *ret)
{
	_cleanup_(free_pointer) void *data = exact_copy(made->bytes, made->size);
	struct assembler assembler;
	struct record record;

	assembler_init(&assembler);
	assert_int_equal(record_decode(data, made->size, &record), 0);
	assert_int_equal(assembler_add(&assembler, &record, ret), 1);
	assembler_release(&assembler);
}

static void test_record(void **state)
{
	struct wire_look look = {
		.link_flags = { [WIRE_MODE_GENERIC] = XDP_FLAGS_SKB_MODE },
		.op = { .dev = { .ifindex = 4, .netns = NS, .name = "v0", .kind = "veth" } },
	};
	struct snapshot_record made;
	struct event event;

	strcpy(look.texts.bus, "0000:00:04.0");
	strcpy(look.texts.master, "br0");
	look.op.texts = offsetof(struct wire_texts, altname);
	look.op.dev.mtu = 1400;
	look.op.state[WIRE_MODE_GENERIC] = (struct wire_prog){ X, "x" };
	look.op.state[WIRE_MODE_OFFLOAD] = (struct wire_prog){ Y, "y" };
	look.op.state_link[WIRE_MODE_GENERIC] = 6;
	snapshot_record(&look, WIRE_MODE_GENERIC, 77, &made);
	record_to_event(&made, &event);
	assert_int_equal(event.action, ACTION_PRESENT);
	assert_string_equal(action_name(event.action), "present");
	assert_string_equal(event.cause, "snapshot");
	assert_string_equal(event.result, "ok");
	assert_string_equal(event.mode, "generic");
	assert_string_equal(event.flags, "skb_mode");
	assert_string_equal(event.driver, "veth");
	assert_string_equal(event.dev.name, "v0");
	assert_int_equal(event.dev.ifindex, 4);
	assert_int_equal(event.dev.netns, NS);
	assert_int_equal(event.prog.id, X);
	assert_string_equal(event.prog.name, "x");
	assert_int_equal(event.link_id, 6);
	assert_int_equal(event.old_prog.id, 0);
	assert_null(event.old_mode);
	assert_null(event.link_state);
	assert_int_equal(event.pid, 0);
	assert_true(event.end_ns == 77);
	assert_int_equal(event.dev.mtu, 1400);
	assert_string_equal(event.dev.bus, "0000:00:04.0");
	assert_string_equal(event.dev.master, "br0");
	assert_string_equal(event.dev.altname, "");
	event_release(&event);
	look.op.texts = 0;
	snapshot_record(&look, WIRE_MODE_OFFLOAD, 78, &made);
	record_to_event(&made, &event);
	assert_string_equal(event.dev.bus, "");
	assert_string_equal(event.mode, "offload");
	assert_int_equal(event.prog.id, Y);
	assert_int_equal(event.link_id, 0);
	event_release(&event);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_no_snapshot),    TEST(test_before),
		TEST(test_after),          TEST(test_under_way),
		TEST(test_there_and_back), TEST(test_other_modes_count),
		TEST(test_links_count),    TEST(test_failures),
		TEST(test_unseen_devices), TEST(test_not_about_programs),
		TEST(test_from_outside),   TEST(test_moves),
		TEST(test_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
