// SPDX-License-Identifier: GPL-2.0
#include "event/assemble.h"

#include "helpers.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_xdp.h>
#include <string.h>

#define V0          .dev = { .ifindex = 4, .name = "v0", .native = 1 }
#define DYING       .dev = { .ifindex = 4, .name = "v0", .unregistering = 1 }
#define DYING_NETNS .dev = { .ifindex = 4, .name = "v0", .unregistering = 1, .netns_dying = 1 }
#define MOVING      .dev = { .ifindex = 4, .name = "v0", .moving = 1 }
#define COMES_HOME  .dev = { .ifindex = 4, .name = "v0", .moving = 1, .netns_dying = 1 }
#define SLAVE       .dev = { .ifindex = 4, .name = "v0", .slave = 1 }
#define REMOVAL     .removal = 1
#define FRESH       .prog = { .id = 449, .name = "fresh" }
#define OLD         .old = { .id = 448, .name = "old" }
#define STATE       .state[WIRE_MODE_DRIVER] = { .id = 448, .name = "old" }

#define BIND         .kind = WIRE_POOL, .origin = HOOK_BIND
#define CLEAR        .kind = WIRE_POOL, .origin = HOOK_POOL_CLEAR, REMOVAL
#define ORPHAN(what) .kind = (what), .origin = HOOK_DRIVER
#define ENTRY(hook)  .kind = WIRE_ENTRY, .origin = HOOK_##hook
#define OFFMAP       .kind = WIRE_MAP, .origin = HOOK_OFFLOAD_MAP
#define MOVE         .kind = WIRE_MOVE, .origin = HOOK_MOVE
#define ATTACH       .kind = WIRE_COMPONENT, .origin = HOOK_COMPONENT_ATTACH
#define DETACH       .kind = WIRE_COMPONENT, .origin = HOOK_COMPONENT_RELEASE, REMOVAL

/* Expected: "action cause", then "asked/got" of a pool, the old program of an entry, or "-". */
static const struct row {
	const char *name;
	struct wire_op op;
	const char *expected;
} rows[] = {
	{ "any, copy obtained", { BIND, V0 }, "pool-setup bind any/copy" },
	{ "copy asked", { BIND, V0, .pool.asked = XDP_COPY }, "pool-setup bind copy/copy" },
	{ "zero-copy asked and obtained",
	  { BIND, V0, .pool = { .asked = XDP_ZEROCOPY, .zerocopy = 1 } },
	  "pool-setup bind zerocopy/zerocopy" },
	{ "any, zero-copy obtained",
	  { BIND, V0, .pool = { .asked = XDP_USE_NEED_WAKEUP, .zerocopy = 1 } },
	  "pool-setup bind any/zerocopy" },
	{ "zero-copy refused",
	  { BIND, V0, .ret = -EOPNOTSUPP, .pool.asked = XDP_ZEROCOPY },
	  "pool-setup bind zerocopy/-" },
	{ "socket closed", { CLEAR, V0 }, "pool-teardown socket-release -/copy" },
	{ "device unregistered", { CLEAR, DYING }, "pool-teardown unregister -/copy" },
	{ "namespace destroyed",
	  { CLEAR, DYING_NETNS, .pool.zerocopy = 1 },
	  "pool-teardown netns-exit -/zerocopy" },
	{ "device moves", { CLEAR, MOVING }, "pool-teardown netns-move -/copy" },
	{ "a driver that nobody asked",
	  { ORPHAN(WIRE_POOL), V0, .pool.zerocopy = 1 },
	  "pool-setup direct -/zerocopy" },
	{ "a slave's driver",
	  { ORPHAN(WIRE_POOL), SLAVE, REMOVAL, .pool.zerocopy = 1 },
	  "pool-teardown nested -/zerocopy" },
	{ "entry gets a program",
	  { ENTRY(ENTRY_UPDATE), V0, FRESH, STATE },
	  "entry-install map-update -" },
	{ "entry gets another program",
	  { ENTRY(ENTRY_UPDATE), FRESH, .map = { OLD } },
	  "entry-replace map-update 448" },
	{ "entry loses it in an update",
	  { ENTRY(ENTRY_UPDATE), REMOVAL, V0, .map = { OLD } },
	  "entry-remove map-update 448" },
	{ "entry refuses a program",
	  { ENTRY(ENTRY_UPDATE), .ret = -EINVAL, V0, FRESH },
	  "entry-install map-update -" },
	{ "entry refuses a bad descriptor",
	  { ENTRY(ENTRY_UPDATE), .ret = -ENOMEM, .map = { OLD } },
	  "entry-replace map-update 448" },
	{ "entry deleted",
	  { ENTRY(ENTRY_DELETE), REMOVAL, .map = { OLD } },
	  "entry-remove map-delete 448" },
	{ "devmap's entry deleted while its device goes",
	  { ENTRY(ENTRY_DELETE), REMOVAL, DYING, .map = { OLD } },
	  "entry-remove map-delete 448" },
	{ "device of an entry goes",
	  { ENTRY(DEVMAP_DROP), REMOVAL, DYING, .map = { OLD } },
	  "entry-remove unregister 448" },
	{ "namespace of an entry goes",
	  { ENTRY(DEVMAP_DROP), REMOVAL, DYING_NETNS, .map = { OLD } },
	  "entry-remove netns-exit 448" },
	{ "device of an entry moves",
	  { ENTRY(DEVMAP_DROP), REMOVAL, MOVING, .map = { OLD } },
	  "entry-remove netns-move 448" },
	{ "device of an entry comes home",
	  { ENTRY(DEVMAP_DROP), REMOVAL, COMES_HOME, .map = { OLD } },
	  "entry-remove netns-exit 448" },
	{ "the map goes",
	  { ENTRY(MAP_FREE), REMOVAL, .map.whole = 1 },
	  "entry-remove map-release -" },
	{ "map in a device", { OFFMAP, V0 }, "map-alloc map-create -" },
	{ "map refused by a device", { OFFMAP, V0, .ret = -ENOMEM }, "map-alloc map-create -" },
	{ "map leaves a device", { OFFMAP, V0, REMOVAL }, "map-free map-release -" },
	{ "map goes with its device", { OFFMAP, DYING, REMOVAL }, "map-free unregister -" },
	{ "map that nobody asked for", { ORPHAN(WIRE_MAP), V0 }, "map-alloc direct -" },
	{ "device moves with its program", { MOVE, V0, STATE }, "move netns-move -" },
	{ "device can not move", { MOVE, V0, STATE, .ret = -EEXIST }, "move netns-move -" },
	{ "device comes home", { MOVE, V0, STATE, .place.netns_dying = 1 }, "move netns-exit -" },
	{ "component goes in", { ATTACH, FRESH }, "component-attach link-create -" },
	{ "component is refused",
	  { ATTACH, FRESH, .ret = -EBUSY },
	  "component-attach link-create -" },
	{ "component goes out", { DETACH, FRESH }, "component-detach link-release -" },
	{ "a kind that is none", { .kind = 99, .origin = HOOK_BIND, V0 }, "- - -" },
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
		char text[128], detail[64] = "-";
		struct event event;

		event_interpret(&row->op, &event);
		if (row->op.kind == WIRE_POOL)
			snprintf(detail, sizeof(detail), "%s/%s", or_dash(event.xsk.asked),
				 or_dash(event.xsk.mode));
		else if (event.old_prog.id)
			snprintf(detail, sizeof(detail), "%u", event.old_prog.id);
		snprintf(text, sizeof(text), "%s %s %s", or_dash(action_name(event.action)),
			 or_dash(event.cause), detail);
		assert_int_equal(event.error, row->op.ret);
		assert_int_equal(event.xsk.queue.known,
				 row->op.kind == WIRE_POOL && row->op.pool.known);
		if (strcmp(text, row->expected)) {
			print_error("%s: %s, expected %s\n", row->name, text, row->expected);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

static void test_slots(void **state)
{
	static const struct {
		const char *func;
		bool known;
		uint32_t value;
	} slots[] = {
		{ "prog0", true, 0 },
		{ "prog9", true, 9 },
		{ "prog10", true, 10 },
		{ "prog9999", true, 9999 },
		{ "prog12345678901234567890", false, 0 },
		{ "prog", false, 0 },
		{ "prog1x", false, 0 },
		{ "progx", false, 0 },
		{ "program0", false, 0 },
		{ "prog-1", false, 0 },
		{ "prog 1", false, 0 },
		{ "xprog1", false, 0 },
		{ "", false, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(slots); i++) {
		struct number slot = component_slot(slots[i].func);

		assert_int_equal(slot.known, slots[i].known);
		assert_int_equal(slot.value, slots[i].value);
	}
}

static void test_values_are_copied(void **state)
{
	struct wire_op op = {
		ENTRY(ENTRY_UPDATE),
		V0,
		.map = { .id = 9, .type = BPF_MAP_TYPE_DEVMAP_HASH, .key = 0, .name = "ports" },
	};
	struct event event;

	event_interpret(&op, &event);
	assert_int_equal(event.map.id, 9);
	assert_string_equal(event.map.name, "ports");
	assert_string_equal(event.map.type, "devmap_hash");
	assert_true(event.map.key.known);
	op = (struct wire_op){ ENTRY(MAP_FREE), REMOVAL, .map = { .id = 9, .whole = 1 } };
	event_interpret(&op, &event);
	assert_false(event.map.key.known);
	assert_null(event.map.type);
	op = (struct wire_op){ MOVE, V0, STATE, .state_link[WIRE_MODE_DRIVER] = 7,
			       .place = { .ifindex = 2, .netns = 77, .name = "old0" } };
	event_interpret(&op, &event);
	assert_int_equal(event.prog.id, 448);
	assert_int_equal(event.link_id, 7);
	assert_string_equal(event.mode, "driver");
	assert_string_equal(event.old_dev.name, "old0");
	assert_int_equal(event.old_dev.netns, 77);
	op = (struct wire_op){ ATTACH, FRESH,
			       .component = { .target = { 5, "dispatcher" }, .func = "prog0" } };
	event_interpret(&op, &event);
	assert_int_equal(event.component.target.id, 5);
	assert_string_equal(event.component.target.name, "dispatcher");
	assert_string_equal(event.component.func, "prog0");
	assert_true(event.component.slot.known);
	op = (struct wire_op){ BIND, V0, .pool = { .queue = 3, .asked = XDP_COPY, .known = 1 } };
	event_interpret(&op, &event);
	assert_int_equal(event.xsk.queue.value, 3);
	assert_string_equal(event.flags, "copy");
}

/* A link that is left without its device. */
static void test_dead_links(void **state)
{
	const struct {
		struct wire_op op;
		bool dead;
	} links[] = {
		{ { .origin = HOOK_INSTALL, DYING, .mode = 1, STATE, .state_link[1] = 7 }, true },
		{ { .origin = HOOK_INSTALL, DYING, .mode = 1, STATE }, false },
		/* dev_xdp_uninstall() only warns of what the driver says, and lets the link go. */
		{ { .origin = HOOK_INSTALL,
		    DYING,
		    .mode = 1,
		    STATE,
		    .state_link[1] = 7,
		    .ret = -EIO },
		  true },
		/* bpf_xdp_link_update(), where that is not probed. */
		{ { .origin = HOOK_INSTALL, V0, FRESH, .mode = 1, STATE, .state_link[1] = 7 },
		  false },
		{ { .origin = HOOK_LINK_DETACH, REMOVAL, V0, .mode = 1, STATE, .link_id = 7 },
		  true },
		{ { .origin = HOOK_LINK_DETACH, REMOVAL, V0, .ret = -EBUSY, STATE, .link_id = 7 },
		  false },
		{ { .origin = HOOK_LINK_RELEASE, REMOVAL, V0, .mode = 1, STATE, .link_id = 7 },
		  false },
		{ { .origin = HOOK_LINK_UPDATE, .ret = -ENOLINK, .link_id = 7, .link_dead = 1 },
		  true },
		{ { .origin = HOOK_LINK_UPDATE, V0, FRESH, STATE, .mode = 1, .link_id = 7 },
		  false },
		{ { .origin = HOOK_LINK_CREATE, V0, FRESH, .mode = 1, .link_id = 7 }, false },
		{ { .origin = HOOK_NETLINK, V0, FRESH, .mode = 1 }, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		struct event event;

		event_interpret(&links[i].op, &event);
		assert_string_equal(or_dash(event.link_state), links[i].dead ? "dead" : "-");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_values_are_copied),
		cmocka_unit_test(test_dead_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
