// SPDX-License-Identifier: GPL-2.0
#include "event/assemble.h"

#include "helpers.h"

#include <errno.h>
#include <linux/if_link.h>
#include <string.h>

#define ALPHA                            \
	{                                \
		.id = 7, .name = "alpha" \
	}
#define BETA                            \
	{                               \
		.id = 8, .name = "beta" \
	}
#define ABOVE                                                                                     \
	{                                                                                         \
		.ifindex = 9, .mode = WIRE_MODE_GENERIC, .link = 5, .prog = BETA, .name = "bond0" \
	}

/* @id 0: nobody is in the way. */
static void assert_said_holder(const struct wire_op *from, const char *msg, uint32_t id,
			       const char *mode, uint32_t link, const char *dev)
{
	struct wire_op op = *from;
	struct event event;

	op.type = WIRE_OP;
	op.pid = 100;
	op.dev.ifindex = 2;
	op.dev.native = true;
	if (!op.mode)
		op.mode = WIRE_MODE_UNKNOWN;
	memcpy(op.dev.name, "eth0", 5);
	said_to_event(&op, msg, &event);
	assert_int_equal(event.opponent.prog.id, id);
	assert_int_equal(event.opponent.link_id, link);
	assert_string_equal(event.opponent.dev, dev);
	assert_ptr_equal(event.opponent.mode, mode);
	if (id)
		assert_int_equal(event.opponent.ifindex, *dev ? 9 : 2);
	event_release(&event);
}

/* Of one about which the kernel says nothing. */
static void assert_holder(const struct wire_op *from, uint32_t id, const char *mode, uint32_t link,
			  const char *dev)
{
	assert_said_holder(from, NULL, id, mode, link, dev);
}

#define NATIVE  mode_name(WIRE_MODE_DRIVER)
#define GENERIC mode_name(WIRE_MODE_GENERIC)

static void test_busy(void **state)
{
	struct wire_op op = { .ret = -EBUSY,
			      .origin = HOOK_NETLINK,
			      .prog = { 6 },
			      .state[WIRE_MODE_DRIVER] = ALPHA,
			      .state[WIRE_MODE_OFFLOAD] = BETA };

	assert_holder(&op, 0, NULL, 0, ""); /* netlink may replace it: it was not that */
	op.flags = XDP_FLAGS_UPDATE_IF_NOEXIST;
	assert_holder(&op, 7, NATIVE, 0, "");
	op.flags = XDP_FLAGS_UPDATE_IF_NOEXIST | XDP_FLAGS_SKB_MODE;
	assert_holder(&op, 0, NULL, 0, "");
	op.flags = 0;
	op.origin = HOOK_LINK_CREATE;
	assert_holder(&op, 7, NATIVE, 0, "");
	op.origin = HOOK_NETLINK;
	op.state_link[WIRE_MODE_DRIVER] = 5;
	assert_holder(&op, 7, NATIVE, 5, "");
	op.removal = true;
	op.prog.id = 0;
	assert_holder(&op, 7, NATIVE, 5, "");
}

/* An errno of the driver's is no matter of who holds the hook. */
static void test_not_refused(void **state)
{
	struct wire_op op = { .ret = -EBUSY,
			      .origin = HOOK_NETLINK,
			      .prog = { 6 },
			      .state[WIRE_MODE_DRIVER] = ALPHA,
			      .state_link[WIRE_MODE_DRIVER] = 5 };

	op.reached = 1 << HOOK_INSTALL | 1 << HOOK_DRIVER;
	assert_holder(&op, 0, NULL, 0, "");
	op.reached = 1 << HOOK_INSTALL;
	assert_holder(&op, 7, NATIVE, 5, "");
	op.ret = -EINVAL;
	assert_holder(&op, 0, NULL, 0, "");
	op.ret = 0;
	assert_holder(&op, 0, NULL, 0, "");
	op.ret = -EBUSY;
	op.unknown = true;
	assert_holder(&op, 0, NULL, 0, "");
	op.unknown = false;
	op.origin = HOOK_INSTALL;
	assert_holder(&op, 0, NULL, 0, "");
}

static void test_exists(void **state)
{
	struct wire_op op = { .ret = -EEXIST,
			      .origin = HOOK_NETLINK,
			      .prog = { 6 },
			      .state[WIRE_MODE_DRIVER] = ALPHA,
			      .state_link[WIRE_MODE_DRIVER] = 5,
			      .flags = XDP_FLAGS_SKB_MODE };

	assert_holder(&op, 7, NATIVE, 5, "");
	op.flags = XDP_FLAGS_REPLACE | XDP_FLAGS_DRV_MODE;
	assert_holder(&op, 7, NATIVE, 5, "");
	op.flags = XDP_FLAGS_REPLACE | XDP_FLAGS_SKB_MODE; /* nothing is there, and it was to be */
	assert_holder(&op, 0, NULL, 0, "");
	assert_said_holder(&op, "Native and generic XDP can't be active at the same time", 7,
			   NATIVE, 5, "");
}

static void test_above(void **state)
{
	static const char said[] = "Cannot attach when an upper device already has a program";
	struct wire_op op = {
		.ret = -EEXIST, .origin = HOOK_LINK_CREATE, .prog = { 6 }, .upper = ABOVE
	};

	assert_holder(&op, 8, GENERIC, 5, "bond0"); /* and the kernel has not said why */
	op.state[WIRE_MODE_DRIVER] = (struct wire_prog)ALPHA;
	assert_said_holder(&op, said, 8, GENERIC, 5, "bond0");
	op.upper.ifindex = 0;
	assert_said_holder(&op, said, 0, NULL, 0, "");
	op.upper.ifindex = 9;
	op.upper.mode = WIRE_MODES; /* no such mode */
	assert_said_holder(&op, said, 0, NULL, 0, "");
	op.upper.mode = WIRE_MODE_GENERIC;
	assert_said_holder(&op, "something else", 0, NULL, 0, "");
}

static void test_update(void **state)
{
	struct wire_op op = { .ret = -EPERM,
			      .origin = HOOK_LINK_UPDATE,
			      .prog = { 6 },
			      .link_id = 5,
			      .state[WIRE_MODE_DRIVER] = ALPHA,
			      .state_link[WIRE_MODE_DRIVER] = 5 };

	assert_holder(&op, 7, NATIVE, 5, "");
	op.by_syscall = true; /* or it was not allowed at all */
	assert_holder(&op, 0, NULL, 0, "");
	op.by_syscall = false;
	op.origin = HOOK_LINK_CREATE;
	assert_holder(&op, 0, NULL, 0, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_busy),   cmocka_unit_test(test_not_refused),
		cmocka_unit_test(test_exists), cmocka_unit_test(test_above),
		cmocka_unit_test(test_update),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
