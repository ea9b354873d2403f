// SPDX-License-Identifier: GPL-2.0
#include "event/stack.h"

#include "helpers.h"

#include <string.h>

static struct target machine_targets[] = {
	{ .id = 0, .func = "veth_xdp", .module = "veth", .addr = 0x6100 },
	{ .id = 1, .func = "hidden_xdp", .module = "hidden" }, /* its address is not known */
	{ .id = 2, .func = "dev_xdp_install", .module = "vmlinux", .addr = 0x1100 },
};
static const struct targets targets = { machine_targets, NULL, ARRAY_SIZE(machine_targets) };

static const struct symbol machine_symbols[] = {
	{ 0x1000, 't', "dev_xdp_attach", "vmlinux" },
	{ 0x1100, 't', "dev_xdp_install", "vmlinux" },
	{ 0x1100, 't', "dev_xdp_install_alias", "vmlinux" },
	{ 0x1200, 'T', "kretprobe_trampoline", "vmlinux" },
	{ 0x1300, 'T', "entry_SYSCALL_64_after_hwframe", "vmlinux" },
	{ 0x6000, 't', "veth_open", "veth" },
	{ 0x6100, 't', "veth_xdp", "veth" },
	{ 0x20000, 't', "hidden_xdp", "hidden" },
	{ 0x20100, 't', "veth_xdp", "other" },
	{ 0x40000, 't', "bpf_prog_1234_xdp_fentry", "bpf" },
	{ 0x40100, 't', "bpf_trampoline_1", "bpf" },
	{ 0x40200, 't', "bpf_trampoline_2", "bpf" },
};

static void assert_stack(uint32_t target, const uint64_t *addrs, size_t count,
			 const char *const *expected, size_t nexpected)
{
	struct wire_stack wire = { .type = WIRE_STACK, .target = target, .count = count };
	struct symbol_table symbols = {};
	struct stack stack = {};

	for (size_t i = 0; i < ARRAY_SIZE(machine_symbols); i++)
		assert_int_equal(symbol_table_add(&symbols, &machine_symbols[i]), 0);
	symbol_table_sort(&symbols);
	memcpy(wire.frames, addrs, count * sizeof(*addrs));
	assert_int_equal(stack_copy(&stack, &wire), 0);
	stack_name(&stack, &symbols, &targets);
	for (size_t i = 0; i < nexpected && i < stack.count; i++) {
		char text[FRAME_SIZE];

		frame_print(text, &stack.list[i]);
		assert_string_equal(text, expected[i]);
	}
	assert_int_equal(stack.count, nexpected);
	free(stack.list);
	symbol_table_release(&symbols);
}

#define ADDRS(...) (const uint64_t[]){ __VA_ARGS__ }, sizeof((uint64_t[]){ __VA_ARGS__ }) / 8
#define NAMES(...) \
	(const char *const[]){ __VA_ARGS__ }, ARRAY_SIZE(((const char *const[]){ __VA_ARGS__ }))

/* A kprobe: the function, then where each caller goes on. */
static void test_plain(void **state)
{
	assert_stack(0, ADDRS(0x6101, 0x1123, 0x1045, 0x1301),
		     NAMES("veth_xdp+0x1 [veth]", "dev_xdp_install+0x23", "dev_xdp_attach+0x45",
			   "entry_SYSCALL_64_after_hwframe+0x1"));
}

/* A call that is the last instruction goes on behind its function. */
static void test_call_at_the_end(void **state)
{
	assert_stack(0, ADDRS(0x6100, 0x1100),
		     NAMES("veth_xdp+0x0 [veth]", "dev_xdp_attach+0x100"));
}

/* fexit: our own program and its trampoline, and trampolines between all functions. */
static void test_trampolines(void **state)
{
	assert_stack(0,
		     ADDRS(0x40010, 0x40110, 0x6105, 0x1123, 0x40210, 0x1105, 0x1045, 0x40220,
			   0x1005, 0x1301),
		     NAMES("veth_xdp+0x5 [veth]", "dev_xdp_install+0x23", "dev_xdp_attach+0x45",
			   "entry_SYSCALL_64_after_hwframe+0x1"));
}

/* A function that is really there twice stays so. */
static void test_recursion(void **state)
{
	assert_stack(0, ADDRS(0x6101, 0x1123, 0x1145, 0x40210, 0x1105, 0x1045),
		     NAMES("veth_xdp+0x1 [veth]", "dev_xdp_install+0x23", "dev_xdp_install+0x45",
			   "dev_xdp_attach+0x45"));
}

/* Where the function itself is not on the stack, it is known to have been entered. */
static void test_without_the_function(void **state)
{
	assert_stack(0, ADDRS(0x1123, 0x1045),
		     NAMES("veth_xdp+0x0 [veth]", "dev_xdp_install+0x23", "dev_xdp_attach+0x45"));
	assert_stack(0, ADDRS(0x20105, 0x1123), /* another of that name */
		     NAMES("veth_xdp+0x0 [veth]", "veth_xdp+0x5 [other]", "dev_xdp_install+0x23"));
}

static void test_function_by_its_name(void **state)
{
	assert_stack(1, ADDRS(0x40010, 0x20005, 0x1123),
		     NAMES("hidden_xdp+0x5 [hidden]", "dev_xdp_install+0x23"));
	assert_stack(99, ADDRS(0x6105, 0x1123),
		     NAMES("veth_xdp+0x5 [veth]", "dev_xdp_install+0x23"));
}

/* Return addresses that were taken away. */
static void test_return_probe(void **state)
{
	assert_stack(2, ADDRS(0x1101, 0x1200),
		     NAMES("dev_xdp_install+0x1", "kretprobe_trampoline+0x0"));
}

/* Nothing is made up of what has no symbol. */
static void test_unknown(void **state)
{
	assert_stack(0, ADDRS(0x6101, 0x10, 0xb000, 0x9000),
		     NAMES("veth_xdp+0x1 [veth]", "0x10", "0xb000", "veth_xdp+0x2f00 [veth]"));
	assert_stack(0, ADDRS(0x6101, 0xffffffffffffffff),
		     NAMES("veth_xdp+0x1 [veth]", "0xffffffffffffffff"));
}

static void test_empty(void **state)
{
	const struct wire_stack wire = { .type = WIRE_STACK };
	const struct symbol_table symbols = {};
	struct stack stack = {};

	assert_int_equal(stack_copy(&stack, &wire), 0);
	stack_name(&stack, &symbols, &targets);
	assert_int_equal(stack.count, 0);
	free(stack.list);
}

/* As many as fit into a record, and the one that may be added. */
static void test_full(void **state)
{
	struct wire_stack wire = { .type = WIRE_STACK, .count = WIRE_STACK_FRAMES };
	const struct symbol_table symbols = {};
	struct stack stack = {};

	for (int i = 0; i < WIRE_STACK_FRAMES; i++)
		wire.frames[i] = 1 + i;
	assert_int_equal(stack_copy(&stack, &wire), 0);
	assert_int_equal(stack_copy(&stack, &wire), 0); /* in place of the other */
	stack_name(&stack, &symbols, &targets);
	assert_int_equal(stack.count, WIRE_STACK_FRAMES + 1);
	assert_int_equal(stack.list[WIRE_STACK_FRAMES].addr, WIRE_STACK_FRAMES);
	free(stack.list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_call_at_the_end),
		cmocka_unit_test(test_trampolines),
		cmocka_unit_test(test_recursion),
		cmocka_unit_test(test_without_the_function),
		cmocka_unit_test(test_function_by_its_name),
		cmocka_unit_test(test_return_probe),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
