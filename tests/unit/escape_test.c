// SPDX-License-Identifier: GPL-2.0
#include "util/escape.h"

#include "helpers.h"

#include <string.h>

/* Escapes bytes that have nothing after them into room that has nothing after it. */
static char *escape_exact(const char *text, size_t length)
{
	_cleanup_(free_pointer) char *from = length ? exact_copy(text, length) : strdup("");
	char *to = malloc(ESCAPE_SIZE(length));
	size_t ret;

	assert_non_null(to);
	ret = escape_bytes(to, from, length);
	assert_int_equal(ret, strlen(to));
	assert_true(ret < ESCAPE_SIZE(length));
	return to;
}

static void assert_escaped(const char *text, size_t length, const char *expected)
{
	_cleanup_(free_pointer) char *to = escape_exact(text, length);

	assert_string_equal(to, expected);
}

static void test_ascii_is_unchanged(void **state)
{
	for (int c = 0x20; c < 0x7f; c++) {
		char text[2] = { c };

		if (c != '\\')
			assert_escaped(text, 1, text);
	}
	assert_escaped("eth0 \"quoted\" /a=b", 18, "eth0 \"quoted\" /a=b");
	assert_escaped("", 0, "");
}

static void test_controls_and_backslash(void **state)
{
	assert_escaped("\\", 1, "\\x5c");
	assert_escaped("\033[31mred", 8, "\\x1b[31mred");
	assert_escaped("a\nb\r\t", 5, "a\\x0ab\\x0d\\x09");
	assert_escaped("\x7f", 1, "\\x7f");
	/* What looks escaped is not taken for it: the rule can be undone. */
	assert_escaped("\\x41", 4, "\\x5cx41");
	for (int c = 1; c < 0x20; c++) {
		char text[2] = { c }, expected[8];

		snprintf(expected, sizeof(expected), "\\x%02x", c);
		assert_escaped(text, 1, expected);
	}
}

static void test_c1_controls(void **state)
{
	for (int c = 0x80; c < 0xa0; c++) {
		char text[3] = { '\xc2', c }, expected[16];

		snprintf(expected, sizeof(expected), "\\xc2\\x%02x", c);
		assert_escaped(text, 2, expected);
	}
	assert_escaped("\xc2\xa0", 2, "\xc2\xa0"); /* the first that is none: U+00A0 */
}

static void test_utf8_is_kept(void **state)
{
	static const char *const texts[] = {
		"\xc3\xa9",         /* U+00E9 */
		"\xdf\xbf",         /* U+07FF */
		"\xe0\xa0\x80",     /* U+0800 */
		"\xe2\x82\xac",     /* U+20AC */
		"\xed\x9f\xbf",     /* U+D7FF, before the surrogates */
		"\xee\x80\x80",     /* U+E000, after them */
		"\xef\xbf\xbd",     /* U+FFFD */
		"\xf0\x90\x80\x80", /* U+10000 */
		"\xf0\x9f\x90\x9d", /* U+1F41D */
		"\xf4\x8f\xbf\xbf", /* U+10FFFF */
		"a\xc3\xa9z\xf0\x9f\x90\x9d.",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_escaped(texts[i], strlen(texts[i]), texts[i]);
}

static void test_invalid_utf8(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		/* Overlong forms of '/', U+007F, U+07FF and U+FFFF. */
		{ "\xc0\xaf", "\\xc0\\xaf" },
		{ "\xc1\xbf", "\\xc1\\xbf" },
		{ "\xe0\x80\xaf", "\\xe0\\x80\\xaf" },
		{ "\xe0\x9f\xbf", "\\xe0\\x9f\\xbf" },
		{ "\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf" },
		{ "\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf" },
		/* Surrogates, the first, the last, and a pair. */
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },
		{ "\xed\xbf\xbf", "\\xed\\xbf\\xbf" },
		{ "\xed\xa0\xbd\xed\xb0\x9d", "\\xed\\xa0\\xbd\\xed\\xb0\\x9d" },
		/* They would turn the direction of the text after them; their neighbours do not. */
		{ "a\xe2\x80\xae"
		  "b",
		  "a\\xe2\\x80\\xaeb" },
		{ "\xe2\x80\x8f\xe2\x80\x90", "\\xe2\\x80\\x8f\xe2\x80\x90" },
		{ "\xe2\x81\xa6\xe2\x81\xa5", "\\xe2\\x81\\xa6\xe2\x81\xa5" },
		/* Beyond U+10FFFF. */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
		{ "\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80" },
		{ "\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80" },
		{ "\xfe\xff", "\\xfe\\xff" },
		/* A continuation byte alone, and a sequence that is broken off in the middle. */
		{ "\x80", "\\x80" },
		{ "\xbf"
		  "a",
		  "\\xbfa" },
		{ "\xe2\x82z", "\\xe2\\x82z" },
		{ "\xe2\xc3\xa9", "\\xe2\xc3\xa9" },
		{ "\xf0\x9f\x90z", "\\xf0\\x9f\\x90z" },
		{ "\xf0\x9f\x90\xc3\xa9", "\\xf0\\x9f\\x90\xc3\xa9" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_escaped(rows[i].text, strlen(rows[i].text), rows[i].expected);
}

/* Cut short by the length, and by the NUL of a longer array. */
static void test_truncated_utf8(void **state)
{
	static const char *const texts[] = { "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\x9d" };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		for (size_t length = 1; length < strlen(texts[i]); length++) {
			char expected[32] = "", bytes[16] = {};

			for (size_t k = 0; k < length; k++)
				sprintf(expected + 4 * k, "\\x%02x", (uint8_t)texts[i][k]);
			assert_escaped(texts[i], length, expected);
			memcpy(bytes, texts[i], length);
			assert_escaped(bytes, sizeof(bytes), expected);
		}
	}
}

static void test_length_and_nul(void **state)
{
	assert_escaped("abcdef", 3, "abc"); /* no NUL within the length: exact_copy() has none */
	assert_escaped("ab\0cd", 5, "ab");
	assert_escaped("\0\xff", 2, "");
}

static void test_size_bound_is_reached(void **state)
{
	char text[256], expected[ESCAPE_SIZE(sizeof(text))];

	memset(text, 0xff, sizeof(text));
	for (size_t i = 0; i < sizeof(text); i++)
		sprintf(expected + 4 * i, "\\xff");
	assert_escaped(text, sizeof(text), expected);
	for (int c = 1; c < 256; c++) {
		char *to;

		memset(text, c, sizeof(text));
		to = escape_exact(text, sizeof(text)); /* the sanitizer watches the bound */
		assert_true(is_printable_utf8(to, strlen(to)));
		free(to);
	}
}

static void check_result(const char *text, size_t length)
{
	_cleanup_(free_pointer) char *to = escape_exact(text, length);
	size_t from = 0;

	assert_true(is_printable_utf8(to, strlen(to)));
	/* Undoing it gives the bytes up to their NUL. */
	for (const char *at = to; *at; from++) {
		unsigned int byte = (uint8_t)*at;

		if (*at == '\\') {
			assert_int_equal(sscanf(at, "\\x%2x", &byte), 1);
			at += 3;
		}
		at++;
		assert_int_equal(byte, (uint8_t)text[from]);
	}
	assert_int_equal(from, strnlen(text, length));
}

static void test_all_short_strings(void **state)
{
	for (int first = 0; first < 256; first++) {
		char text[2] = { first };

		check_result(text, 1);
		for (int second = 0; second < 256; second++) {
			text[1] = second;
			check_result(text, 2);
		}
	}
}

static void test_random_strings(void **state)
{
	/* Bytes at the edges of the forms of UTF-8 are as frequent as all others together. */
	static const uint8_t edges[] = { 0x20, 0x7e, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
					 0xc0, 0xc1, 0xc2, 0xc3, 0xdf, 0xe0, 0xe1, 0xec, 0xed,
					 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff, '\\' };
	uint64_t chance = 0x9e3779b97f4a7c15;

	for (int round = 0; round < 50000; round++) {
		char text[12];
		size_t length = random_next(&chance) % (sizeof(text) + 1);

		for (size_t i = 0; i < length; i++) {
			uint32_t n = random_next(&chance);

			text[i] = n & 1 ? edges[(n >> 1) % ARRAY_SIZE(edges)] : n >> 8;
		}
		check_result(text, length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ascii_is_unchanged),
		cmocka_unit_test(test_controls_and_backslash),
		cmocka_unit_test(test_c1_controls),
		cmocka_unit_test(test_utf8_is_kept),
		cmocka_unit_test(test_invalid_utf8),
		cmocka_unit_test(test_truncated_utf8),
		cmocka_unit_test(test_length_and_nul),
		cmocka_unit_test(test_size_bound_is_reached),
		cmocka_unit_test(test_all_short_strings),
		cmocka_unit_test(test_random_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
