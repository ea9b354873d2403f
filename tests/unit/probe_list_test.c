// SPDX-License-Identifier: GPL-2.0
#include "cmd/probe_list.h"

#include "helpers.h"

#include <json-c/json.h>
#include <string.h>

/* What one of the printing functions prints. To be freed. */
static char *printed(void (*print)(const struct probe_list *list, FILE *out),
		     const struct probe_list *list)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	print(list, out);
	fclose(out);
	return text;
}

static void assert_prints(void (*print)(const struct probe_list *list, FILE *out),
			  const struct probe_list *list, const char *expected)
{
	_cleanup_(free_pointer) char *text = printed(print, list);

	assert_string_equal(text, expected);
}

/* A list in no order, with everything in it that there can be. */
static void list_fill(struct probe_list *list)
{
	static const char bare[] = "it has no BTF";
	static const struct probe_row rows[] = {
		{ "dev_xdp_attach", "vmlinux", ROLE_CORE, PLACE_BUILT_IN, true, true, "fexit" },
		{ "veth_xdp", "veth", ROLE_DRIVER, PLACE_LOADED, true, true, "kprobe" },
		{ "efx_xdp", "sfc", ROLE_DRIVER, PLACE_ON_DISK, false, true, "kprobe" },
		{ "gone", "vmlinux", ROLE_CORE, PLACE_BUILT_IN, false, false, NULL, "not there" },
		{ "generic_xdp_install", "vmlinux", ROLE_GENERIC, PLACE_BUILT_IN, true, true },
	};

	*list = (struct probe_list){ .kernel = "6.1.0",
				     .searched = { [PLACE_LOADED] = 1, [PLACE_ON_DISK] = 2 } };
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(probe_list_add(list, &rows[i]), 0);
	probe_list_add_unsearched(list, "two", PLACE_ON_DISK, bare);
	probe_list_add_unsearched(list, "torn", PLACE_ON_DISK, "its BTF is broken");
	probe_list_add_unsearched(list, "one", PLACE_ON_DISK, bare);
	probe_list_add_unsearched(list, "old", PLACE_LOADED, bare);
	list->tried = (struct tried_list){
		.list = { { "fexit", "good", NULL }, { "kprobe.multi", "better", "EINVAL" } },
		.count = 2,
	};
	probe_list_sort(list);
}

static void test_table(void **state)
{
	struct probe_list list;

	list_fill(&list);
	assert_prints(probe_list_print, &list,
		      "FUNCTION            MODULE  ROLE    PLACE    ADDRESS BTF BACKEND\n"
		      "efx_xdp             sfc     driver  on-disk  no      yes kprobe\n"
		      "veth_xdp            veth    driver  loaded   yes     yes kprobe\n"
		      "generic_xdp_install vmlinux generic built-in yes     yes ?\n"
		      "dev_xdp_attach      vmlinux core    built-in yes     yes fexit\n"
		      "gone                vmlinux core    built-in no      no  none: not there\n");
	probe_list_release(&list);
}

static void test_notes(void **state)
{
	struct probe_list list;

	list_fill(&list);
	assert_prints(probe_list_print_notes, &list,
		      "Searched: vmlinux, 1 loaded module, 2 on disk that are not loaded\n"
		      "1 loaded module was not searched: it has no BTF (old)\n"
		      "2 on-disk modules were not searched: it has no BTF (one, two)\n"
		      "1 on-disk module was not searched: its BTF is broken (torn)\n"
		      "kprobe.multi does not work here: EINVAL\n");
	probe_list_release(&list);

	list = (struct probe_list){ .tried.untried = "not root" };
	assert_prints(probe_list_print_notes, &list,
		      "Searched: vmlinux, 0 loaded modules\n"
		      "Which backend would take a function is not known: not root\n");
}

/* Thousands of modules without BTF are one line. */
static void test_many(void **state)
{
	static const char bare[] = "it has no BTF";
	struct probe_list list = {};
	char name[16];

	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "m%04d", i);
		assert_int_equal(probe_list_add_unsearched(&list, name, PLACE_ON_DISK, bare), 0);
	}
	probe_list_sort(&list);
	assert_prints(probe_list_print_notes, &list,
		      "Searched: vmlinux, 0 loaded modules\n"
		      "3000 on-disk modules were not searched: it has no BTF (m0000, m0001, m0002, "
		      "m0003, m0004, m0005, m0006, m0007, ...)\n");
	probe_list_release(&list);
}

static const char *text_of(struct json_object *object, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(object, key, &value) ? json_object_get_string(value)
							      : NULL;
}

static struct json_object *item(struct json_object *object, const char *key, size_t index)
{
	return json_object_array_get_idx(json_object_object_get(object, key), index);
}

static void test_json(void **state)
{
	_cleanup_(free_pointer) char *text = NULL;
	struct json_object *object, *row;
	struct probe_list list;

	list_fill(&list);
	text = printed(probe_list_print_json, &list);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	object = json_tokener_parse(text);
	assert_non_null(object);
	assert_string_equal(text_of(object, "v"), "1");
	assert_string_equal(text_of(object, "kernel"), "6.1.0");
	assert_int_equal(json_object_array_length(json_object_object_get(object, "functions")), 5);
	row = item(object, "functions", 0);
	assert_string_equal(json_object_to_json_string_ext(row, JSON_C_TO_STRING_PLAIN),
			    "{\"func\":\"efx_xdp\",\"module\":\"sfc\",\"role\":\"driver\","
			    "\"place\":\"on-disk\",\"address\":false,\"btf\":true,"
			    "\"backend\":\"kprobe\"}");
	row = item(object, "functions", 4);
	assert_string_equal(text_of(row, "problem"), "not there");
	assert_null(text_of(row, "backend"));
	assert_string_equal(text_of(item(object, "unsearched", 0), "module"), "old");
	assert_string_equal(text_of(item(object, "unsearched", 0), "place"), "loaded");
	assert_int_equal(json_object_array_length(json_object_object_get(object, "unsearched")), 4);
	assert_string_equal(text_of(item(object, "backends", 0), "works"), "true");
	assert_string_equal(text_of(item(object, "backends", 1), "problem"), "EINVAL");
	json_object_put(object);
	probe_list_release(&list);
}

/* Names are what a file says: they fill their room, and hold any byte. */
static void test_hostile(void **state)
{
	static void (*const print[])(const struct probe_list *, FILE *) = { probe_list_print,
									    probe_list_print_notes,
									    probe_list_print_json };
	struct probe_row row = { .role = ROLE_DRIVER, .backend = "fexit" };
	struct probe_list list = { .kernel = "6.\"\x1b[2J" };
	char module[MODULE_NAME_SIZE] = "";

	memset(row.func, '\x1b', sizeof(row.func) - 1);
	memset(module, '\xff', sizeof(module) - 1);
	memcpy(row.module, "\"\\\n\x7f\xe2\x80\xae", 7);
	probe_list_add(&list, &row);
	probe_list_add_unsearched(&list, module, PLACE_ON_DISK, "it has no BTF");
	for (size_t i = 0; i < ARRAY_SIZE(print); i++) {
		_cleanup_(free_pointer) char *text = printed(print[i], &list);
		struct json_object *object;

		if (print[i] == probe_list_print_json) {
			object = json_tokener_parse(text);
			assert_non_null(object);
			json_object_put(object);
		}
		for (char *end; (end = strchr(text, '\n'));)
			*end = ' ';
		assert_true(is_printable_utf8(text, strlen(text)));
		assert_null(strstr(text, "\xe2\x80\xae"));
	}
	probe_list_release(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),   cmocka_unit_test(test_notes),
		cmocka_unit_test(test_many),    cmocka_unit_test(test_json),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
