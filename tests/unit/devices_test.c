// SPDX-License-Identifier: GPL-2.0
#include "kernel/devices.h"

#include "helpers.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

static char buffer[1024];

static struct nlmsghdr *message_begin(uint16_t type)
{
	struct nlmsghdr *message;
	struct ifinfomsg *info;

	memset(buffer, 0, sizeof(buffer));
	message = mnl_nlmsg_put_header(buffer);
	message->nlmsg_type = type;
	info = mnl_nlmsg_put_extra_header(message, sizeof(*info));
	info->ifi_index = 7;
	return message;
}

/*
 * The message in memory of just its length (netlink pads it to 4 bytes), so that the sanitizer sees
 * a byte read too many.
 */
static int parse(const struct nlmsghdr *message, struct device_xdp *ret)
{
	_cleanup_(free_pointer) struct nlmsghdr *copy =
		exact_copy(message, MNL_ALIGN(message->nlmsg_len));

	return device_parse(copy, ret);
}

static void test_device(void **state)
{
	struct nlmsghdr *message = message_begin(RTM_NEWLINK);
	struct device_xdp device;
	struct nlattr *xdp;

	mnl_attr_put_u32(message, IFLA_MTU, 1500);
	mnl_attr_put_strz(message, IFLA_IFNAME, "ens33");
	xdp = mnl_attr_nest_start(message, IFLA_XDP);
	mnl_attr_put_u8(message, IFLA_XDP_ATTACHED, XDP_ATTACHED_MULTI);
	mnl_attr_put_u32(message, IFLA_XDP_DRV_PROG_ID, 448);
	mnl_attr_put_u32(message, IFLA_XDP_SKB_PROG_ID, 449);
	mnl_attr_put_u32(message, IFLA_XDP_HW_PROG_ID, 450);
	mnl_attr_nest_end(message, xdp);
	assert_int_equal(parse(message, &device), 0);
	assert_int_equal(device.ifindex, 7);
	assert_string_equal(device.name, "ens33");
	assert_int_equal(device.prog[WIRE_MODE_DRIVER], 448);
	assert_int_equal(device.prog[WIRE_MODE_GENERIC], 449);
	assert_int_equal(device.prog[WIRE_MODE_OFFLOAD], 450);
}

static void test_device_without_xdp(void **state)
{
	struct nlmsghdr *message = message_begin(RTM_NEWLINK);
	struct device_xdp device;

	assert_int_equal(parse(message, &device), 0);
	assert_string_equal(device.name, "");
	for (int mode = 0; mode < WIRE_MODES; mode++)
		assert_int_equal(device.prog[mode], 0);
}

static void test_hostile_names(void **state)
{
	struct nlmsghdr *message = message_begin(RTM_NEWLINK);
	struct device_xdp device;

	mnl_attr_put(message, IFLA_IFNAME, 16, "0123456789abcdef"); /* no NUL */
	assert_int_equal(parse(message, &device), 0);
	assert_string_equal(device.name, "0123456789abcde");
	message = message_begin(RTM_NEWLINK);
	mnl_attr_put(message, IFLA_IFNAME, 17, "0123456789abcdefg");
	assert_int_equal(parse(message, &device), -EBADMSG);
}

static void test_broken(void **state)
{
	struct device_xdp device = { .ifindex = 1 };
	struct nlmsghdr *message;
	struct nlattr *xdp;

	assert_int_equal(parse(message_begin(RTM_DELLINK), &device), -EBADMSG);
	message = message_begin(RTM_NEWLINK);
	message->nlmsg_len = MNL_NLMSG_HDRLEN + sizeof(struct ifinfomsg) - 1;
	assert_int_equal(parse(message, &device), -EBADMSG);
	message = message_begin(RTM_NEWLINK);
	xdp = mnl_attr_nest_start(message, IFLA_XDP);
	mnl_attr_put_u8(message, IFLA_XDP_DRV_PROG_ID, 4); /* one byte of four */
	mnl_attr_nest_end(message, xdp);
	assert_int_equal(parse(message, &device), -EBADMSG);
	assert_int_equal(device.ifindex, 1);
}

/* Whatever the lengths say, nothing beyond the message is read. */
static void test_lengths(void **state)
{
	uint64_t random = 1;

	for (int round = 0; round < 20000; round++) {
		struct nlmsghdr *message = message_begin(RTM_NEWLINK);
		struct device_xdp device;
		struct nlattr *xdp;

		mnl_attr_put_strz(message, IFLA_IFNAME, "ens33");
		xdp = mnl_attr_nest_start(message, IFLA_XDP);
		mnl_attr_put_u32(message, IFLA_XDP_DRV_PROG_ID, 448);
		mnl_attr_nest_end(message, xdp);
		for (int change = 0; change < 3; change++)
			buffer[32 + random_next(&random) % (message->nlmsg_len - 32)] =
				random_next(&random);
		message->nlmsg_len -= random_next(&random) % 8;
		if (!parse(message, &device))
			assert_true(memchr(device.name, 0, sizeof(device.name)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_device),        cmocka_unit_test(test_device_without_xdp),
		cmocka_unit_test(test_hostile_names), cmocka_unit_test(test_broken),
		cmocka_unit_test(test_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
