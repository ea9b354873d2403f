// SPDX-License-Identifier: GPL-2.0
/* Asks this machine's kernel for its symbols: they are in a file, too. */
#include "kernel/lookup.h"

#include "helpers.h"

#include <errno.h>
#include <string.h>

static void open_lookup(struct lookup **ret)
{
	int err = lookup_open(ret);

	if (err) {
		print_message("reason: this kernel can not look up symbols: %s\n", strerror(-err));
		skip();
	}
}

static int match_name(const struct symbol *symbol, void *arg)
{
	struct lookup_name *name = arg;

	if (strcmp(symbol->name, name->name) != 0)
		return 0;
	name->addr = symbol->addr;
	return 1;
}

/* As many as take the kernel two runs, of which one is not there. */
static void test_names(void **state)
{
	_cleanup_(close_file) FILE *file = fopen("/proc/kallsyms", "re");
	struct lookup_name name = { MODULE_VMLINUX, "dev_xdp_attach" }, names[40];
	struct lookup *lookup;

	open_lookup(&lookup);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		names[i] = name;
	names[20].name = "no_such_function_anywhere";
	symbols_each(file, match_name, &name);
	assert_true(name.addr != 0);
	assert_int_equal(lookup_names(names, ARRAY_SIZE(names), lookup), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(names[i].addr, i == 20 ? 0 : name.addr);
	lookup_close(&lookup);
	assert_null(lookup);
	lookup_close(&lookup);
}

static void test_limits(void **state)
{
	struct lookup_name common = { MODULE_VMLINUX, "s_next" };
	struct lookup_name none = { "no_such_module", "dev_xdp_attach" };
	struct lookup_name long_name = { MODULE_VMLINUX, NULL };
	char text[200];
	struct lookup *lookup;

	open_lookup(&lookup);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	long_name.name = text;
	assert_int_equal(lookup_names(&common, 1, lookup), -ENOTUNIQ);
	assert_int_equal(lookup_names(&none, 1, lookup), 0);
	assert_int_equal(none.addr, 0);
	assert_int_equal(lookup_names(&long_name, 1, lookup), -ENAMETOOLONG);
	lookup_close(&lookup);
}

static void test_addresses(void **state)
{
	struct lookup_name name = { MODULE_VMLINUX, "dev_xdp_attach" };
	struct symbol_name found;
	struct lookup *lookup;

	open_lookup(&lookup);
	assert_int_equal(lookup_names(&name, 1, lookup), 0);
	assert_int_equal(lookup_address(name.addr, &found, lookup), 0);
	assert_string_equal(found.name, "dev_xdp_attach");
	assert_string_equal(found.module, MODULE_VMLINUX);
	assert_int_equal(lookup_address(name.addr + 1, &found, lookup), -ENOENT);
	assert_int_equal(lookup_address(8, &found, lookup), -ENOENT);
	assert_int_equal(lookup_address(0, &found, lookup), -ENOENT);
	lookup_close(&lookup);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
