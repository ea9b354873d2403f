// SPDX-License-Identifier: GPL-2.0
#include "event/select.h"

#include "helpers.h"

#include <errno.h>
#include <string.h>

static void assert_selected(const char *text, const char *const *paths, size_t count)
{
	struct selection selection;
	const char *bad;
	size_t length;

	assert_int_equal(fields_select(text, &selection, &bad, &length), 0);
	assert_int_equal(selection.count, count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(selection.list[i]->path, paths[i]);
}

#define ASSERT_SELECTED(text, ...)                                  \
	assert_selected(text, (const char *const[]){ __VA_ARGS__ }, \
			ARRAY_SIZE(((const char *const[]){ __VA_ARGS__ })))

/* The order is the user's, and none comes twice. */
static void test_order(void **state)
{
	ASSERT_SELECTED("action", "action");
	ASSERT_SELECTED("task.comm,dev.ifname,time", "task.comm", "dev.ifname", "time");
	ASSERT_SELECTED("errno,action,errno,errno", "errno", "action");
}

static void test_groups(void **state)
{
	struct selection selection;
	const char *bad;
	size_t length;

	ASSERT_SELECTED("old_dev.*", "old_dev.ifindex", "old_dev.ifname", "old_dev.netns",
			"old_dev.netns_name");
	ASSERT_SELECTED("old_dev.netns,old_dev.*", "old_dev.netns", "old_dev.ifindex",
			"old_dev.ifname", "old_dev.netns_name");
	assert_int_equal(fields_select("*", &selection, &bad, &length), 0);
	assert_int_equal(selection.count, fields_count);
	for (size_t i = 0; i < fields_count; i++)
		assert_ptr_equal(selection.list[i], &fields[i]);
}

/* What is wrong is named, and nothing is chosen. */
static void test_errors(void **state)
{
	static const struct {
		const char *text, *bad;
	} rows[] = {
		{ "", "" },
		{ ",", "" },
		{ "action,", "" },
		{ ",action", "" },
		{ "action,,errno", "" },
		{ "nonsense", "nonsense" },
		{ "action,errnos,time", "errnos" },
		{ "dev", "dev" },
		{ "dev.", "dev." },
		{ "de*", "de*" },
		{ "dev.if*", "dev.if*" },
		{ ".*", ".*" },
		{ "**", "**" },
		{ "nonsense.*", "nonsense.*" },
		{ "Action", "Action" },
		{ " action", " action" },
		{ "action ", "action " },
		{ "actio", "actio" },
		{ "actionx", "actionx" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct selection selection = { .count = 77 };
		const char *bad = NULL;
		size_t length = 99;

		assert_int_equal(fields_select(rows[i].text, &selection, &bad, &length), -EINVAL);
		assert_int_equal(selection.count, 77);
		assert_int_equal(length, strlen(rows[i].bad));
		assert_memory_equal(bad, rows[i].bad, length);
		assert_in_range((uintptr_t)bad, (uintptr_t)rows[i].text,
				(uintptr_t)rows[i].text + strlen(rows[i].text));
	}
}

static void test_nearest(void **state)
{
	static const struct {
		const char *word, *path;
	} rows[] = {
		{ "acton", "action" },        { "dev.ifnam", "dev.ifname" },
		{ "dev.name", "dev.ifname" }, { "comm", "task.comm" },
		{ "netns", "dev.netns" },     { "tooks_ns", "took_ns" },
	};
	char longest[200] = "";

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct field *field = field_nearest(rows[i].word);

		assert_non_null(field);
		assert_string_equal(field->path, rows[i].path);
	}
	assert_null(field_nearest("xyzzyplugh"));
	assert_null(field_nearest(""));
	memset(longest, 'a', sizeof(longest) - 1);
	assert_null(field_nearest(longest));
}

/* A line for each, with its type. */
static void test_table(void **state)
{
	_cleanup_(free_pointer) char *text = NULL;
	size_t size, lines = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	fields_print(out);
	fclose(out);
	for (const char *c = text; *c; c++)
		lines += *c == '\n';
	assert_int_equal(lines, fields_count + 1);
	assert_non_null(strstr(text, "\ndev.ifindex              number   index of the device"));
	assert_non_null(strstr(text, "\ncalls                    array    probed calls"));
	assert_non_null(strstr(text, "\nerror                    string   its name\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),  cmocka_unit_test(test_groups),
		cmocka_unit_test(test_errors), cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
