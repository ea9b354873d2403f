// SPDX-License-Identifier: GPL-2.0
#include "event/flags.h"

#include "helpers.h"

#include <string.h>

struct row {
	uint32_t flags;
	const char *text;
};

static void check(void (*format)(char buffer[FLAGS_SIZE], uint32_t flags), const struct row *rows,
		  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char buffer[FLAGS_SIZE];

		memset(buffer, 'x', sizeof(buffer));
		format(buffer, rows[i].flags);
		assert_string_equal(buffer, rows[i].text);
	}
}

static void test_prog(void **state)
{
	static const struct row rows[] = {
		{ 0, "" },
		{ 1, "update_if_noexist" },
		{ 2, "skb_mode" },
		{ 4, "drv_mode" },
		{ 8, "hw_mode" },
		{ 16, "replace" },
		{ 6, "skb_mode|drv_mode" },
		{ 0x100, "0x100" },
		{ 0x104, "drv_mode|0x100" },
		{ 0xffffffff, "update_if_noexist|skb_mode|drv_mode|hw_mode|replace|0xffffffe0" },
	};

	check(flags_format_prog, rows, ARRAY_SIZE(rows));
}

static void test_pool(void **state)
{
	static const struct row rows[] = {
		{ 0, "" },
		{ 1, "shared_umem" },
		{ 2, "copy" },
		{ 4, "zerocopy" },
		{ 8, "use_need_wakeup" },
		{ 16, "use_sg" },
		{ 10, "copy|use_need_wakeup" },
		{ 0xffff, "shared_umem|copy|zerocopy|use_need_wakeup|use_sg|0xffe0" },
	};

	check(flags_format_pool, rows, ARRAY_SIZE(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prog),
		cmocka_unit_test(test_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
