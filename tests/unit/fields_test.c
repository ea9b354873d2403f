// SPDX-License-Identifier: GPL-2.0
#include "event/fields.h"

#include "helpers.h"

#include <limits.h>
#include <string.h>

static const char *document; /* docs/events.md */

static void test_paths_are_unique(void **state)
{
	for (size_t i = 0; i < fields_count; i++) {
		assert_ptr_equal(field_find(fields[i].path), &fields[i]);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(fields[i].path, fields[k].path);
	}
}

/* "dev" can not be a value and an object at once. */
static void test_no_path_is_inside_another(void **state)
{
	for (size_t i = 0; i < fields_count; i++) {
		size_t length = strlen(fields[i].path);

		for (size_t k = 0; k < fields_count; k++)
			assert_false(!strncmp(fields[k].path, fields[i].path, length) &&
				     fields[k].path[length] == '.');
	}
}

static void test_rows_are_complete(void **state)
{
	assert_true(fields_count > 0);
	for (size_t i = 0; i < fields_count; i++) {
		const struct field *field = &fields[i];

		assert_true(strlen(field->path) > 0);
		assert_int_equal(strspn(field->path, "abcdefghijklmnopqrstuvwxyz_."),
				 strlen(field->path));
		assert_non_null(field->about);
		assert_true(strlen(field->about) > 3);
		assert_true(field->offset < sizeof(struct event));
		assert_in_range(field->since, 1, SCHEMA_VERSION);
	}
}

static void test_find(void **state)
{
	assert_null(field_find(""));
	assert_null(field_find("dev"));
	assert_null(field_find("dev.ifindex.x"));
	assert_null(field_find("DEV.IFINDEX"));
	assert_non_null(field_find("dev.ifindex"));
}

static void test_presence(void **state)
{
	const struct event nothing = {};
	struct event everything;

	complete_event(&everything);
	for (size_t i = 0; i < fields_count; i++) {
		const struct field *field = &fields[i];

		assert_int_equal(field_is_present(field, &nothing), field->type == FIELD_CALLS);
		if (!field_is_present(field, &everything))
			fail_msg("%s is absent from a complete event", field->path);
	}
}

#define MAX_PATHS 256

/* The paths in the first column of one table. */
struct table {
	char paths[MAX_PATHS][64];
	size_t count;
};

static bool table_has(const struct table *table, const char *path)
{
	for (size_t i = 0; i < table->count; i++) {
		if (!strcmp(table->paths[i], path))
			return true;
	}
	return false;
}

/* The table of keys of the document: the one that has a row of this name. */
static void table_read(FILE *file, const char *row, struct table *ret)
{
	_cleanup_(free_pointer) char *line = NULL;
	size_t size = 0;

	ret->count = 0;
	while (getline(&line, &size, file) >= 0) {
		if (line[0] != '|') {
			if (table_has(ret, row))
				return;
			ret->count = 0;
			continue;
		}
		assert_true(ret->count < MAX_PATHS);
		if (sscanf(line, "| `%63[^`]` |", ret->paths[ret->count]) == 1)
			ret->count++;
	}
	assert_true(table_has(ret, row));
}

/* "v", the version of the schema, is in every line and no field of an event. */
static void test_document(void **state)
{
	_cleanup_(close_file) FILE *file = fopen(document, "r");
	static struct table table;

	if (!file)
		fail_msg("%s can not be read", document);
	table_read(file, "dev.ifindex", &table);
	for (size_t i = 0; i < fields_count; i++) {
		if (!table_has(&table, fields[i].path))
			fail_msg("%s is not documented", fields[i].path);
	}
	for (size_t i = 0; i < table.count; i++) {
		const char *path = table.paths[i];

		if (strcmp(path, "v") && !field_find(path))
			fail_msg("%s is documented and no field", path);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(path, table.paths[k]);
	}
	assert_int_equal(table.count, fields_count + 1);
}

static void test_error_names(void **state)
{
	static const struct {
		int error;
		const char *name;
	} rows[] = {
		{ -1, "EPERM" },       { -17, "EEXIST" },    { -22, "EINVAL" },
		{ -95, "EOPNOTSUPP" }, { -524, "ENOTSUPP" }, { -525, "E525" },
		{ -4095, "E4095" },    { -99999, "E99999" }, { -INT_MAX, "E2147483647" },
	};
	char buffer[16];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_string_equal(error_name(rows[i].error, buffer), rows[i].name);
	assert_non_null(error_name(5, buffer));
	assert_non_null(error_name(INT_MAX, buffer));
}

/* A driver may return anything, and the name is asked for all of it. */
static void test_error_name_of_the_least_number(void **state)
{
	char buffer[16];

	assert_string_equal(error_name(INT_MIN, buffer), "E2147483648");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths_are_unique),
		cmocka_unit_test(test_no_path_is_inside_another),
		cmocka_unit_test(test_rows_are_complete),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_presence),
		cmocka_unit_test(test_document),
		cmocka_unit_test(test_error_names),
		cmocka_unit_test(test_error_name_of_the_least_number),
	};

	if (argc != 2) {
		fprintf(stderr, "usage: fields_test events.md\n");
		return 2;
	}
	document = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
