// SPDX-License-Identifier: GPL-2.0
#include "kernel/symboltable.h"

#include "helpers.h"

#include <string.h>

static void add(struct symbol_table *table, uint64_t addr, char type, const char *name,
		const char *module)
{
	struct symbol symbol = { addr, type, name, module };

	assert_int_equal(symbol_table_add(table, &symbol), 0);
}

static void test_empty(void **state)
{
	struct symbol_table table = {};

	symbol_table_sort(&table);
	assert_null(symbol_table_function(&table, 0));
	assert_null(symbol_table_function(&table, UINT64_MAX));
	symbol_table_release(&table);
}

static void test_function(void **state)
{
	struct symbol_table table = {};
	const struct symbol_entry *entry;

	add(&table, 0x300, 't', "last", "b");
	add(&table, 0x100, 'r', "data", "a");
	add(&table, 0x100, 'T', "first_name", "a");
	add(&table, 0x100, 't', "other_name", "a");
	add(&table, 0x200, 'd', "only_data", "a");
	symbol_table_sort(&table);
	entry = symbol_table_function(&table, 0x100);
	assert_string_equal(symbol_table_name(&table, entry), "first_name");
	assert_string_equal(symbol_table_module(&table, entry), "a");
	entry = symbol_table_function(&table, 0x300);
	assert_string_equal(symbol_table_module(&table, entry), "b");
	assert_null(symbol_table_function(&table, 0x200));
	assert_null(symbol_table_function(&table, 0x101));
	assert_null(symbol_table_function(&table, 0xff));
	assert_null(symbol_table_function(&table, 0x301));
	symbol_table_release(&table);
	assert_null(table.list);
}

/* What an address lies in: text only, and the first name at its place. */
static void test_around(void **state)
{
	struct symbol_table table = {};

	assert_null(symbol_table_around(&table, 5));
	add(&table, 0x300, 't', "last", "b");
	add(&table, 0x180, 'd', "data", "a");
	add(&table, 0x100, 'T', "first_name", "a");
	add(&table, 0x100, 't', "other_name", "a");
	symbol_table_sort(&table);
	assert_null(symbol_table_around(&table, 0));
	assert_null(symbol_table_around(&table, 0xff));
	assert_string_equal(symbol_table_name(&table, symbol_table_around(&table, 0x100)),
			    "first_name");
	assert_string_equal(symbol_table_name(&table, symbol_table_around(&table, 0x2ff)),
			    "first_name");
	assert_string_equal(symbol_table_name(&table, symbol_table_around(&table, 0x300)), "last");
	assert_string_equal(symbol_table_name(&table, symbol_table_around(&table, UINT64_MAX)),
			    "last");
	assert_int_equal(symbol_table_next(&table, symbol_table_around(&table, 0x100))->addr,
			 0x180);
	assert_null(symbol_table_next(&table, symbol_table_around(&table, 0x300)));
	symbol_table_release(&table);
}

/* The machine's own, where it shows addresses: a function of ours can be asked for. */
static void test_read(void **state)
{
	struct symbol_table table = {};
	size_t before;

	add(&table, 0x100, 'T', "old", "a");
	symbol_table_sort(&table);
	assert_int_equal(symbol_table_read(&table), 0);
	before = table.count;
	for (size_t i = 0; i < table.count; i++) {
		assert_true(table.list[i].addr);
		assert_true(symbol_type_is_text(table.list[i].type));
		assert_true(!i || table.list[i - 1].addr <= table.list[i].addr);
	}
	assert_int_equal(symbol_table_read(&table), 0);
	assert_true(before == 0 || table.count > before / 2);
	symbol_table_release(&table);
}

static void test_room(void **state)
{
	struct symbol_table table = {};

	add(&table, 0x180, 'd', "c", "m");
	add(&table, 0x100, 'd', "a", "m");
	add(&table, 0x100, 'd', "b", "m");
	symbol_table_sort(&table);
	assert_int_equal(symbol_table_room(&table, &table.list[0]), 0x80);
	assert_int_equal(symbol_table_room(&table, &table.list[1]), 0x80);
	assert_int_equal(symbol_table_room(&table, &table.list[2]), 0);
	symbol_table_release(&table);
}

/* Through many growths nothing is lost. */
static void test_many(void **state)
{
	struct symbol_table table = {};
	char name[32], module[32];

	for (int i = 5000; i-- > 0;) {
		snprintf(name, sizeof(name), "function_%d", i);
		snprintf(module, sizeof(module), "module_%d", i / 100);
		add(&table, 0x1000 + 16 * i, 't', name, module);
	}
	symbol_table_sort(&table);
	assert_int_equal(table.count, 5000);
	for (int i = 0; i < 5000; i++) {
		const struct symbol_entry *entry = symbol_table_function(&table, 0x1000 + 16 * i);

		assert_non_null(entry);
		snprintf(name, sizeof(name), "function_%d", i);
		snprintf(module, sizeof(module), "module_%d", i / 100);
		assert_string_equal(symbol_table_name(&table, entry), name);
		assert_string_equal(symbol_table_module(&table, entry), module);
	}
	symbol_table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),  cmocka_unit_test(test_function),
		cmocka_unit_test(test_around), cmocka_unit_test(test_read),
		cmocka_unit_test(test_room),   cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
