// SPDX-License-Identifier: GPL-2.0
#include "event/program.h"

#include "event/record.h"
#include "helpers.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define NSEC 1000000000ULL

static const struct wire_program wire = {
	.type = WIRE_PROGRAM,
	.id = 448,
	.loaded_ns = 5000,
	.tag = { 0xa0, 0x4f, 0x5e, 0xef, 0x06, 0xa7, 0xf5, 0x00 },
	.uid = 1000,
	.flags = WIRE_PROGRAM_UID | WIRE_PROGRAM_FRAGS | WIRE_PROGRAM_DEV_BOUND,
	.nmaps = 2,
	.maps = { 7, 9 },
	.name = "counts_packets_of_one_device",
};

static const struct wire_prog prog = { 448, "counts_packets_" };

static uint64_t now(clockid_t clock)
{
	struct timespec time;

	assert_int_equal(clock_gettime(clock, &time), 0);
	return time.tv_sec * NSEC + time.tv_nsec;
}

static void add(struct programs *programs, const struct wire_program *program)
{
	_cleanup_(free_pointer) void *copy = exact_copy(program, sizeof(*program));
	struct record record;

	assert_int_equal(record_decode(copy, sizeof(*program), &record), 0);
	assert_null(record.op);
	assert_null(record.tail);
	assert_int_equal(programs_add(programs, record.program), 0);
}

/* What @program says of @prog. */
static struct program told(const struct wire_program *program, const struct wire_prog *of)
{
	struct programs programs;
	struct program ret = {};

	programs_init(&programs);
	add(&programs, program);
	programs_fill(&programs, of, &ret);
	programs_release(&programs);
	return ret;
}

static void test_everything(void **state)
{
	uint64_t before = now(CLOCK_REALTIME) - now(CLOCK_BOOTTIME), after;
	struct program program = told(&wire, &prog);

	after = now(CLOCK_REALTIME) - now(CLOCK_BOOTTIME);
	assert_string_equal(program.full_name, "counts_packets_of_one_device");
	assert_string_equal(program.tag, "a04f5eef06a7f500");
	assert_true(program.flags.known);
	assert_int_equal(program.flags.count, 2);
	assert_string_equal(program.flags.list[0], "frags");
	assert_string_equal(program.flags.list[1], "dev-bound");
	/* Two clocks are read one after the other. */
	assert_in_range(program.loaded_ns, before + 5000 - NSEC / 10, after + 5000 + NSEC / 10);
	assert_true(program.uid.known);
	assert_int_equal(program.uid.value, 1000);
	assert_int_equal(program.maps.count, 2);
	assert_int_equal(program.maps.list[0], 7);
	assert_int_equal(program.maps.list[1], 9);
	assert_int_equal(program.more_maps, 0);
}

static void test_nothing(void **state)
{
	struct program program =
		told(&(struct wire_program){ .type = WIRE_PROGRAM, .id = 448 }, &prog);

	assert_string_equal(program.full_name, "");
	assert_string_equal(program.tag, "0000000000000000");
	assert_false(program.flags.known);
	assert_false(program.uid.known);
	assert_int_equal(program.maps.count, 0);
	assert_int_equal(program.more_maps, 0);
}

static void test_root(void **state)
{
	struct program program = told(&(struct wire_program){ .type = WIRE_PROGRAM,
							      .id = 448,
							      .flags = WIRE_PROGRAM_UID },
				      &prog);

	assert_true(program.uid.known);
	assert_int_equal(program.uid.value, 0);
}

static void test_many_maps(void **state)
{
	struct wire_program many = wire;
	struct program program;

	many.nmaps = WIRE_MAPS + 3;
	program = told(&many, &prog);
	assert_int_equal(program.maps.count, WIRE_MAPS);
	assert_int_equal(program.more_maps, 3);
	many.nmaps = UINT16_MAX;
	assert_int_equal(told(&many, &prog).more_maps, UINT16_MAX - WIRE_MAPS);
}

/* The function may have another name than the program was given when it was loaded. */
static void test_other_name(void **state)
{
	assert_string_equal(told(&wire, &(struct wire_prog){ 448, "counts_bytes_of" }).full_name,
			    "");
	assert_string_equal(told(&wire, &(struct wire_prog){ 448, "counts_bytes_of" }).tag,
			    "a04f5eef06a7f500");
}

static void test_other_program(void **state)
{
	assert_string_equal(told(&wire, &(struct wire_prog){ 449, "counts_packets_" }).tag, "");
	assert_string_equal(told(&wire, &(struct wire_prog){}).tag, "");
}

/* Told again: the time stays the same to the nanosecond. Another one of this id has its own. */
static void test_again(void **state)
{
	struct wire_program other = wire;
	struct program first = {}, again = {}, last = {};
	struct programs programs;

	programs_init(&programs);
	add(&programs, &wire);
	programs_fill(&programs, &prog, &first);
	other.nmaps = 1;
	add(&programs, &other);
	programs_fill(&programs, &prog, &again);
	assert_int_equal(again.loaded_ns, first.loaded_ns);
	assert_int_equal(again.maps.count, 1);
	other.loaded_ns += 3600 * NSEC;
	add(&programs, &other);
	programs_fill(&programs, &prog, &last);
	assert_in_range(last.loaded_ns, first.loaded_ns + 3599 * NSEC,
			first.loaded_ns + 3601 * NSEC);
	programs_release(&programs);
}

/* Ids of programs that are no more are not kept for ever. */
static void test_bound(void **state)
{
	struct wire_program one = wire;
	struct program program = {};
	struct programs programs;

	programs_init(&programs);
	for (one.id = 1; one.id <= 10000; one.id++)
		add(&programs, &one);
	programs_fill(&programs, &(struct wire_prog){ 1, "counts_packets_" }, &program);
	assert_string_equal(program.tag, "");
	programs_fill(&programs, &(struct wire_prog){ 10000, "counts_packets_" }, &program);
	assert_string_equal(program.tag, "a04f5eef06a7f500");
	assert_true(programs.table.count < 10000);
	programs_release(&programs);
}

static void test_bad_records(void **state)
{
	struct wire_program bad = wire;
	struct record record;

	for (size_t size = 0; size < sizeof(wire); size++) {
		_cleanup_(free_pointer) void *copy = exact_copy(&wire, size);

		assert_int_equal(record_decode(copy, size, &record), -EBADMSG);
	}
	memset(bad.name, 'x', sizeof(bad.name));
	assert_int_equal(record_decode(&bad, sizeof(bad), &record), -EBADMSG);
}

/* From records to an event: what is asked for, and what was there. */
static void test_event(void **state)
{
	struct wire_op op = {
		.type = WIRE_OP,
		.origin = HOOK_NETLINK,
		.mode = WIRE_MODE_DRIVER,
		.dev = { .ifindex = 2, .name = "ens33", .native = 1 },
		.prog = { 449, "fresh" },
		.state[WIRE_MODE_DRIVER] = prog,
		.state[WIRE_MODE_OFFLOAD] = { 450, "other" },
		.tail.type = WIRE_CHUNK,
	};
	struct wire_program fresh = { .type = WIRE_PROGRAM, .id = 449, .nmaps = 1, .maps = { 8 } };
	struct assembler assembler;
	struct record record = { .program = &wire };
	struct event event;

	assembler_init(&assembler);
	assert_int_equal(assembler_add(&assembler, &record, &event), 0);
	record.program = &fresh;
	assert_int_equal(assembler_add(&assembler, &record, &event), 0);
	assert_int_equal(feed_op(&assembler, &op, &event), 1);
	assert_string_equal(event.prog_is.full_name, "");
	assert_int_equal(event.prog_is.maps.list[0], 8);
	assert_string_equal(event.old_prog_is.full_name, "counts_packets_of_one_device");
	assert_int_equal(event.old_prog_is.maps.count, 2);
	event_release(&event);
	assembler_release(&assembler);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything),  cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_root),        cmocka_unit_test(test_many_maps),
		cmocka_unit_test(test_other_name),  cmocka_unit_test(test_other_program),
		cmocka_unit_test(test_again),       cmocka_unit_test(test_bound),
		cmocka_unit_test(test_bad_records), cmocka_unit_test(test_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
