// SPDX-License-Identifier: GPL-2.0
#include "kernel/symbols.h"

#include "helpers.h"

#include <errno.h>
#include <string.h>

/* Writes each symbol as "addr/type/name/module;", and stops with @stop at the name "stop". */
struct listing {
	char text[8192];
	size_t length;
	int stop;
};

static int list_symbol(const struct symbol *symbol, void *arg)
{
	struct listing *listing = arg;

	listing->length +=
		snprintf(listing->text + listing->length, sizeof(listing->text) - listing->length,
			 "%llx/%c/%s/%s;", (unsigned long long)symbol->addr, symbol->type,
			 symbol->name, symbol->module);
	assert_true(listing->length < sizeof(listing->text));
	return strcmp(symbol->name, "stop") ? 0 : listing->stop;
}

static int each_of(const char *text, size_t length,
		   int (*each)(const struct symbol *symbol, void *arg), void *arg)
{
	_cleanup_(close_file) FILE *file = NULL;

	if (!length)
		return 0; /* fmemopen() of nothing is an error before glibc 2.22 */
	file = fmemopen((void *)text, length, "r");
	assert_non_null(file);
	return symbols_each(file, each, arg);
}

static void assert_symbols(const char *text, size_t length, const char *expected)
{
	struct listing listing = {};

	assert_int_equal(each_of(text, length, list_symbol, &listing), 0);
	assert_string_equal(listing.text, expected);
}

#define ASSERT_SYMBOLS(text, expected) assert_symbols(text, sizeof(text) - 1, expected)

static void test_good_lines(void **state)
{
	ASSERT_SYMBOLS("ffffffff81000000 T _stext\n"
		       "0000000000000000 A fixed_percpu_data\n"
		       "ffffffff81a5c3e0 t dev_xdp_install\n",
		       "ffffffff81000000/T/_stext/vmlinux;"
		       "0/A/fixed_percpu_data/vmlinux;"
		       "ffffffff81a5c3e0/t/dev_xdp_install/vmlinux;");
}

static void test_module_lines(void **state)
{
	ASSERT_SYMBOLS("ffffffffc0a1b000 t veth_xdp\t[veth]\n"
		       "ffffffffc0a1c000 d veth_ops\t[veth]\n"
		       "ffffffffc0b00000 t a.b:c$d\t[nf_nat]\n",
		       "ffffffffc0a1b000/t/veth_xdp/veth;"
		       "ffffffffc0a1c000/d/veth_ops/veth;"
		       "ffffffffc0b00000/t/a.b:c$d/nf_nat;");
}

/* A line that does not parse is passed over, and those around it are not. */
static void test_broken_lines(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "\n", "" },
		{ "ffffffff81000000\n", "" },
		{ "ffffffff81000000 \n", "" },
		{ "ffffffff81000000 t\n", "" },
		{ "ffffffff81000000 t \n", "" },
		{ "ffffffff81000000 t \t[veth]\n", "" },
		{ "ffffffff81000000tname\n", "" },
		{ "ffffffff81000000 tt name\n", "" },
		{ "t name\n", "" },
		{ "name\n", "" },
		{ "zzzz t name\n", "" },
		{ "\xff\xfe\x01 \x80\n", "" },
		{ "ffffffff81000000 t name\t\n", "ffffffff81000000/t/name/vmlinux;" },
		{ "ffffffff81000000 t name\t[veth\n", "ffffffff81000000/t/name/veth;" },
		{ "ffffffff81000000 t \xff\x1b[m\n", "ffffffff81000000/t/\xff\x1b[m/vmlinux;" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[256], expected[256];

		snprintf(text, sizeof(text), "1 t before\n%s2 t after\n", rows[i].text);
		snprintf(expected, sizeof(expected), "1/t/before/vmlinux;%s2/t/after/vmlinux;",
			 rows[i].expected);
		assert_symbols(text, strlen(text), expected);
		/* And as the end of the file, without its newline. */
		snprintf(expected, sizeof(expected), "%s", rows[i].expected);
		assert_symbols(rows[i].text, strlen(rows[i].text) - 1, expected);
	}
}

static void test_no_newline_at_the_end(void **state)
{
	ASSERT_SYMBOLS("ffffffffc0a1b000 t veth_xdp\t[veth]", "ffffffffc0a1b000/t/veth_xdp/veth;");
	ASSERT_SYMBOLS("1 t a", "1/t/a/vmlinux;");
	ASSERT_SYMBOLS("1 t a\n2 t", "1/t/a/vmlinux;");
	ASSERT_SYMBOLS("1 t a\t", "1/t/a/vmlinux;");
	ASSERT_SYMBOLS("1 t a\t[", "1/t/a/;");
}

/* What a longer line left in the buffer is not taken for the rest of a shorter one. */
static void test_stale_bytes(void **state)
{
	ASSERT_SYMBOLS("ffffffff81000000 t stale\nffffffff81000000 ",
		       "ffffffff81000000/t/stale/vmlinux;");
	ASSERT_SYMBOLS("ffffffff81000000 t stale\nffffffff81000000 t",
		       "ffffffff81000000/t/stale/vmlinux;");
	ASSERT_SYMBOLS("1 t stale\t[veth]\n1 t a\t", "1/t/stale/veth;1/t/a/vmlinux;");
	ASSERT_SYMBOLS("1 t stale\t[veth]\n1 t fresh\t", "1/t/stale/veth;1/t/fresh/vmlinux;");
}

/* Every cut of a good line, under the sanitizer: nothing is read behind the end. */
static void test_truncated_lines(void **state)
{
	static const char line[] = "ffffffffc0a1b000 t veth_xdp\t[veth]\n";

	for (size_t length = 1; length < sizeof(line); length++) {
		_cleanup_(free_pointer) char *copy = exact_copy(line, length);
		struct listing listing = {};

		assert_int_equal(each_of(copy, length, list_symbol, &listing), 0);
		assert_int_equal(listing.length > 0, length > strlen("ffffffffc0a1b000 t "));
	}
}

static void test_nul_bytes(void **state)
{
	ASSERT_SYMBOLS("\0\0\0\n1 t a\n", "1/t/a/vmlinux;");
	ASSERT_SYMBOLS("1 t a\0b\n2 t b\n", "1/t/a/vmlinux;2/t/b/vmlinux;");
	ASSERT_SYMBOLS("1 t \0\n2 t b\n", "2/t/b/vmlinux;");
	ASSERT_SYMBOLS("1 t\0name\n1\0t name\n2 t b\n", "2/t/b/vmlinux;");
}

static int count_length(const struct symbol *symbol, void *arg)
{
	*(size_t *)arg = strlen(symbol->name);
	return 0;
}

static void test_very_long_name(void **state)
{
	static char text[70000];
	size_t length = 0;
	int head = sprintf(text, "ffffffff81000000 t ");

	memset(text + head, 'x', sizeof(text) - head);
	assert_int_equal(each_of(text, sizeof(text), count_length, &length), 0);
	assert_int_equal(length, sizeof(text) - head);
}

static void test_stop_value_is_returned(void **state)
{
	static const char text[] = "1 t a\n2 t stop\n3 t b\n";

	for (int stop = -2; stop <= 2; stop++) {
		struct listing listing = { .stop = stop };

		assert_int_equal(each_of(text, strlen(text), list_symbol, &listing), stop);
		assert_string_equal(listing.text,
				    stop ? "1/t/a/vmlinux;2/t/stop/vmlinux;"
					 : "1/t/a/vmlinux;2/t/stop/vmlinux;3/t/b/vmlinux;");
	}
}

static void test_read_error(void **state)
{
	FILE *file = fopen("/", "r"); /* EISDIR when it is read */
	struct listing listing = {};

	assert_non_null(file);
	assert_int_equal(symbols_each(file, list_symbol, &listing), -EIO);
	fclose(file);
}

static int add_module_symbol(const struct symbol *symbol, void *arg)
{
	return modules_add(arg, symbol);
}

static void modules_of(const char *text, struct modules *ret)
{
	*ret = (struct modules){};
	assert_int_equal(each_of(text, strlen(text), add_module_symbol, ret), 0);
}

static void test_modules_have_text_ranges(void **state)
{
	struct modules modules;

	/* Out of order, as symbol tables are; data lies on both sides and is not counted. */
	modules_of("1000 T _stext\n"
		   "5000 t veth_b\t[veth]\n"
		   "3000 d veth_data\t[veth]\n"
		   "4000 T veth_a\t[veth]\n"
		   "4800 W veth_weak\t[veth]\n"
		   "9000 b veth_bss\t[veth]\n"
		   "9000 t tun_only\t[tun]\n"
		   "a000 r only_data\t[datamod]\n",
		   &modules);
	assert_int_equal(modules.count, 3);
	assert_string_equal(modules.list[0].name, "veth");
	assert_int_equal(modules.list[0].text_start, 0x4000);
	assert_int_equal(modules.list[0].text_last, 0x5000);
	assert_string_equal(modules.list[1].name, "tun");
	assert_int_equal(modules.list[1].text_start, 0x9000);
	assert_int_equal(modules.list[1].text_last, 0x9000);
	assert_string_equal(modules.list[2].name, "datamod");
	assert_int_equal(modules.list[2].text_start, 0);
	assert_int_equal(modules.list[2].text_last, 0);
	modules_release(&modules);
	assert_null(modules.list);
	assert_int_equal(modules.count, 0);
	modules_release(&modules);
}

static void test_made_up_modules_are_skipped(void **state)
{
	struct modules modules;

	modules_of("1000 t f\t[veth]\n"
		   "5000 t ftrace_trampoline\t[__builtin__ftrace]\n"
		   "6000 t kprobe_insn_page\t[__builtin__kprobes]\n"
		   "7000 t bpf_prog_6deef7357e7b4530\t[bpf]\n"
		   "8000 t real\t[bpfilter]\n",
		   &modules);
	assert_int_equal(modules.count, 2);
	assert_string_equal(modules.list[0].name, "veth");
	assert_string_equal(modules.list[1].name, "bpfilter");
	modules_release(&modules);
}

static void test_hidden_addresses_give_no_range(void **state)
{
	struct modules modules;

	modules_of("0 t a\t[veth]\n0 t b\t[veth]\n", &modules);
	assert_int_equal(modules.count, 1);
	assert_int_equal(modules.list[0].text_start, 0);
	assert_null(modules_find(&modules, 0));
	modules_release(&modules);
}

static void test_modules_find(void **state)
{
	struct modules modules = {};

	assert_null(modules_find(&modules, 0));
	assert_null(modules_find(&modules, 0x1000));
	modules_of("4000 t a\t[veth]\n5000 t b\t[veth]\n7000 t c\t[tun]\n"
		   "8000 d d\t[datamod]\n",
		   &modules);
	assert_null(modules_find(&modules, 0));
	assert_null(modules_find(&modules, 0x3fff));
	assert_string_equal(modules_find(&modules, 0x4000)->name, "veth");
	assert_string_equal(modules_find(&modules, 0x4abc)->name, "veth");
	assert_string_equal(modules_find(&modules, 0x5000)->name, "veth");
	assert_null(modules_find(&modules, 0x5001));
	assert_null(modules_find(&modules, 0x6fff));
	assert_string_equal(modules_find(&modules, 0x7000)->name, "tun");
	assert_null(modules_find(&modules, 0x7001));
	assert_null(modules_find(&modules, 0x8000));
	assert_null(modules_find(&modules, UINT64_MAX));
	modules_release(&modules);
}

static void test_names_of_addresses(void **state)
{
	static const struct {
		const char *text, *name, *module;
	} good[] = {
		{ "veth_xdp+0x0/0x1f0 [veth]", "veth_xdp", "veth" },
		{ "dev_xdp_attach+0x0/0x4d0", "dev_xdp_attach", "vmlinux" },
		{ "x+0x0/0x10 [m 0123456789abcdef]", "x", "m" }, /* with a build ID */
	};
	static const char *const bad[] = {
		"veth_xdp+0x1/0x1f0 [veth]", /* inside of it */
		"veth_xdp+0x00/0x1f0 [veth]",
		"veth_xdp [veth]",
		"0xffffffffc0a1b000",
		"+0x0/0x10",
		"",
		"x+0x0/0x10 []",
	};
	struct symbol_name found = { "before", "it" };
	char text[300];

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(symbol_name_parse(good[i].text, &found), 0);
		assert_string_equal(found.name, good[i].name);
		assert_string_equal(found.module, good[i].module);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(symbol_name_parse(bad[i], &found), -ENOENT);
	snprintf(text, sizeof(text), "%0*d+0x0/0x10", FUNCTION_NAME_SIZE - 1, 7);
	assert_int_equal(symbol_name_parse(text, &found), 0);
	assert_int_equal(strlen(found.name), FUNCTION_NAME_SIZE - 1);
	snprintf(text, sizeof(text), "%0*d+0x0/0x10", FUNCTION_NAME_SIZE, 7);
	assert_int_equal(symbol_name_parse(text, &found), -ENOENT);
}

static void test_modules_are_read(void **state)
{
	char text[] = "veth 40960 0 - Live 0xffffffffc0a1b000\n"
		      "bonding 200704 1 veth,tun, Loading 0x0000000000000000 (OE)\n"
		      "\n";
	_cleanup_(close_file) FILE *file = fmemopen(text, sizeof(text) - 1, "r");
	struct modules modules;

	assert_int_equal(modules_read(file, &modules), 0);
	assert_int_equal(modules.count, 2);
	assert_string_equal(modules.list[0].name, "veth");
	assert_string_equal(modules.list[1].name, "bonding");
	assert_null(modules_find(&modules, 0xffffffffc0a1b000)); /* it would be wrong since 6.4 */
	modules_release(&modules);
}

/* kallsyms gives names of up to 64 bytes less a word, but nothing here relies on it. */
static void test_long_module_name_is_cut(void **state)
{
	struct modules modules;
	char text[256];

	snprintf(text, sizeof(text), "1 t a\t[%.*s]\n", 100,
		 "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm");
	modules_of(text, &modules);
	assert_int_equal(modules.count, 1);
	assert_int_equal(strlen(modules.list[0].name), MODULE_NAME_SIZE - 1);
	modules_release(&modules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_lines),
		cmocka_unit_test(test_module_lines),
		cmocka_unit_test(test_broken_lines),
		cmocka_unit_test(test_no_newline_at_the_end),
		cmocka_unit_test(test_stale_bytes),
		cmocka_unit_test(test_truncated_lines),
		cmocka_unit_test(test_nul_bytes),
		cmocka_unit_test(test_very_long_name),
		cmocka_unit_test(test_stop_value_is_returned),
		cmocka_unit_test(test_read_error),
		cmocka_unit_test(test_modules_have_text_ranges),
		cmocka_unit_test(test_made_up_modules_are_skipped),
		cmocka_unit_test(test_hidden_addresses_give_no_range),
		cmocka_unit_test(test_modules_find),
		cmocka_unit_test(test_names_of_addresses),
		cmocka_unit_test(test_modules_are_read),
		cmocka_unit_test(test_long_module_name_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
