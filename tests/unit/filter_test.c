// SPDX-License-Identifier: GPL-2.0
/* Expressions: what they mean, how they are printed, and where a mistake is seen. */
#include "filter/filter.h"

#include "helpers.h"

#include <errno.h>
#include <string.h>

static struct filter *parse(const char *text)
{
	struct filter_error error = {};
	struct filter *filter = NULL;

	if (filter_parse(text, &filter, &error))
		fail_msg("%s: column %zu: %s", text, error.column, error.message);
	assert_non_null(filter);
	return filter;
}

/* To be freed. */
static char *print(const struct filter *filter)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	filter_print(filter, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void assert_matches(const char *text, const struct event *event, bool expected)
{
	struct filter *filter = parse(text);

	if (filter_matches(filter, event) != expected)
		fail_msg("%s is not %s", text, expected ? "true" : "false");
	filter_free(filter);
}

/* Of the complete event: tests/unit/helpers.c. */
static void test_true(void **state)
{
	static const char *const rows[] = {
		"action == \"replace\"",
		"action != \"install\"",
		"action =~ \"re*\"",
		"action !~ \"pool-*\"",
		"result == \"error\"",
		"errno == -17",
		"errno < 0 && errno >= -17 && errno <= -17",
		"error == \"EEXIST\"",
		"error =~ \"E?XIST\"",
		"dev.ifindex == 2",
		"dev.ifindex == 0x2",
		"dev.ifindex < 3 && dev.ifindex > 1 && dev.ifindex != 3",
		"dev.netns == 4026531840",
		"dev.netns == 0xF0000000",
		"dev.ifname == \"ens33\"",
		"dev.ifname == \"\\x65ns33\"",
		"dev.ifname =~ \"ens[0-9]*\"",
		"dev.ifname =~ \"en\\\\s33\"",
		"dev.ifname !~ \"eth*\"",
		"took_ns > 1000000",
		"took_ns < 9223372036854775807",
		"xsk.queue == 0",
		"xsk.queue",
		"calls",
		"time",
		"prog.components == 452",
		"reason_source == \"tracepoint\"",
		"warnings == \"Program is old\"",
		"warnings =~ \"*7 > 3\"",
		"prog.components == \"other\"",
		"prog.components =~ \"fir*\"",
		"prog.components != \"first\"", /* the other one is not */
		"!(old_prog.components != \"first\")",
		"prog.maps == 7 && prog.maps == 9 && prog.maps > 8 && prog.maps < 8 && prog.maps "
		"!= 7",
		"prog.flags == \"dev-bound\" && prog.flags =~ \"fr*\" && prog.flags !~ \"fr*\"",
		"!dev.ifindex == 3",
		"!!dev.ifindex",
		"action == \"remove\" || dev.ifindex == 2 && task.pid == 100",
		"dev.ifindex == 2 && task.pid == 100 || action == \"remove\"",
		"(action == \"remove\" || dev.ifindex == 2) && task.pid == 100",
		" \t\n dev.ifindex\n==\t2 ",
		"dev.ifindex==2&&!(task.pid==1)",
	};
	struct event event;

	complete_event(&event);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_matches(rows[i], &event, true);
}

static void test_false(void **state)
{
	static const char *const rows[] = {
		"action == \"remove\"",
		"action != \"replace\"",
		"action !~ \"*\"",
		"errno == 17",
		"errno > -17",
		"errno < -17",
		"error == \"eexist\"",
		"dev.ifname == \"ens3\"",
		"dev.ifname == \"ens333\"",
		"dev.ifname =~ \"ens\"",
		"dev.ifname =~ \"ENS*\"",
		"dev.ifname == \"ens*\"",
		"xsk.queue != 0",
		"prog.components == 450",
		"reason_source == \"log\"",
		"warnings == \"7 > 3\"",
		"prog.maps == 8",
		"old_prog.maps != 5",
		"old_prog.maps > 5",
		"prog.flags == \"offloaded\"",
		"old_prog.flags !~ \"f*\"",
		"old_prog.components == \"other\"",
		"prog.components !~ \"*\"",
		"!dev.ifindex",
		"action == \"remove\" || dev.ifindex == 2 && task.pid == 101",
		"(dev.ifindex == 2 || action == \"remove\") && task.pid == 101",
	};
	struct event event;

	complete_event(&event);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_matches(rows[i], &event, false);
}

/* Whatever a field that is absent is compared with, and however, that is false. */
static void test_absent_fields(void **state)
{
	static const struct event nothing = {};

	for (size_t i = 0; i < fields_count; i++) {
		static const char *const ops[] = { "==", "!=", "<", "<=", ">", ">=", "=~", "!~" };
		const char *path = fields[i].path;

		if (fields[i].type == FIELD_CALLS || fields[i].type == FIELD_STACK)
			continue;
		assert_matches(path, &nothing, false);
		for (size_t k = 0; k < ARRAY_SIZE(ops); k++) {
			static const char *const values[] = { "0", "1", "\"*\"", "\"\"" };

			for (size_t n = 0; n < ARRAY_SIZE(values); n++) {
				struct filter *filter;
				struct filter_error error;
				char text[256];

				snprintf(text, sizeof(text), "%s %s %s", path, ops[k], values[n]);
				if (filter_parse(text, &filter, &error))
					continue; /* no comparison for it */
				assert_false(filter_matches(filter, &nothing));
				filter_free(filter);
				snprintf(text, sizeof(text), "!%s %s %s", path, ops[k], values[n]);
				assert_matches(text, &nothing, true);
			}
		}
	}
	assert_true(filter_matches(NULL, &nothing));
}

/* Every path can be named, and compared with a number, a text, or nothing at all. */
static void test_every_field(void **state)
{
	size_t numbers = 0, texts = 0;

	for (size_t i = 0; i < fields_count; i++) {
		struct filter *filter = NULL;
		struct filter_error error;
		char text[256];
		bool number, word;

		filter_free(parse(fields[i].path));
		snprintf(text, sizeof(text), "%s == 7", fields[i].path);
		number = !filter_parse(text, &filter, &error);
		filter_free(filter);
		filter = NULL;
		snprintf(text, sizeof(text), "%s =~ \"*\"", fields[i].path);
		word = !filter_parse(text, &filter, &error);
		filter_free(filter);
		numbers += number;
		texts += word;
		assert_true(number || word || fields[i].type == FIELD_TIME ||
			    fields[i].type == FIELD_CALLS || fields[i].type == FIELD_STACK);
	}
	assert_true(numbers > 10 && texts > 10);
}

/* Any byte but NUL, as it is or escaped. */
static void test_hostile_texts(void **state)
{
	struct event event;

	complete_event(&event);
	for (int byte = 1; byte < 256; byte++) {
		char text[64];

		snprintf(event.dev.name, sizeof(event.dev.name), "a%cb", byte);
		snprintf(text, sizeof(text), "dev.ifname == \"a\\x%02Xb\"", byte);
		assert_matches(text, &event, true);
		snprintf(text, sizeof(text), "dev.ifname =~ \"a?b\"");
		assert_matches(text, &event, true);
		if (byte == '"' || byte == '\\')
			snprintf(text, sizeof(text), "dev.ifname == \"a\\%cb\"", byte);
		else
			snprintf(text, sizeof(text), "dev.ifname == \"a%cb\"", byte);
		assert_matches(text, &event, true);
	}
}

static void test_printed(void **state)
{
	static const char *const rows[][2] = {
		{ "dev.ifindex==0x10", "dev.ifindex == 16" },
		{ "errno==-0x11", "errno == -17" },
		{ "((dev.ifindex))", "dev.ifindex" },
		{ "!dev.ifindex==1", "!(dev.ifindex == 1)" },
		{ "! ! dev.ifindex", "!!dev.ifindex" },
		{ "!(dev.ifindex&&link.id)", "!(dev.ifindex && link.id)" },
		{ "calls||time&&link.id", "calls || time && link.id" },
		{ "(calls||time)&&link.id", "(calls || time) && link.id" },
		{ "calls&&(time&&link.id)", "calls && (time && link.id)" },
		{ "(calls&&time)&&link.id", "calls && time && link.id" },
		{ "dev.ifname=~\"\\x41\\x0a\\\"\\\\\xff\"",
		  "dev.ifname =~ \"A\\x0a\\\"\\\\\\xff\"" },
		{ "took_ns>=1||took_ns<1||took_ns>1||took_ns<=1||took_ns!=1",
		  "took_ns >= 1 || took_ns < 1 || took_ns > 1 || took_ns <= 1 || took_ns != 1" },
		{ "reason!~\"x\"", "reason !~ \"x\"" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct filter *filter = parse(rows[i][0]);
		_cleanup_(free_pointer) char *text = print(filter);

		assert_string_equal(text, rows[i][1]);
		filter_free(filter);
	}
}

static const struct mistake {
	const char *text;
	size_t column;
	const char *message; /* a part of it */
} mistakes[] = {
	{ "", 1, "a field's name is expected, and here is the end" },
	{ "   ", 4, "a field's name is expected, and here is the end" },
	{ "dev.ifnam == \"x\"", 1, "there is no field 'dev.ifnam'; is 'dev.ifname' meant?" },
	{ "!(ifname == \"x\")", 3, "there is no field 'ifname'; is 'dev.ifname' meant?" },
	{ "ACTION == \"remove\"", 1, "there is no field 'ACTION'; docs/events.md has them all" },
	{ "dev == 1", 1, "there is no field 'dev'" },
	{ "v == 1", 1, "there is no field 'v'" },
	{ "dev.ifindex == 1 x", 18, "'&&' or '||' is expected, not 'x'" },
	{ "dev.ifindex == 1)", 17, "'&&' or '||' is expected, not ')'" },
	{ "(dev.ifindex == 1", 18, "'&&', '||' or ')' is expected, and here is the end" },
	{ "(dev.ifindex == 1 link.id", 19, "'&&', '||' or ')' is expected, not 'link.id'" },
	{ "()", 2, "a field's name is expected, not ')'" },
	{ "dev.ifindex &&", 15, "a field's name is expected, and here is the end" },
	{ "dev.ifindex && || link.id", 16, "a field's name is expected, not '||'" },
	{ "&& dev.ifindex", 1, "a field's name is expected, not '&&'" },
	{ "1 == dev.ifindex", 1, "a field's name is expected, not '1'" },
	{ "dev.ifindex == link.id", 16, "a number is expected, not 'link.id'" },
	{ "dev.ifindex ==", 15, "a number is expected, and here is the end" },
	{ "dev.ifindex = 1", 13, "there is no =; is == meant?" },
	{ "dev.ifindex & link.id", 13, "there is no &; is && meant?" },
	{ "dev.ifindex | link.id", 13, "there is no |; is || meant?" },
	{ "dev.ifname ~ \"x\"", 12, "there is no ~; is =~ meant?" },
	{ "dev.ifname == 'x'", 15, "there is no '; is \" meant?" },
	{ "dev.ifindex == \"1\"", 16, "a number is expected, not '\"1\"'" },
	{ "dev.ifname == 1", 15, "a text in double quotes is expected, not '1'" },
	{ "dev.ifname == x", 15, "a text in double quotes is expected, not 'x'" },
	{ "dev.ifname < \"x\"", 12, "dev.ifname is a text: only == != =~ !~ can compare it" },
	{ "dev.ifindex =~ \"1*\"", 13, "dev.ifindex is a number: only == != < <= > >= can" },
	{ "calls == 1", 7, "calls can not be compared: alone, it is true where it is present" },
	{ "time > 1", 6, "time can not be compared" },
	{ "prog.components < \"x\"", 19, "a number is expected" },
	{ "prog.components =~ 1", 20, "a text in double quotes is expected" },
	{ "action == \"removed\"", 11,
	  "action is never \"removed\", but one of: install, replace, remove, noop, pool-setup, "
	  "pool-teardown, component-attach, component-detach, entry-install, entry-replace, "
	  "entry-remove, map-alloc, map-free, move, present, carrier" },
	{ "action =~ \"x*\"", 11, "action is never \"x*\", but one of: install" },
	{ "mode != \"native\"", 9,
	  "mode is never \"native\", but one of: generic, driver, offload" },
	{ "old_prog.mode == \"\"", 18, "old_prog.mode is never \"\", but one of: generic, driver" },
	{ "result !~ \"bad\"", 11, "result is never \"bad\", but one of: ok, error, unknown" },
	{ "release == \"x\"", 12, "release is never \"x\", but one of: close, exit, unpin" },
	{ "dev.ifindex == -1", 16, "dev.ifindex is never that: it is between 0 and 4294967295" },
	{ "dev.ifindex == 4294967296", 16, "it is between 0 and 4294967295" },
	{ "errno == 2147483648", 10, "it is between -2147483648 and 2147483647" },
	{ "took_ns == -1", 12, "it is between 0 and 9223372036854775807" },
	{ "took_ns == 9223372036854775808", 12, "this number is out of range" },
	{ "took_ns == 0xffffffffffffffff", 12, "this number is out of range" },
	{ "took_ns > 10ms", 13, "a number is decimal, or hexadecimal with 0x before it" },
	{ "took_ns > 1.5", 12, "a number is decimal" },
	{ "took_ns > 0x", 13, "a number is decimal" },
	{ "took_ns > 0xg", 13, "a number is decimal" },
	{ "took_ns > -", 12, "a number is decimal" },
	{ "took_ns > 010", 11, "a decimal number does not begin with 0" },
	{ "dev.ifname == \"x", 15, "this text has no end: '\"' is missing" },
	{ "dev.ifname == \"x\\", 17,
	  "after a backslash, one of these is expected: \\\" \\\\ \\xHH" },
	{ "dev.ifname == \"x\\\"", 15, "this text has no end" },
	{ "dev.ifname == \"\\n\"", 16, "after a backslash" },
	{ "dev.ifname == \"\\x4\"", 16, "after \\x, two hex digits are expected" },
	{ "dev.ifname == \"\\x", 16, "after \\x, two hex digits are expected" },
	{ "dev.ifname == \"\\x00\"", 16, "a text can not hold a NUL byte" },
	{ "dev.ifname # x", 12, "'#' has no meaning here" },
	{ "dev.ifname \x1b[31m", 12, "'\\x1b' has no meaning here" },
	{ "d\xc3\xa9v", 1, "there is no field 'd'" },
	{ "! ", 3, "a field's name is expected, and here is the end" },
	{ "dev.ifname == \"x\" \"y\"", 19, "'&&' or '||' is expected, not '\"y\"'" },
	{ "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee", 1,
	  "there is no field 'aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd...'" },
};

static void test_mistakes(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		const struct mistake *row = &mistakes[i];
		struct filter_error error = {};
		struct filter *filter = NULL;

		if (filter_parse(row->text, &filter, &error) != -EINVAL)
			fail_msg("%s is no mistake", row->text);
		assert_null(filter);
		if (error.column != row->column || !strstr(error.message, row->message))
			fail_msg("%s: column %zu: %s", row->text, error.column, error.message);
	}
}

static void test_length(void **state)
{
	char text[FILTER_LENGTH + 2];
	struct filter_error error = {};
	struct filter *filter = NULL;

	memset(text, ' ', sizeof(text));
	memcpy(text, "calls", 5);
	text[FILTER_LENGTH] = '\0';
	filter_free(parse(text));
	text[FILTER_LENGTH] = ' ';
	text[FILTER_LENGTH + 1] = '\0';
	assert_int_equal(filter_parse(text, &filter, &error), -EINVAL);
	assert_int_equal(error.column, FILTER_LENGTH + 1);
	assert_string_equal(error.message, "an expression has 4096 bytes at most");
}

/* @count of them around a field. To be freed. */
static char *nested(const char *opening, const char *closing, size_t count)
{
	char *text = malloc(count * (strlen(opening) + strlen(closing)) + sizeof("calls"));
	char *at = text;

	assert_non_null(text);
	for (size_t i = 0; i < count; i++)
		at = stpcpy(at, opening);
	at = stpcpy(at, "calls");
	for (size_t i = 0; i < count; i++)
		at = stpcpy(at, closing);
	return text;
}

static void test_depth(void **state)
{
	static const char *const rows[][2] = { { "(", ")" }, { "!", "" }, { "!(", ")" } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(free_pointer) char *fits = nested(rows[i][0], rows[i][1], FILTER_DEPTH);
		_cleanup_(free_pointer) char *deep =
			nested(rows[i][0], rows[i][1], FILTER_DEPTH + 1);
		struct filter_error error = {};
		struct filter *filter = NULL;

		filter_free(parse(fits));
		assert_int_equal(filter_parse(deep, &filter, &error), -EINVAL);
		assert_int_equal(error.column, FILTER_DEPTH * strlen(rows[i][0]) + 1);
		assert_string_equal(error.message,
				    "more than 64 parentheses and '!' in each other");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_true),          cmocka_unit_test(test_false),
		cmocka_unit_test(test_absent_fields), cmocka_unit_test(test_every_field),
		cmocka_unit_test(test_hostile_texts), cmocka_unit_test(test_printed),
		cmocka_unit_test(test_mistakes),      cmocka_unit_test(test_length),
		cmocka_unit_test(test_depth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
