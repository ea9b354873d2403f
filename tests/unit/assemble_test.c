// SPDX-License-Identifier: GPL-2.0
#include "event/assemble.h"

#include "helpers.h"

#include <errno.h>

#include <string.h>

#define BOUND 1024 /* tasks whose operations may be under way at a time */

/* Calls @first down to @last of an operation: the inner ones return first. */
static void fill_calls(struct wire_calls *calls, uint32_t tid, uint64_t start_ns, int first,
		       int last)
{
	*calls = (struct wire_calls){ .type = WIRE_CHUNK, .tid = tid, .start_ns = start_ns };
	for (int seq = first; seq >= last; seq--) {
		struct wire_call *call = &calls->calls[calls->ncalls++];

		assert_true(calls->ncalls <= WIRE_CALLS);
		*call = (struct wire_call){
			.took_ns = 1000 * seq,
			.ret = -seq,
			.target = 100 + seq,
			.ifindex = 10 + seq,
			.seq = seq,
			.parent = seq - 1,
		};
		snprintf(call->ifname, sizeof(call->ifname), "eth%d", seq);
	}
}

static void fill_op(struct wire_op *op, uint32_t tid, uint64_t start_ns, int first, int last)
{
	*op = (struct wire_op){
		.type = WIRE_OP,
		.pid = 100,
		.took_ns = 50,
		.origin = HOOK_NETLINK,
		.mode = WIRE_MODE_DRIVER,
		.dev = { .ifindex = 2, .name = "ens33" },
		.prog = { .id = 448 },
		.ret = -1,
	};
	fill_calls(&op->tail, tid, start_ns, first, last);
}

static int add_chunk(struct assembler *assembler, uint32_t tid, uint64_t start_ns, int first,
		     int last)
{
	struct wire_calls chunk;
	struct event event;

	fill_calls(&chunk, tid, start_ns, first, last);
	return feed_chunk(assembler, &chunk, &event);
}

/* Ends an operation, and checks that its event has the calls 1 to @ncalls: in the second, no. */
static void end_op(struct assembler *assembler, uint32_t tid, uint64_t start_ns, int first,
		   int ncalls)
{
	const struct wire_text msg = { .seq = 2, .channel = WIRE_CHANNEL_EXTACK, .text = "no" };
	struct wire_op op;
	struct event event;

	fill_op(&op, tid, start_ns, first, 1);
	assert_int_equal(feed_said(assembler, &op, &msg, &event), 1);
	assert_int_equal(event.tid, tid);
	assert_int_equal(event.end_ns, start_ns + 50);
	assert_int_equal(event.ncalls, ncalls);
	for (int i = 0; i < ncalls; i++) {
		const struct call *call = &event.calls[i];
		char name[16];

		snprintf(name, sizeof(name), "eth%d", i + 1);
		assert_int_equal(call->seq, i + 1);
		assert_int_equal(call->parent, i);
		assert_int_equal(call->target, 101 + i);
		assert_int_equal(call->ret, -(i + 1));
		assert_int_equal(call->took_ns, 1000 * (i + 1));
		assert_int_equal(call->ifindex, 11 + i);
		assert_string_equal(call->ifname, name);
		assert_int_equal(call->has_message, call->seq == 2);
		assert_null(call->func); /* names come later */
	}
	event_release(&event);
	assert_null(event.calls);
	assert_int_equal(event.ncalls, 0);
}

static void test_one_record(void **state)
{
	struct assembler assembler;

	assembler_init(&assembler);
	end_op(&assembler, 7, 1000, 5, 5);
	end_op(&assembler, 7, 2000, WIRE_CALLS, WIRE_CALLS);
	assert_int_equal(assembler.count, 0);
	assert_int_equal(assembler.dropped, 0);
	assembler_release(&assembler);
}

static int add_stack(struct assembler *assembler, uint32_t tid, uint64_t start_ns, uint64_t first)
{
	const struct wire_stack stack = { .type = WIRE_STACK,
					  .tid = tid,
					  .start_ns = start_ns,
					  .target = 3,
					  .count = 2,
					  .frames = { first, 0x2000 } };
	struct record record;
	struct event event;

	assert_int_equal(record_decode(&stack, sizeof(stack), &record), 0);
	return assembler_add(assembler, &record, &event);
}

/* The stack of an operation comes ahead of its end, alone or with calls. */
static void test_stack(void **state)
{
	struct assembler assembler;
	struct wire_op op;
	struct event event;

	assembler_init(&assembler);
	fill_op(&op, 7, 1000, 2, 1);
	assert_int_equal(add_stack(&assembler, 7, 1000, 0x1000), 0);
	assert_int_equal(feed_op(&assembler, &op, &event), 1);
	assert_int_equal(event.stack.count, 2);
	assert_int_equal(event.stack.target, 3);
	assert_int_equal(event.stack.list[0].addr, 0x1000);
	assert_int_equal(event.stack.list[1].addr, 0x2000);
	assert_int_equal(event.ncalls, 2);
	event_release(&event);
	assert_int_equal(event.stack.count, 0);

	assert_int_equal(add_chunk(&assembler, 7, 2000, 2, 2), 0);
	assert_int_equal(add_stack(&assembler, 7, 2000, 0x1000), 0);
	assert_int_equal(add_stack(&assembler, 7, 2000, 0x3000), 0);
	fill_op(&op, 7, 2000, 1, 1);
	assert_int_equal(feed_op(&assembler, &op, &event), 1);
	assert_int_equal(event.stack.list[0].addr, 0x3000);
	assert_int_equal(event.ncalls, 2);
	event_release(&event);

	/* Of an operation whose end was lost, and of none. */
	assert_int_equal(add_stack(&assembler, 7, 3000, 0x1000), 0);
	fill_op(&op, 7, 4000, 1, 1);
	assert_int_equal(feed_op(&assembler, &op, &event), 1);
	assert_int_equal(event.stack.count, 0);
	event_release(&event);
	assert_int_equal(assembler.count, 0);
	assert_int_equal(add_stack(&assembler, 8, 5000, 0x1000), 0);
	assembler_release(&assembler);
}

static void test_no_calls(void **state)
{
	struct assembler assembler;

	assembler_init(&assembler);
	end_op(&assembler, 7, 1000, 0, 0);
	assert_int_equal(add_chunk(&assembler, 7, 2000, 0, 1), 0);
	end_op(&assembler, 7, 2000, 0, 0);
	assert_int_equal(assembler.dropped, 0);
	assembler_release(&assembler);
}

static void test_chunks_are_joined(void **state)
{
	struct assembler assembler;

	assembler_init(&assembler);
	assert_int_equal(add_chunk(&assembler, 7, 1000, 20, 13), 0);
	assert_int_equal(assembler.count, 1);
	assert_int_equal(add_chunk(&assembler, 7, 1000, 12, 5), 0);
	assert_int_equal(assembler.count, 1);
	end_op(&assembler, 7, 1000, 4, 20);
	assert_int_equal(assembler.count, 0);
	assert_int_equal(assembler.dropped, 0);
	end_op(&assembler, 7, 2000, 3, 3); /* the next one starts with nothing */
	assembler_release(&assembler);
}

static void test_calls_are_ordered_by_entry(void **state)
{
	struct assembler assembler;

	assembler_init(&assembler);
	/* Returns in another order than the reverse of entries, over records. */
	assert_int_equal(add_chunk(&assembler, 7, 1000, 9, 7), 0);
	assert_int_equal(add_chunk(&assembler, 7, 1000, 12, 10), 0);
	assert_int_equal(add_chunk(&assembler, 7, 1000, 6, 4), 0);
	end_op(&assembler, 7, 1000, 3, 12);
	assembler_release(&assembler);
}

static void test_lost_calls_are_told(void **state)
{
	struct assembler assembler;
	struct event event;
	struct wire_op op;

	assembler_init(&assembler);
	fill_op(&op, 7, 1000, 3, 1);
	op.tail.lost = 16;
	op.missed = 2;
	assert_int_equal(feed_op(&assembler, &op, &event), 1);
	assert_int_equal(event.lost_calls, 18);
	event_release(&event);
	assembler_release(&assembler);
}

/* Two calls at one place belong to no one operation. */
static void test_calls_at_one_place(void **state)
{
	struct assembler assembler;
	struct event event;
	struct wire_op op;

	assembler_init(&assembler);
	fill_op(&op, 7, 1000, 3, 1);
	op.tail.calls[2].seq = op.tail.calls[1].seq;
	op.tail.calls[2].parent = 0;
	assert_int_equal(feed_op(&assembler, &op, &event), -EBADMSG);
	assembler_release(&assembler);
}

static void test_operation_that_never_ends(void **state)
{
	struct assembler assembler;

	assembler_init(&assembler);
	assert_int_equal(add_chunk(&assembler, 7, 1000, 8, 1), 0);
	assert_int_equal(add_chunk(&assembler, 7, 1000, 11, 9), 0);
	end_op(&assembler, 7, 2000, 3, 3); /* none of the old calls is in it */
	assert_int_equal(assembler.count, 0);
	assert_int_equal(assembler.dropped, 11);

	assert_int_equal(add_chunk(&assembler, 7, 3000, 5, 1), 0);
	assert_int_equal(add_chunk(&assembler, 7, 4000, 8, 5), 0);
	assert_int_equal(assembler.dropped, 16);
	end_op(&assembler, 7, 4000, 4, 8);
	assert_int_equal(assembler.dropped, 16);
	assembler_release(&assembler);
}

static void test_two_tasks(void **state)
{
	struct assembler assembler;

	assembler_init(&assembler);
	/* Started in the same nanosecond: only the task tells them apart. */
	assert_int_equal(add_chunk(&assembler, 7, 1000, 16, 9), 0);
	assert_int_equal(add_chunk(&assembler, 8, 1000, 12, 5), 0);
	assert_int_equal(assembler.count, 2);
	assert_int_equal(add_chunk(&assembler, 7, 1000, 8, 4), 0);
	end_op(&assembler, 9, 1000, 2, 2);
	assert_int_equal(assembler.count, 2);
	end_op(&assembler, 7, 1000, 3, 16);
	end_op(&assembler, 8, 1000, 4, 12);
	assert_int_equal(assembler.count, 0);
	assert_int_equal(assembler.dropped, 0);
	assembler_release(&assembler);
}

static void test_tasks_are_bounded(void **state)
{
	struct assembler assembler;

	assembler_init(&assembler);
	for (uint32_t tid = 1; tid <= 3 * BOUND; tid++) {
		assert_int_equal(add_chunk(&assembler, tid, 1000 + tid, 5, 2), 0);
		assert_true(assembler.count <= BOUND);
	}
	assert_int_equal(assembler.count, BOUND);
	assert_int_equal(assembler.dropped, 2 * BOUND * 4);
	assembler_release(&assembler);
	assert_int_equal(assembler.count, 0);
	assert_null(assembler.pending);
}

/* Those that have waited longest give way; the latest ones are whole. */
static void test_oldest_gives_way(void **state)
{
	struct assembler assembler;

	assembler_init(&assembler);
	for (uint32_t tid = 1; tid <= BOUND + 3; tid++)
		assert_int_equal(add_chunk(&assembler, tid, 1000 + tid, 5, 3), 0);
	for (uint32_t tid = BOUND + 3; tid > 3; tid--)
		end_op(&assembler, tid, 1000 + tid, 2, 5);
	assert_int_equal(assembler.count, 0);
	assert_int_equal(assembler.dropped, 9);
	assembler_release(&assembler);
}

/* The same after an operation in between has ended. */
static void test_oldest_gives_way_after_an_end(void **state)
{
	struct assembler assembler;

	assembler_init(&assembler);
	for (uint32_t tid = 1; tid <= BOUND; tid++)
		assert_int_equal(add_chunk(&assembler, tid, 1000 + tid, 5, 3), 0);
	end_op(&assembler, 1, 1001, 2, 5);
	for (uint32_t tid = BOUND + 1; tid <= BOUND + 2; tid++)
		assert_int_equal(add_chunk(&assembler, tid, 1000 + tid, 5, 3), 0);
	for (uint32_t tid = 3; tid <= BOUND + 2; tid++)
		end_op(&assembler, tid, 1000 + tid, 2, 5);
	assert_int_equal(assembler.dropped, 3);
	assembler_release(&assembler);
}

/* The sanitizer tells of what is not freed, and of what is freed twice. */
static void test_release(void **state)
{
	struct assembler assembler;
	struct event event = {};

	assembler_init(&assembler);
	assembler_release(&assembler);
	for (uint32_t tid = 1; tid <= 20; tid++)
		assert_int_equal(add_chunk(&assembler, tid, 1000, 8, 1), 0);
	assembler_release(&assembler);
	assembler_release(&assembler);
	assert_int_equal(add_chunk(&assembler, 1, 1000, 8, 1), 0); /* good as new */
	assembler_release(&assembler);
	event_release(&event);
}

static void test_action_names(void **state)
{
	assert_string_equal(action_name(ACTION_INSTALL), "install");
	assert_string_equal(action_name(ACTION_REPLACE), "replace");
	assert_string_equal(action_name(ACTION_REMOVE), "remove");
	assert_string_equal(action_name(ACTION_NOOP), "noop");
	assert_string_equal(action_name(ACTION_POOL_SETUP), "pool-setup");
	assert_string_equal(action_name(ACTION_MOVE), "move");
	assert_string_equal(action_name(ACTION_CARRIER), "carrier");
	assert_null(action_name(ACTION_NONE));
	for (enum action action = ACTION_INSTALL; action <= ACTION_CARRIER; action++)
		assert_non_null(action_name(action));
	assert_null(action_name(ACTION_CARRIER + 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_record),
		cmocka_unit_test(test_stack),
		cmocka_unit_test(test_no_calls),
		cmocka_unit_test(test_chunks_are_joined),
		cmocka_unit_test(test_calls_are_ordered_by_entry),
		cmocka_unit_test(test_lost_calls_are_told),
		cmocka_unit_test(test_calls_at_one_place),
		cmocka_unit_test(test_operation_that_never_ends),
		cmocka_unit_test(test_two_tasks),
		cmocka_unit_test(test_tasks_are_bounded),
		cmocka_unit_test(test_oldest_gives_way),
		cmocka_unit_test(test_oldest_gives_way_after_an_end),
		cmocka_unit_test(test_release),
		cmocka_unit_test(test_action_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
