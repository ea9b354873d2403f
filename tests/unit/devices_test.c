// SPDX-License-Identifier: GPL-2.0
#include "kernel/devices.h"

#include "helpers.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

/* A datagram while it is built. */
struct datagram {
	union {
		struct nlmsghdr header;
		char bytes[16384];
	};
	size_t length;
};

static struct nlmsghdr *add_message(struct datagram *datagram, uint16_t type, uint32_t seq)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(datagram->bytes + datagram->length);

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_MULTI;
	message->nlmsg_seq = seq;
	return message;
}

static void message_complete(struct datagram *datagram, const struct nlmsghdr *message)
{
	datagram->length = (const char *)message + MNL_ALIGN(message->nlmsg_len) - datagram->bytes;
	assert_true(datagram->length < sizeof(datagram->bytes));
}

static struct nlmsghdr *add_link(struct datagram *datagram, uint32_t seq, int ifindex)
{
	struct nlmsghdr *message = add_message(datagram, RTM_NEWLINK, seq);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));

	info->ifi_index = ifindex;
	return message;
}

static void add_device(struct datagram *datagram, uint32_t seq, int ifindex, const char *name)
{
	struct nlmsghdr *message = add_link(datagram, seq, ifindex);

	mnl_attr_put_strz(message, IFLA_IFNAME, name);
	message_complete(datagram, message);
}

static void add_end(struct datagram *datagram, uint16_t type, uint32_t seq, int error)
{
	struct nlmsghdr *message = add_message(datagram, type, seq);

	*(int *)mnl_nlmsg_put_extra_header(message, sizeof(error)) = error;
	message_complete(datagram, message);
}

/* As the kernel reports a device with a native and an offloaded program. */
static struct nlmsghdr *put_typical(struct datagram *datagram)
{
	struct nlmsghdr *message = add_link(datagram, 1, 7);
	struct nlattr *xdp;

	mnl_attr_put_u32(message, IFLA_MTU, 1500);
	mnl_attr_put_strz(message, IFLA_IFNAME, "eth0");
	xdp = mnl_attr_nest_start(message, IFLA_XDP);
	mnl_attr_put_u32(message, IFLA_XDP_DRV_PROG_ID, 21);
	mnl_attr_put_u32(message, IFLA_XDP_HW_PROG_ID, 22);
	mnl_attr_put_u8(message, IFLA_XDP_ATTACHED, XDP_ATTACHED_MULTI);
	mnl_attr_nest_end(message, xdp);
	mnl_attr_put_u32(message, IFLA_GROUP, 3);
	message_complete(datagram, message);
	return message;
}

/* Parses a copy behind which nothing may be read. What is not good must leave *ret alone. */
static int parse(const struct nlmsghdr *message, struct device_xdp *ret)
{
	_cleanup_(free_pointer) struct nlmsghdr *copy = exact_copy(message, message->nlmsg_len);
	struct device_xdp before = *ret;
	int err = device_parse(copy, ret);

	if (err) {
		assert_int_equal(err, -EBADMSG);
		assert_memory_equal(ret, &before, sizeof(before));
	}
	return err;
}

static void test_typical(void **state)
{
	struct datagram datagram = {};
	struct device_xdp device = {};

	assert_int_equal(parse(put_typical(&datagram), &device), 0);
	assert_int_equal(device.ifindex, 7);
	assert_string_equal(device.name, "eth0");
	assert_int_equal(device.prog_id[WIRE_MODE_GENERIC], 0);
	assert_int_equal(device.prog_id[WIRE_MODE_DRIVER], 21);
	assert_int_equal(device.prog_id[WIRE_MODE_OFFLOAD], 22);
}

/* What stands beside the programs: of a bond, and of one end of a veth pair whose other is away. */
static void test_more(void **state)
{
	struct datagram datagram = {};
	struct nlmsghdr *message = add_link(&datagram, 1, 7);
	struct nlattr *info, *data;
	struct device_xdp device = {};

	mnl_attr_put_strz(message, IFLA_IFNAME, "b0");
	mnl_attr_put_u32(message, IFLA_MTU, 9000);
	mnl_attr_put_u32(message, IFLA_MASTER, 3);
	mnl_attr_put_u32(message, IFLA_NUM_TX_QUEUES, 16);
	mnl_attr_put_u32(message, IFLA_NUM_RX_QUEUES, 8);
	info = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_strz(message, IFLA_INFO_KIND, "bond");
	data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
	mnl_attr_put_u8(message, IFLA_BOND_MODE, 4);
	mnl_attr_put_u8(message, IFLA_BOND_XMIT_HASH_POLICY, 5);
	mnl_attr_nest_end(message, data);
	mnl_attr_nest_end(message, info);
	message_complete(&datagram, message);
	assert_int_equal(parse(message, &device), 0);
	assert_string_equal(device.kind, "bond");
	assert_false(device.up);
	assert_int_equal(device.mtu, 9000);
	assert_int_equal(device.master, 3);
	assert_int_equal(device.rx_queues, 8);
	assert_int_equal(device.tx_queues, 16);
	assert_int_equal(device.bond_mode, 4);
	assert_int_equal(device.bond_policy, 5);
	assert_int_equal(device.link, 0);
	assert_int_equal(device.link_netnsid, -1);

	datagram = (struct datagram){};
	message = add_link(&datagram, 1, 8);
	mnl_attr_put_strz(message, IFLA_IFNAME, "v0");
	mnl_attr_put_u32(message, IFLA_LINK, 9);
	mnl_attr_put_u32(message, IFLA_LINK_NETNSID, 2);
	mnl_attr_put(message, IFLA_MTU, 1, "x"); /* too short to be one */
	info = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put(message, IFLA_INFO_KIND, 4, "veth"); /* without its NUL */
	mnl_attr_nest_end(message, info);
	message_complete(&datagram, message);
	((struct ifinfomsg *)mnl_nlmsg_get_payload(message))->ifi_flags = IFF_UP;
	device = (struct device_xdp){};
	assert_int_equal(parse(message, &device), 0);
	assert_string_equal(device.kind, "veth");
	assert_true(device.up);
	assert_int_equal(device.mtu, 0);
	assert_int_equal(device.link, 9);
	assert_int_equal(device.link_netnsid, 2);
}

static void test_modes(void **state)
{
	static const uint16_t types[WIRE_MODES] = {
		[WIRE_MODE_GENERIC] = IFLA_XDP_SKB_PROG_ID,
		[WIRE_MODE_DRIVER] = IFLA_XDP_DRV_PROG_ID,
		[WIRE_MODE_OFFLOAD] = IFLA_XDP_HW_PROG_ID,
	};

	for (int mode = 0; mode < WIRE_MODES; mode++) {
		struct datagram datagram = {};
		struct nlmsghdr *message = add_link(&datagram, 1, 2);
		struct device_xdp device = {};
		struct nlattr *xdp;

		mnl_attr_put_strz(message, IFLA_IFNAME, "fifteen_letters");
		xdp = mnl_attr_nest_start(message, IFLA_XDP);
		mnl_attr_put_u32(message, types[mode], 4294967295);
		mnl_attr_put_u8(message, IFLA_XDP_ATTACHED, XDP_ATTACHED_DRV);
		mnl_attr_put_u32(message, IFLA_XDP_PROG_ID, 4294967295);
		mnl_attr_nest_end(message, xdp);
		assert_int_equal(parse(message, &device), 0);
		assert_string_equal(device.name, "fifteen_letters");
		for (int other = 0; other < WIRE_MODES; other++)
			assert_int_equal(device.prog_id[other], other == mode ? 4294967295 : 0);
	}
}

static void test_no_xdp(void **state)
{
	struct datagram datagram = {};
	struct nlmsghdr *message = add_link(&datagram, 1, 2);
	struct device_xdp device = { .prog_id = { 1, 2, 3 } };
	struct nlattr *xdp;

	mnl_attr_put_strz(message, IFLA_IFNAME, "\xff\x1b[m");
	xdp = mnl_attr_nest_start(message, IFLA_XDP);
	mnl_attr_put_u8(message, IFLA_XDP_ATTACHED, XDP_ATTACHED_NONE);
	mnl_attr_nest_end(message, xdp);
	assert_int_equal(parse(message, &device), 0);
	assert_string_equal(device.name, "\xff\x1b[m");
	for (int mode = 0; mode < WIRE_MODES; mode++)
		assert_int_equal(device.prog_id[mode], 0);
}

static void test_bad_names(void **state)
{
	static const struct {
		const char *name;
		size_t length;
	} rows[] = {
		{ "", 0 },
		{ "", 1 }, /* no name at all */
		{ "e", 1 },
		{ "eth0", 4 },
		{ "\0eth0", 5 },
		{ "sixteen_letters_", 16 },
		{ "sixteen_letters_", 17 },
		{ "a name that is much longer than any device's could be", 54 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct datagram datagram = {};
		struct nlmsghdr *message = add_link(&datagram, 1, 2);
		struct device_xdp device = {};

		mnl_attr_put(message, IFLA_IFNAME, rows[i].length, rows[i].name);
		if (!parse(message, &device))
			fail_msg("row %zu is taken for a name", i);
	}
}

/* An id of another size, or one that reaches beyond the nest or the message. */
static void test_bad_nests(void **state)
{
	for (size_t length = 0; length <= 8; length++) {
		struct datagram datagram = {};
		struct nlmsghdr *message = add_link(&datagram, 1, 2);
		struct device_xdp device = {};
		struct nlattr *xdp;

		mnl_attr_put_strz(message, IFLA_IFNAME, "eth0");
		xdp = mnl_attr_nest_start(message, IFLA_XDP);
		mnl_attr_put(message, IFLA_XDP_DRV_PROG_ID, length, "\1\2\3\4\5\6\7\10");
		mnl_attr_nest_end(message, xdp);
		assert_int_equal(parse(message, &device), length == 4 ? 0 : -EBADMSG);
	}
	for (uint16_t length = 0; length < 100; length++) {
		struct datagram datagram = {};
		struct nlmsghdr *message = add_link(&datagram, 1, 2);
		struct device_xdp device = {};
		struct nlattr *xdp, *id;

		mnl_attr_put_strz(message, IFLA_IFNAME, "eth0");
		xdp = mnl_attr_nest_start(message, IFLA_XDP);
		id = mnl_nlmsg_get_payload_tail(message);
		mnl_attr_put_u32(message, IFLA_XDP_DRV_PROG_ID, 5);
		mnl_attr_nest_end(message, xdp);
		id->nla_len = length;
		parse(message, &device);
		assert_int_equal(device.prog_id[WIRE_MODE_DRIVER], length == 8 ? 5 : 0);
		id->nla_len = 8;
		xdp->nla_len = length;
		device = (struct device_xdp){};
		parse(message, &device);
		/* The message bounds the nest: only where it lies in it wholly, it is read. */
		assert_int_equal(device.prog_id[WIRE_MODE_DRIVER], length == 12 ? 5 : 0);
	}
}

static void test_bad_headers(void **state)
{
	struct datagram datagram = {};
	struct nlmsghdr *message = put_typical(&datagram);
	struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	struct device_xdp device = {};

	message->nlmsg_type = RTM_DELLINK;
	assert_int_equal(parse(message, &device), -EBADMSG);
	message->nlmsg_type = RTM_NEWLINK;
	info->ifi_index = 0;
	assert_int_equal(parse(message, &device), -EBADMSG);
	info->ifi_index = -1;
	assert_int_equal(parse(message, &device), -EBADMSG);
	info->ifi_index = 7;
	assert_int_equal(parse(message, &device), 0);
}

/* Cut anywhere, even inside of a word: what is left is read or refused, and nothing behind it. */
static void test_truncated(void **state)
{
	struct datagram datagram = {};
	struct nlmsghdr *message = put_typical(&datagram);
	uint32_t full = message->nlmsg_len;
	struct device_xdp device;

	for (uint32_t length = sizeof(*message); length < full; length++) {
		device = (struct device_xdp){};
		message->nlmsg_len = length;
		if (!parse(message, &device))
			assert_string_equal(device.name, "eth0");
	}
}

static void test_random_bytes(void **state)
{
	struct datagram good = {};
	uint64_t random = 88172645463325252;

	put_typical(&good);
	add_device(&good, 1, 9, "lo");
	add_end(&good, NLMSG_DONE, 1, 0);
	for (int round = 0; round < 50000; round++) {
		_cleanup_(device_dump_release) struct device_dump dump = { .seq = 1 };
		_cleanup_(free_pointer) char *copy = exact_copy(good.bytes, good.length);
		size_t length = good.length;

		for (uint32_t n = random_next(&random) % 6; n; n--)
			copy[random_next(&random) % length] = random_next(&random) >> 7;
		if (random_next(&random) % 4 == 0) {
			char *cut;

			length = random_next(&random) % length;
			cut = exact_copy(copy, length);
			free(copy);
			copy = cut;
		}
		device_dump_read(&dump, copy, length);
		for (size_t i = 0; i < dump.count; i++)
			assert_true(strnlen(dump.list[i].name, WIRE_NAME) < WIRE_NAME);
	}
}

static void test_dump(void **state)
{
	_cleanup_(device_dump_release) struct device_dump dump = { .seq = 5 };
	struct datagram datagram = {};
	char name[WIRE_NAME];

	for (int i = 1; i <= 100; i++) {
		snprintf(name, sizeof(name), "eth%d", i);
		add_device(&datagram, 5, i, name);
	}
	assert_int_equal(device_dump_read(&dump, datagram.bytes, datagram.length), 0);
	datagram = (struct datagram){};
	add_device(&datagram, 4, 1000, "stale"); /* of a request before this one */
	add_end(&datagram, NLMSG_DONE, 4, 0);
	add_end(&datagram, NLMSG_ERROR, 4, -EPERM);
	add_device(&datagram, 5, 101, "eth101");
	add_end(&datagram, NLMSG_NOOP, 5, 0);
	add_end(&datagram, NLMSG_DONE, 5, 0);
	assert_int_equal(device_dump_read(&dump, datagram.bytes, datagram.length), 1);
	assert_int_equal(dump.count, 101);
	assert_false(dump.interrupted);
	for (int i = 1; i <= 101; i++) {
		snprintf(name, sizeof(name), "eth%d", i);
		assert_int_equal(dump.list[i - 1].ifindex, i);
		assert_string_equal(dump.list[i - 1].name, name);
	}
}

static void test_dump_errors(void **state)
{
	static const struct {
		uint16_t type;
		int error, expected;
	} rows[] = {
		{ NLMSG_DONE, 0, 1 },
		{ NLMSG_DONE, -EMSGSIZE, -EMSGSIZE },
		{ NLMSG_ERROR, -EPERM, -EPERM },
		{ NLMSG_ERROR, 0, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(device_dump_release) struct device_dump dump = { .seq = 1 };
		struct datagram datagram = {};

		add_device(&datagram, 1, 1, "lo");
		add_end(&datagram, rows[i].type, 1, rows[i].error);
		assert_int_equal(device_dump_read(&dump, datagram.bytes, datagram.length),
				 rows[i].expected);
		/* Without its number. */
		datagram.length -= 4;
		((struct nlmsghdr *)(datagram.bytes + datagram.length - 16))->nlmsg_len = 16;
		assert_int_equal(device_dump_read(&dump, datagram.bytes, datagram.length),
				 -EBADMSG);
	}
}

static void test_dump_is_cut(void **state)
{
	_cleanup_(device_dump_release) struct device_dump dump = { .seq = 1 };
	struct datagram datagram = {};

	add_device(&datagram, 1, 1, "lo");
	add_device(&datagram, 1, 2, "eth0");
	assert_int_equal(device_dump_read(&dump, datagram.bytes, datagram.length - 4), -EBADMSG);
	assert_int_equal(device_dump_read(&dump, datagram.bytes, 3), -EBADMSG);
}

static void test_dump_is_interrupted(void **state)
{
	_cleanup_(device_dump_release) struct device_dump dump = { .seq = 1 };
	struct datagram datagram = {};

	add_device(&datagram, 1, 1, "lo");
	add_end(&datagram, NLMSG_DONE, 1, 0);
	((struct nlmsghdr *)(datagram.bytes + datagram.length - 20))->nlmsg_flags |=
		NLM_F_DUMP_INTR;
	assert_int_equal(device_dump_read(&dump, datagram.bytes, datagram.length), 1);
	assert_true(dump.interrupted);
	assert_int_equal(dump.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typical),
		cmocka_unit_test(test_more),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_no_xdp),
		cmocka_unit_test(test_bad_names),
		cmocka_unit_test(test_bad_nests),
		cmocka_unit_test(test_bad_headers),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_random_bytes),
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_dump_errors),
		cmocka_unit_test(test_dump_is_cut),
		cmocka_unit_test(test_dump_is_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
