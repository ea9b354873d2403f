// SPDX-License-Identifier: GPL-2.0
#include "event/device.h"

#include "helpers.h"

#include <errno.h>
#include <string.h>

static void fill_op(struct wire_op *op, uint32_t ncalls)
{
	*op = (struct wire_op){
		.type = WIRE_OP,
		.origin = HOOK_NETLINK,
		.dev = { .ifindex = 2, .name = "ens33" },
		.tail = { .type = WIRE_CHUNK, .ncalls = ncalls },
	};
	for (uint32_t i = 0; i < ncalls; i++) {
		op->tail.calls[i].seq = i + 1;
		op->tail.calls[i].parent = i;
	}
}

/* The event of a record with @length bytes of texts behind its calls, and nothing after them. */
static int make(const struct wire_op *op, const void *texts, size_t length, struct event *ret)
{
	size_t size = op_size(op->tail.ncalls);
	_cleanup_(free_pointer) char *data = malloc(size + length);
	struct assembler assembler;
	struct record record;
	int err;

	assert_non_null(data);
	memcpy(data, op, size);
	memcpy(data + size, texts, length);
	err = record_decode(data, size + length, &record);
	if (err)
		return err;
	assembler_init(&assembler);
	err = assembler_add(&assembler, &record, ret);
	assembler_release(&assembler);
	return err;
}

static const struct wire_texts everything = {
	.bus = "0000:00:03.0",
	.master = "bond0",
	.altname = "enp0s3",
	.lower = { "a", "b" },
	.alias = "left",
};

static void test_texts(void **state)
{
	for (uint32_t ncalls = 0; ncalls <= WIRE_CALLS; ncalls++) {
		struct event event;
		struct wire_op op;

		fill_op(&op, ncalls);
		op.dev.more_lower = 3;
		op.texts = sizeof(everything);
		assert_int_equal(make(&op, &everything, sizeof(everything), &event), 1);
		assert_string_equal(event.dev.bus, "0000:00:03.0");
		assert_string_equal(event.dev.altname, "enp0s3");
		assert_string_equal(event.dev.alias, "left");
		assert_string_equal(event.dev.master, "bond0");
		assert_true(event.dev.lower.known);
		assert_int_equal(event.dev.lower.count, 2);
		assert_string_equal(event.dev.lower.list[0], "a");
		assert_string_equal(event.dev.lower.list[1], "b");
		assert_int_equal(event.dev.more_lower, 3);
		assert_int_equal(event.ncalls, ncalls);
		event_release(&event);
	}
}

/* Only so many bytes were sent: the rest is empty. */
static void test_some_texts(void **state)
{
	struct event event;
	struct wire_op op;

	fill_op(&op, 1);
	op.texts = offsetof(struct wire_texts, altname);
	assert_int_equal(make(&op, &everything, op.texts, &event), 1);
	assert_string_equal(event.dev.bus, "0000:00:03.0");
	assert_string_equal(event.dev.master, "bond0");
	assert_string_equal(event.dev.altname, "");
	assert_string_equal(event.dev.alias, "");
	assert_false(event.dev.lower.known);
	event_release(&event);
	/* And what is behind them is not theirs. */
	op.texts = offsetof(struct wire_texts, master);
	assert_int_equal(make(&op, &everything, sizeof(everything), &event), 1);
	assert_string_equal(event.dev.bus, "0000:00:03.0");
	assert_string_equal(event.dev.master, "");
	event_release(&event);
}

static void test_no_texts(void **state)
{
	struct event event;
	struct wire_op op;

	fill_op(&op, 1);
	assert_int_equal(make(&op, "", 0, &event), 1);
	assert_string_equal(event.dev.bus, "");
	assert_string_equal(event.dev.alias, "");
	assert_false(event.dev.lower.known);
	event_release(&event);
}

static void test_many_lower(void **state)
{
	struct wire_texts texts = everything;
	struct event event;
	struct wire_op op;

	for (size_t i = 0; i < WIRE_LOWER; i++)
		snprintf(texts.lower[i], WIRE_NAME, "slave%zu", i);
	fill_op(&op, 1);
	op.texts = sizeof(texts);
	assert_int_equal(make(&op, &texts, sizeof(texts), &event), 1);
	assert_int_equal(event.dev.lower.count, WIRE_LOWER);
	assert_string_equal(event.dev.lower.list[WIRE_LOWER - 1], "slave7");
	event_release(&event);
}

static void test_bad_texts(void **state)
{
	static const size_t members[] = {
		offsetof(struct wire_texts, bus),
		offsetof(struct wire_texts, master),
		offsetof(struct wire_texts, alias),
		offsetof(struct wire_texts, altname),
		offsetof(struct wire_texts, lower),
		sizeof(struct wire_texts) - WIRE_ALIAS - WIRE_NAME,
	};
	struct wire_texts texts = everything;
	struct event event;
	struct wire_op op;

	fill_op(&op, 1);
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		texts = everything;
		memset((char *)&texts + members[i], 'x', sizeof(texts) - members[i]);
		op.texts = sizeof(texts);
		assert_int_equal(make(&op, &texts, sizeof(texts), &event), -EBADMSG);
	}
	op.texts = 5; /* more than there are */
	assert_int_equal(make(&op, &everything, 4, &event), -EBADMSG);
	op.texts = sizeof(texts) + 1;
	assert_int_equal(make(&op, &everything, sizeof(everything), &event), -EBADMSG);
	op.texts = UINT16_MAX;
	assert_int_equal(make(&op, &everything, sizeof(everything), &event), -EBADMSG);
}

static void test_numbers(void **state)
{
	struct event event;
	struct wire_op op;

	fill_op(&op, 1);
	op.dev.mtu = 1400;
	op.dev.rx_queues = 3;
	op.dev.tx_queues = 2;
	assert_int_equal(make(&op, "", 0, &event), 1);
	assert_int_equal(event.dev.mtu, 1400);
	assert_int_equal(event.dev.rx_queues, 3);
	assert_int_equal(event.dev.tx_queues, 2);
	assert_false(event.dev.xdp_features.known);
	event_release(&event);
}

static struct texts features_of(uint8_t known, uint32_t bits)
{
	struct event event;
	struct wire_op op;

	fill_op(&op, 0);
	op.dev.has_features = known;
	op.dev.xdp_features = bits;
	assert_int_equal(make(&op, "", 0, &event), 1);
	event_release(&event);
	return event.dev.xdp_features;
}

/* Bits as in enum netdev_xdp_act; those of later kernels have no name here. */
static void test_features(void **state)
{
	static const char *const names[] = { "basic",      "redirect", "ndo-xmit",   "xsk-zerocopy",
					     "hw-offload", "rx-sg",    "ndo-xmit-sg" };
	struct texts features;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		features = features_of(1, 1U << i | 1U << 31);
		assert_int_equal(features.count, 1);
		assert_string_equal(features.list[0], names[i]);
	}
	assert_int_equal(features_of(1, UINT32_MAX).count, ARRAY_SIZE(names));
	features = features_of(1, 0);
	assert_true(features.known);
	assert_int_equal(features.count, 0);
	assert_false(features_of(0, UINT32_MAX).known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),     cmocka_unit_test(test_some_texts),
		cmocka_unit_test(test_no_texts),  cmocka_unit_test(test_many_lower),
		cmocka_unit_test(test_bad_texts), cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_features),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
