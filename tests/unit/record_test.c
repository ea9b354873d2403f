// SPDX-License-Identifier: GPL-2.0
#include "event/dispatch.h"
#include "event/record.h"
#include "event/stack.h"

#include "helpers.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

static const struct wire_call a_call = {
	.took_ns = 1000, .target = 1, .ifindex = 2, .ifname = "ens33"
};

static void fill_calls(struct wire_calls *calls, uint32_t ncalls)
{
	*calls = (struct wire_calls){
		.type = WIRE_CHUNK, .tid = 101, .start_ns = 5000, .ncalls = ncalls
	};
	for (uint32_t i = 0; i < ncalls; i++) {
		calls->calls[i] = a_call;
		calls->calls[i].seq = i + 1;
		calls->calls[i].parent = i;
	}
}

static void fill_op(struct wire_op *op, uint32_t ncalls)
{
	*op = (struct wire_op){
		.type = WIRE_OP,
		.pid = 100,
		.comm = "ip",
		.took_ns = 4000,
		.ret = -17,
		.origin = HOOK_NETLINK,
		.mode = WIRE_MODE_DRIVER,
		.dev = { .ifindex = 2, .name = "ens33", .bus_driver = "virtio_net", .native = 1 },
		.prog = { .id = 448, .name = "dummy" },
	};
	fill_calls(&op->tail, ncalls);
}

static int decode_exact(const void *data, size_t size)
{
	_cleanup_(free_pointer) void *copy = exact_copy(data, size);
	struct record record, untouched;
	int err;

	memset(&record, 0x5a, sizeof(record));
	untouched = record;
	err = record_decode(copy, size, &record);
	if (err)
		assert_memory_equal(&record, &untouched, sizeof(record));
	return err;
}

static void test_op(void **state)
{
	struct record record;
	struct wire_op op;

	fill_op(&op, 2);
	assert_int_equal(record_decode(&op, op_size(2), &record), 0);
	assert_ptr_equal(record.op, &op);
	assert_ptr_equal(record.tail, &op.tail);
}

static void test_chunk(void **state)
{
	struct wire_calls chunk;
	struct record record;

	fill_calls(&chunk, WIRE_CALLS);
	assert_int_equal(record_decode(&chunk, sizeof(chunk), &record), 0);
	assert_null(record.op);
	assert_ptr_equal(record.tail, &chunk);
}

/* Every length below the full one is refused; bytes behind it are allowed. */
static void assert_whole_only(const void *data, size_t whole, size_t most)
{
	for (size_t size = 0; size < whole; size++)
		assert_int_equal(decode_exact(data, size), -EBADMSG);
	for (size_t size = whole; size <= most; size++)
		assert_int_equal(decode_exact(data, size), 0);
}

static void test_truncated_op(void **state)
{
	for (uint32_t ncalls = 0; ncalls <= WIRE_CALLS; ncalls++) {
		struct wire_op op;

		fill_op(&op, ncalls);
		assert_whole_only(&op, op_size(ncalls), sizeof(op));
	}
}

static void test_truncated_chunk(void **state)
{
	for (uint32_t ncalls = 0; ncalls <= WIRE_CALLS; ncalls++) {
		struct wire_calls chunk;

		fill_calls(&chunk, ncalls);
		assert_whole_only(&chunk, chunk_size(ncalls), sizeof(chunk));
	}
}

static void fill_stack(struct wire_stack *stack, uint32_t count)
{
	*stack = (struct wire_stack){
		.type = WIRE_STACK, .tid = 101, .start_ns = 5000, .target = 1, .count = count
	};
	for (uint32_t i = 0; i < WIRE_STACK_FRAMES; i++)
		stack->frames[i] = 0xffffffff81000000 + i;
}

static void test_stack(void **state)
{
	struct wire_stack stack;
	struct record record;

	fill_stack(&stack, WIRE_STACK_FRAMES);
	assert_int_equal(record_decode(&stack, sizeof(stack), &record), 0);
	assert_ptr_equal(record.stack, &stack);
	assert_null(record.op);
	assert_null(record.tail);
	for (uint32_t count = 0; count <= WIRE_STACK_FRAMES; count += 16) {
		fill_stack(&stack, count);
		assert_whole_only(&stack, offsetof(struct wire_stack, frames[count]),
				  sizeof(stack));
	}
}

static void test_too_many_frames(void **state)
{
	static const uint32_t counts[] = { WIRE_STACK_FRAMES + 1, 0x20000000, 0x80000000,
					   UINT32_MAX };

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		struct wire_stack stack;

		fill_stack(&stack, counts[i]);
		assert_int_equal(decode_exact(&stack, sizeof(stack)), -EBADMSG);
		assert_int_equal(decode_exact(&stack, offsetof(struct wire_stack, frames)),
				 -EBADMSG);
	}
}

static const struct wire_said all_said = {
	.msg = { .seq = 3, .channel = WIRE_CHANNEL_TRACEPOINT, .text = "no" },
	.log = { .seq = 2, .channel = WIRE_CHANNEL_LOG, .text = "ens33: 7 > 3" },
	.before = { .seq = 1, .channel = WIRE_CHANNEL_EXTACK, .text = "old" },
};

/* An operation, and room for what lies behind its calls. */
struct said_op {
	struct wire_op op;
	char room[sizeof(struct wire_said)];
};

/* Returns its size with so many bytes of @said. */
static size_t fill_said(struct said_op *ret, uint32_t ncalls, const struct wire_said *said,
			size_t bytes)
{
	fill_op(&ret->op, ncalls);
	ret->op.said = bytes;
	memcpy((char *)ret + op_size(ncalls), said, sizeof(*said));
	return op_size(ncalls) + bytes;
}

/* As much of what was said as has been sent: what has not is empty. */
static void test_said(void **state)
{
	for (size_t bytes = 0; bytes <= sizeof(all_said); bytes++) {
		struct wire_said wanted = {};
		struct said_op sent;
		struct record record;
		size_t size = fill_said(&sent, 2, &all_said, bytes);
		_cleanup_(free_pointer) void *copy = exact_copy(&sent, size);

		memcpy(&wanted, &all_said, bytes);
		assert_int_equal(record_decode(copy, size, &record), 0);
		assert_memory_equal(&record.said, &wanted, sizeof(wanted));
		if (bytes)
			assert_int_equal(decode_exact(&sent, size - 1), -EBADMSG);
	}
}

static void test_too_much_said(void **state)
{
	struct said_op sent[2];

	fill_said(sent, 2, &all_said, sizeof(all_said) + 1);
	assert_int_equal(decode_exact(sent, sizeof(sent)), -EBADMSG);
	sent->op.said = UINT16_MAX;
	assert_int_equal(decode_exact(sent, sizeof(sent)), -EBADMSG);
}

/* Each of the texts has a channel, one that there is, and ends. */
static void test_said_wrong(void **state)
{
	static const size_t places[] = { offsetof(struct wire_said, msg),
					 offsetof(struct wire_said, log),
					 offsetof(struct wire_said, before) };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		struct wire_said said = all_said;
		struct wire_text *text = (void *)((char *)&said + places[i]);
		struct said_op sent;
		size_t size = fill_said(&sent, 2, &said, sizeof(said));

		assert_int_equal(decode_exact(&sent, size), 0);
		text->channel = WIRE_CHANNELS;
		fill_said(&sent, 2, &said, sizeof(said));
		assert_int_equal(decode_exact(&sent, size), -EBADMSG);
		text->channel = WIRE_CHANNEL_NONE;
		fill_said(&sent, 2, &said, sizeof(said));
		assert_int_equal(decode_exact(&sent, size), -EBADMSG);
		text->channel = WIRE_CHANNEL_LOG;
		memset(text->text, 'x', sizeof(text->text));
		fill_said(&sent, 2, &said, sizeof(said));
		assert_int_equal(decode_exact(&sent, size), -EBADMSG);
	}
}

static void test_unknown_type(void **state)
{
	static const uint32_t types[] = { 0, WIRE_STACK + 1, 0x01000000, UINT32_MAX };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct wire_op op;

		fill_op(&op, WIRE_CALLS);
		op.type = types[i];
		assert_int_equal(decode_exact(&op, sizeof(op)), -EBADMSG);
		assert_int_equal(decode_exact(&op, sizeof(op.type)), -EBADMSG);
	}
}

static void test_too_many_calls(void **state)
{
	static const uint32_t counts[] = { WIRE_CALLS + 1, 0x80000000, 0x10000000, UINT32_MAX };

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		struct wire_op op;

		fill_op(&op, WIRE_CALLS);
		op.tail.ncalls = counts[i];
		assert_int_equal(decode_exact(&op, sizeof(op)), -EBADMSG);
		assert_int_equal(decode_exact(&op, op_size(0)), -EBADMSG);
		assert_int_equal(decode_exact(&op.tail, sizeof(op.tail)), -EBADMSG);
		assert_int_equal(decode_exact(&op.tail, chunk_size(0)), -EBADMSG);
	}
}

/* A callee that is not entered after its caller would make the tree of calls endless. */
static void test_call_before_its_caller(void **state)
{
	static const struct {
		uint16_t seq, parent;
	} rows[] = { { 0, 0 }, { 3, 3 }, { 2, 3 } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct wire_op op;

		fill_op(&op, WIRE_CALLS);
		op.tail.calls[WIRE_CALLS - 1].seq = rows[i].seq;
		op.tail.calls[WIRE_CALLS - 1].parent = rows[i].parent;
		assert_int_equal(decode_exact(&op, sizeof(op)), -EBADMSG);
		assert_int_equal(decode_exact(&op.tail, sizeof(op.tail)), -EBADMSG);
	}
}

/* Not even when the bytes for them are all there. */
static void test_one_call_too_many(void **state)
{
	_cleanup_(free_pointer) struct wire_calls *chunk = calloc(1, chunk_size(WIRE_CALLS + 1));

	assert_non_null(chunk);
	fill_calls(chunk, WIRE_CALLS);
	assert_int_equal(decode_exact(chunk, chunk_size(WIRE_CALLS + 1)), 0);
	chunk->ncalls++;
	assert_int_equal(decode_exact(chunk, chunk_size(WIRE_CALLS + 1)), -EBADMSG);
}

#define TEXT(member)                                                                             \
	{                                                                                        \
#member, offsetof(struct wire_op, member), sizeof(((struct wire_op *)0)->member) \
	}

static const struct text {
	const char *name;
	size_t offset, size;
} texts[] = {
	TEXT(comm),
	TEXT(dev.name),
	TEXT(dev.bus_driver),
	TEXT(dev.kind),
	TEXT(prog.name),
	TEXT(upper.name),
	TEXT(upper.prog.name),
	TEXT(state[0].name),
	TEXT(state[1].name),
	TEXT(state[2].name),
	TEXT(tail.calls[0].ifname),
	TEXT(tail.calls[WIRE_CALLS - 1].ifname),
};

static void test_text_without_nul(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		const struct text *text = &texts[i];
		struct wire_op op;
		char *bytes = (char *)&op + text->offset;

		fill_op(&op, WIRE_CALLS);
		memset(bytes, 'x', text->size);
		if (decode_exact(&op, sizeof(op)) != -EBADMSG)
			fail_msg("%s without a NUL is accepted", text->name);
		bytes[text->size - 1] = '\0';
		if (decode_exact(&op, sizeof(op)))
			fail_msg("%s that fills its room is refused", text->name);
	}
}

/* A kind without texts may have any bytes where others have them. */
static void test_kinds_without_texts(void **state)
{
	static const enum wire_kind kinds[] = { WIRE_PROG, WIRE_POOL };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct wire_op op;

		fill_op(&op, WIRE_CALLS);
		op.kind = kinds[i];
		memset(&op.component, 'x', sizeof(op.component));
		memset(&op.map, 'x', sizeof(op.map));
		memset(&op.place, 'x', sizeof(op.place));
		assert_int_equal(decode_exact(&op, sizeof(op)), 0);
	}
}

static void test_unknown_kind(void **state)
{
	for (int kind = WIRE_MOVE + 1; kind <= UINT8_MAX; kind++) {
		struct wire_op op;

		fill_op(&op, WIRE_CALLS);
		op.kind = kind;
		assert_int_equal(decode_exact(&op, sizeof(op)), -EBADMSG);
	}
}

static void test_chunk_text_without_nul(void **state)
{
	for (uint32_t i = 0; i < WIRE_CALLS; i++) {
		struct wire_calls chunk;

		fill_calls(&chunk, WIRE_CALLS);
		memset(chunk.calls[i].ifname, 'x', sizeof(chunk.calls[i].ifname));
		assert_int_equal(decode_exact(&chunk, sizeof(chunk)), -EBADMSG);
		chunk.ncalls = i; /* what lies behind the calls is nobody's business */
		assert_int_equal(decode_exact(&chunk, sizeof(chunk)), 0);
	}
}

static void mutate(void *data, size_t size, uint64_t *chance)
{
	static const uint32_t edges[] = { 0, 1, 8, 9, 0xff, 0xffff, INT_MAX, INT_MIN, UINT32_MAX };

	for (uint32_t n = random_next(chance) % 6; n; n--) {
		uint32_t value = random_next(chance);
		char *at = (char *)data + random_next(chance) % size;

		if (value & 1) {
			*at = value >> 1;
			continue;
		}
		value = edges[(value >> 1) % ARRAY_SIZE(edges)];
		at = (char *)data + random_next(chance) % (size / sizeof(value)) * sizeof(value);
		memcpy(at, &value, sizeof(value));
	}
}

/* What the tracer does with a record, but for the names that enriching adds. */
static int consume(struct assembler *assembler, struct dispatch *dispatch, const void *data,
		   size_t size, FILE *out)
{
	const struct style style = { .calls = true };
	struct record record;
	struct event event;

	if (record_decode(data, size, &record))
		return -EBADMSG;
	if (assembler_add(assembler, &record, &event) != 1)
		return 0;
	dispatch_event(dispatch, &event);
	sink_text.event(out, &style, &event);
	sink_json.event(out, &style, &event);
	event_release(&event);
	return 1;
}

/* Four records in a row may be about one operation: its calls go on where the last one ended. */
static void fill_next(struct said_op *ret, int round, uint64_t *chance)
{
	uint32_t ncalls = random_next(chance) % (WIRE_CALLS + 1);
	struct wire_said said = all_said;
	struct wire_op *op = &ret->op;

	said.msg.channel = random_next(chance) % 16 ? said.msg.channel : random_next(chance);
	fill_said(ret, ncalls, &said, random_next(chance) % (sizeof(said) + 1));
	op->kind = random_next(chance) % (WIRE_MOVE + 1);
	op->origin = random_next(chance) % HOOKS;
	op->ret = random_next(chance) % 2 ? 0 : op->ret;
	op->link_id = random_next(chance) % 64;
	op->prog.id = random_next(chance) % 8;
	if (op->kind == WIRE_COMPONENT)
		op->component =
			(struct wire_component){ { random_next(chance) % 8, "d" }, "prog7" };
	op->tail.tid += random_next(chance) % 3;
	op->tail.start_ns += round / 4;
	for (uint32_t i = 0; i < ncalls; i++) {
		op->tail.calls[i].seq += round % 4 * WIRE_CALLS;
		op->tail.calls[i].parent += round % 4 * WIRE_CALLS;
	}
}

/* Mutated bytes never get past the sanitizers, and many of them get through the decoder. */
static void test_mutated_records(void **state)
{
	_cleanup_(close_file) FILE *out = fopen("/dev/null", "w");
	struct assembler assembler;
	struct dispatch dispatch = {};
	uint64_t chance = 0x5eed5eed5eed5eed;
	unsigned int events = 0, refused = 0;

	assembler_init(&assembler);
	assert_non_null(out);
	for (int round = 0; round < 20000; round++) {
		_cleanup_(free_pointer) void *copy = NULL;
		bool is_op = random_next(&chance) % 3;
		struct said_op sent;
		struct wire_op *op = &sent.op;
		size_t size;
		int ret;

		fill_next(&sent, round, &chance);
		size = is_op ? op_size(op->tail.ncalls) + op->said : chunk_size(op->tail.ncalls);
		copy = exact_copy(is_op ? (void *)&sent : (void *)&op->tail, size);
		mutate(copy, size, &chance);
		if (random_next(&chance) % 16 == 0)
			size = random_next(&chance) % size;
		ret = consume(&assembler, &dispatch, copy, size, out);
		events += ret == 1;
		refused += ret < 0;
	}
	assert_true(assembler.dropped > 0);
	assembler_release(&assembler);
	dispatch_release(&dispatch);
	assert_true(events > 8000);
	assert_true(refused > 1000);
}

/* Stacks of operations that end, never end, or end in nonsense. */
static void test_mutated_stacks(void **state)
{
	static struct target target = { .func = "veth_xdp", .module = "veth", .addr = 7 };
	const struct targets targets = { &target, NULL, 1 };
	const struct symbol_table symbols = {};
	struct assembler assembler;
	uint64_t chance = 0x5eed5eed5eed5eed;
	unsigned int stacks = 0;

	assembler_init(&assembler);
	for (int round = 0; round < 20000; round++) {
		_cleanup_(free_pointer) void *copy = NULL;
		struct wire_stack stack;
		struct record record;
		struct event event;
		struct wire_op op;

		fill_stack(&stack, random_next(&chance) % (WIRE_STACK_FRAMES + 1));
		stack.tid += random_next(&chance) % 3;
		copy = exact_copy(&stack, sizeof(stack));
		mutate(copy, sizeof(stack), &chance);
		if (!record_decode(copy, sizeof(stack), &record) && !record.op)
			assembler_add(&assembler, &record, &event);
		fill_op(&op, 1);
		if (feed_op(&assembler, &op, &event) != 1)
			continue;
		stack_name(&event.stack, &symbols, &targets);
		stacks += event.stack.count > 0;
		for (size_t i = 0; i < event.stack.count; i++) {
			char text[FRAME_SIZE];

			frame_print(text, &event.stack.list[i]);
		}
		event_release(&event);
	}
	assembler_release(&assembler);
	assert_true(stacks > 4000);
}

/* Names without a NUL in what is peculiar to a kind. */
static void test_names_by_kind(void **state)
{
	static const struct {
		size_t offset, size;
		unsigned int kinds; /* a bit for each enum wire_kind */
	} names[] = {
		{ offsetof(struct wire_op, component.target.name), WIRE_NAME, 1 << WIRE_COMPONENT },
		{ offsetof(struct wire_op, component.func), WIRE_FUNC, 1 << WIRE_COMPONENT },
		{ offsetof(struct wire_op, map.name), WIRE_NAME, 1 << WIRE_ENTRY | 1 << WIRE_MAP },
		{ offsetof(struct wire_op, map.old.name), WIRE_NAME,
		  1 << WIRE_ENTRY | 1 << WIRE_MAP },
		{ offsetof(struct wire_op, place.name), WIRE_NAME, 1 << WIRE_MOVE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		for (int kind = 0; kind <= WIRE_MOVE; kind++) {
			struct wire_op op;

			if (!(names[i].kinds & 1 << kind))
				continue;
			fill_op(&op, 1);
			op.kind = kind;
			assert_int_equal(decode_exact(&op, op_size(1)), 0);
			memset((char *)&op + names[i].offset, 'x', names[i].size);
			assert_int_equal(decode_exact(&op, op_size(1)), -EBADMSG);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_op),
		cmocka_unit_test(test_chunk),
		cmocka_unit_test(test_truncated_op),
		cmocka_unit_test(test_truncated_chunk),
		cmocka_unit_test(test_stack),
		cmocka_unit_test(test_too_many_frames),
		cmocka_unit_test(test_unknown_type),
		cmocka_unit_test(test_too_many_calls),
		cmocka_unit_test(test_call_before_its_caller),
		cmocka_unit_test(test_one_call_too_many),
		cmocka_unit_test(test_text_without_nul),
		cmocka_unit_test(test_said),
		cmocka_unit_test(test_too_much_said),
		cmocka_unit_test(test_said_wrong),
		cmocka_unit_test(test_kinds_without_texts),
		cmocka_unit_test(test_unknown_kind),
		cmocka_unit_test(test_chunk_text_without_nul),
		cmocka_unit_test(test_mutated_records),
		cmocka_unit_test(test_mutated_stacks),
		cmocka_unit_test(test_names_by_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
