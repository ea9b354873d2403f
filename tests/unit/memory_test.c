// SPDX-License-Identifier: GPL-2.0
/* Reads this machine's kernel: its own type information, which is in a file, too. */
#include "kernel/memory.h"

#include "helpers.h"
#include "kernel/symbols.h"
#include "machine.h"

#include <errno.h>
#include <string.h>

static int match_btf(const struct symbol *symbol, void *arg)
{
	uint64_t *addr = arg;

	if (strcmp(symbol->name, "__start_BTF") != 0)
		return 0;
	*addr = symbol->addr;
	return 1;
}

static void open_memory(struct memory **ret)
{
	int err = memory_open(ret);

	if (err) {
		print_message("reason: this machine refuses to read kernel memory: %s\n",
			      strerror(-err));
		skip();
	}
}

static void test_read(void **state)
{
	_cleanup_(close_file) FILE *symbols = fopen("/proc/kallsyms", "re");
	_cleanup_(close_file) FILE *btf = fopen("/sys/kernel/btf/vmlinux", "re");
	char expected[3 * MEMORY_READ_MAX], found[MEMORY_READ_MAX];
	struct memory *memory;
	uint64_t addr = 0;

	open_memory(&memory);
	assert_non_null(symbols);
	assert_non_null(btf);
	symbols_each(symbols, match_btf, &addr);
	assert_true(addr != 0);
	assert_int_equal(fread(expected, 1, sizeof(expected), btf), sizeof(expected));
	for (size_t at = 0; at < sizeof(expected); at += sizeof(found)) {
		assert_int_equal(memory_read(addr + at, found, sizeof(found), memory), 0);
		assert_memory_equal(found, expected + at, sizeof(found));
	}
	memset(found, 'x', sizeof(found));
	assert_int_equal(memory_read(addr + 3, found, 5, memory), 0);
	assert_memory_equal(found, expected + 3, 5);
	assert_int_equal(found[5], 'x');
	memory_close(&memory);
	assert_null(memory);
	memory_close(&memory);
}

static void test_limits(void **state)
{
	char data[MEMORY_READ_MAX + 1];
	struct memory *memory;

	open_memory(&memory);
	assert_int_equal(memory_read(0, data, 0, memory), -EINVAL);
	assert_int_equal(memory_read(0, data, MEMORY_READ_MAX + 1, memory), -EINVAL);
	memory_close(&memory);
}

/* Addresses behind which there is nothing: an answer, and no harm. */
static void test_nothing_there(void **state)
{
	static const uint64_t addresses[] = { 0, 8, 0xdead000000000100, UINT64_MAX - 3 };
	struct memory *memory;
	uint64_t word;

	open_memory(&memory);
	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
		assert_int_equal(memory_read(addresses[i], &word, sizeof(word), memory), -EFAULT);
	memory_close(&memory);
}

static int open_as_nobody(void)
{
	struct memory *memory;

	return memory_open(&memory) == -EPERM ? 0 : 1;
}

static void test_unprivileged(void **state)
{
	assert_int_equal(as_nobody(open_as_nobody), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_nothing_there),
		cmocka_unit_test(test_unprivileged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
