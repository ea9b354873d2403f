// SPDX-License-Identifier: GPL-2.0
#include "util/recent.h"

#include "helpers.h"

struct item {
	struct recent_entry entry;
	int number;
};

static int released;
static int last_released;

static void release(struct recent_entry *entry)
{
	released++;
	last_released = ((struct item *)entry)->number;
	free(entry);
}

static void add(struct recent *table, uint64_t key, uint64_t subkey, int number)
{
	struct item *item = malloc(sizeof(*item));

	assert_non_null(item);
	*item = (struct item){ .entry = { .key = key, .subkey = subkey }, .number = number };
	assert_int_equal(recent_add(table, &item->entry), 0);
}

static int find(struct recent *table, uint64_t key, uint64_t subkey)
{
	struct item *item = (struct item *)recent_find(table, key, subkey);

	return item ? item->number : -1;
}

static void test_keys(void **state)
{
	struct recent table;

	recent_init(&table, 100, release);
	assert_int_equal(find(&table, 1, 1), -1);
	add(&table, 1, 1, 11);
	add(&table, 1, 2, 12);
	add(&table, UINT64_MAX, 1, 13);
	assert_int_equal(find(&table, 1, 1), 11);
	assert_int_equal(find(&table, 1, 2), 12);
	assert_int_equal(find(&table, UINT64_MAX, 1), 13);
	assert_int_equal(find(&table, 2, 1), -1);
	released = 0;
	add(&table, 1, 2, 14); /* in its place */
	assert_int_equal(released, 1);
	assert_int_equal(last_released, 12);
	assert_int_equal(find(&table, 1, 2), 14);
	recent_remove(&table, recent_find(&table, 1, 1));
	assert_int_equal(find(&table, 1, 1), -1);
	recent_release(&table);
	assert_int_equal(released, 4);
}

/* The oldest goes, and only when it has to. One that comes again is new. */
static void test_bound(void **state)
{
	struct recent table;

	released = 0;
	recent_init(&table, 3, release);
	for (int i = 1; i <= 3; i++)
		add(&table, i, 0, i);
	add(&table, 1, 0, 10);
	assert_int_equal(released, 1);
	add(&table, 4, 0, 4);
	assert_int_equal(released, 2);
	assert_int_equal(last_released, 2);
	add(&table, 5, 0, 5);
	assert_int_equal(last_released, 3);
	assert_int_equal(find(&table, 1, 0), 10);
	assert_int_equal(find(&table, 2, 0), -1);
	assert_int_equal(find(&table, 3, 0), -1);
	recent_release(&table);
	assert_int_equal(released, 6);
}

static void test_zero(void **state)
{
	struct recent table = {};

	recent_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
