// SPDX-License-Identifier: GPL-2.0
#include "util/parse.h"

#include "helpers.h"

#include <errno.h>

#define UNTOUCHED 0x5ca1ab1e

static void test_number_accepts(void **state)
{
	static const struct {
		const char *text;
		uint64_t min, max, value;
	} rows[] = {
		{ "0", 0, UINT64_MAX, 0 },
		{ "7", 0, UINT64_MAX, 7 },
		{ "007", 0, UINT64_MAX, 7 },
		{ "18446744073709551615", 0, UINT64_MAX, UINT64_MAX },
		{ "5", 5, 5, 5 },
		{ "5", 5, 9, 5 },
		{ "9", 5, 9, 9 },
		{ "4294967295", 0, UINT32_MAX, UINT32_MAX },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t value = UNTOUCHED;

		assert_int_equal(parse_number(rows[i].text, rows[i].min, rows[i].max, &value), 0);
		assert_int_equal(value, rows[i].value);
	}
}

static void test_number_rejects_what_is_none(void **state)
{
	static const char *const texts[] = {
		"",    " ",   "12abc", "abc",      "-1",  "+1",
		" 1",  "1 ",  "0x10",  "1.0",      "1\n", "-0",
		"\t1", "1e3", "1,000", "\xd9\xa1", "١٢",  "18446744073709551616x",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		uint64_t value = UNTOUCHED;

		assert_int_equal(parse_number(texts[i], 0, UINT64_MAX, &value), -EINVAL);
		assert_int_equal(value, UNTOUCHED);
	}
}

static void test_number_rejects_what_is_outside(void **state)
{
	static const struct {
		const char *text;
		uint64_t min, max;
	} rows[] = {
		{ "18446744073709551616", 0, UINT64_MAX }, /* carries in the addition */
		{ "18446744073709551620", 0, UINT64_MAX }, /* and in the multiplication */
		{ "99999999999999999999999999999999", 0, UINT64_MAX },
		{ "4294967296", 0, UINT32_MAX },
		{ "4", 5, 9 },
		{ "10", 5, 9 },
		{ "0", 1, UINT64_MAX },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t value = UNTOUCHED;

		assert_int_equal(parse_number(rows[i].text, rows[i].min, rows[i].max, &value),
				 -ERANGE);
		assert_int_equal(value, UNTOUCHED);
	}
}

static void test_seconds_accepts(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} rows[] = {
		{ "1", 1000000000 },
		{ "1.5", 1500000000 },
		{ "1.0", 1000000000 },
		{ "1.05", 1050000000 },
		{ "0.1", 100000000 },
		{ "0.000000001", 1 },
		{ "0.123456789", 123456789 },
		{ "0.12345678", 123456780 },
		{ "0.999999999", 999999999 },
		{ "00.5", 500000000 },
		{ "3600", 3600000000000 },
		{ "2147483647", 2147483647000000000 },
		{ "2147483647.999999999", 2147483647999999999 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t ns = UNTOUCHED;

		assert_int_equal(parse_seconds(rows[i].text, &ns), 0);
		assert_int_equal(ns, rows[i].ns);
	}
}

static void test_seconds_rejects_what_is_none(void **state)
{
	static const char *const texts[] = {
		"",     ".",   ".5",  "1.",  "1.1234567890", "1.0000000000", "1.5.", "1..5",
		"1,5",  "-1",  "+1",  " 1",  "1 ",           "1.5s",         "1s",   "1. 5",
		"1.-5", "0x1", "1e3", "inf", "nan",          "1.5 ",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		uint64_t ns = UNTOUCHED;

		assert_int_equal(parse_seconds(texts[i], &ns), -EINVAL);
		assert_int_equal(ns, UNTOUCHED);
	}
}

static void test_seconds_rejects_what_is_outside(void **state)
{
	static const char *const texts[] = {
		"0",          "0.0",        "0.000000000",          "00",
		"2147483648", "4294967296", "18446744073709551616", "99999999999999999999999.5",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		uint64_t ns = UNTOUCHED;

		assert_int_equal(parse_seconds(texts[i], &ns), -ERANGE);
		assert_int_equal(ns, UNTOUCHED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number_accepts),
		cmocka_unit_test(test_number_rejects_what_is_none),
		cmocka_unit_test(test_number_rejects_what_is_outside),
		cmocka_unit_test(test_seconds_accepts),
		cmocka_unit_test(test_seconds_rejects_what_is_none),
		cmocka_unit_test(test_seconds_rejects_what_is_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
