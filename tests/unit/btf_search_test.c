// SPDX-License-Identifier: GPL-2.0
#include "kernel/btf_search.h"

#include "helpers.h"

static void test_search(void **state)
{
	struct btf_search list[] = {
		{ "alpha", BTF_KIND_STRUCT, 9 }, { "alpha", BTF_KIND_FUNC },
		{ "alp", BTF_KIND_STRUCT },      { "a", BTF_KIND_INT },
		{ "none", BTF_KIND_STRUCT, 9 },  { "beta", BTF_KIND_ENUM },
	};
	struct btf *btf = btf__new_empty();

	assert_int_equal(btf__add_int(btf, "a", 4, 0), 1);
	assert_int_equal(btf__add_struct(btf, "alpha", 4), 2);
	assert_int_equal(btf__add_func_proto(btf, 1), 3);
	assert_int_equal(btf__add_func(btf, "alpha", BTF_FUNC_STATIC, 3), 4);
	assert_int_equal(btf__add_struct(btf, "alphabet", 4), 5);
	assert_int_equal(btf__add_struct(btf, "beta", 4), 6);
	assert_int_equal(btf__add_func(btf, "alpha", BTF_FUNC_STATIC, 3), 7);
	btf_search(btf, list, ARRAY_SIZE(list));
	assert_int_equal(list[0].id, 2);
	assert_int_equal(list[1].id, 7); /* the last */
	assert_int_equal(list[2].id, 0);
	assert_int_equal(list[3].id, 1);
	assert_int_equal(list[4].id, 0);
	assert_int_equal(list[5].id, 0);
	btf__free(btf);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_search) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
