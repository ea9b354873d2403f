// SPDX-License-Identifier: GPL-2.0
/* Reads the type information of this machine's kernel. */
#include "kernel/btfs.h"

#include "helpers.h"

#include <errno.h>

static void load(struct btfs *ret)
{
	int err = btfs_load(ret);

	if (err == -ENOENT) {
		print_message("reason: this machine's kernel has no BTF\n");
		skip();
	}
	assert_int_equal(err, 0);
}

static int count_source(const struct btf_source *source, void *arg)
{
	size_t *count = arg;

	assert_non_null(source->btf);
	++*count;
	return 0;
}

static void test_types_come_again(void **state)
{
	size_t sources, changes = 0;
	struct btfs btfs;
	uint32_t types;

	load(&btfs);
	sources = btfs.count;
	types = btf__type_cnt(btfs.list[0].btf);
	assert_true(types > 10000);
	btfs_shed(&btfs);
	assert_int_equal(btfs.count, sources);
	for (size_t i = 0; i < sources; i++) {
		assert_null(btfs.list[i].btf);
		assert_true(btfs_have(&btfs, btfs.list[i].module));
	}
	btfs_shed(&btfs);
	assert_int_equal(btfs_regain(&btfs), 0);
	assert_int_equal(btf__type_cnt(btfs.list[0].btf), types);
	assert_int_equal(btfs_regain(&btfs), 0);
	assert_int_equal(btfs_follow(&btfs, count_source, count_source, &changes), 0);
	assert_int_equal(changes, 0);
	btfs_shed(&btfs);
	btfs_release(&btfs);
	assert_int_equal(btfs.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_types_come_again) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
