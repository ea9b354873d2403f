// SPDX-License-Identifier: GPL-2.0
/* Which backend is to take a function: the order, and what is said when none can. */
#include "probe/backends.h"

#include "helpers.h"

#include <string.h>

#define IN_VMLINUX .module = MODULE_VMLINUX, .copies = 1, .addr = 0x1000, .btf_id = 7, .nargs = 2
#define IN_MODULE \
	.module = "veth", .copies = 1, .addr = 0x2000, .btf_id = 8, .btf_fd = 3, .nargs = 2

static const struct target core = {
	.func = "x", .hook = HOOK_DRIVER, .role = ROLE_DRIVER, IN_VMLINUX
};
static const struct target map = {
	.func = "y", .hook = HOOK_MAP_FREE, .role = ROLE_DRIVER, IN_VMLINUX
};
static const struct target driver = {
	.func = "veth_xdp", .hook = HOOK_DRIVER, .role = ROLE_DRIVER, IN_MODULE
};

static const struct row {
	const char *about;
	const char *backends[4]; /* that work here */
	bool strict;
	int pinning;
	const struct target *target;
	const char *order[4];
} rows[] = {
	{ "auto, core: as listed",
	  { "fexit", "kprobe" },
	  false,
	  PIN_IF_NEEDED,
	  &core,
	  { "fexit", "kprobe" } },
	{ "auto, module: what does not hold it comes first",
	  { "fexit", "kprobe" },
	  false,
	  PIN_IF_NEEDED,
	  &driver,
	  { "kprobe", "fexit" } },
	{ "auto, module, only what holds it",
	  { "fexit" },
	  false,
	  PIN_IF_NEEDED,
	  &driver,
	  { "fexit" } },
	{ "asked, core: nothing else",
	  { "fexit", "kprobe" },
	  true,
	  PIN_FREELY,
	  &core,
	  { "fexit" } },
	{ "asked, module: as asked",
	  { "fexit", "kprobe" },
	  true,
	  PIN_FREELY,
	  &driver,
	  { "fexit", "kprobe" } },
	{ "no pin, module",
	  { "kprobe.session", "kprobe" },
	  true,
	  PIN_NEVER,
	  &driver,
	  { "kprobe" } },
	{ "no pin does not matter to the core", { "fexit" }, true, PIN_NEVER, &core, { "fexit" } },
	{ "kprobes do not see maps",
	  { "kprobe.multi", "fexit" },
	  false,
	  PIN_IF_NEEDED,
	  &map,
	  { "fexit" } },
};

static void test_order(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct backend *order[BACKENDS_MAX];
		struct backend_set set = { .strict = rows[i].strict, .pinning = rows[i].pinning };
		const char *problem = NULL;
		size_t count;

		while (rows[i].backends[set.count]) {
			set.list[set.count] = backend_find(rows[i].backends[set.count]);
			assert_non_null(set.list[set.count]);
			set.count++;
		}
		count = backend_set_order(&set, rows[i].target, order, &problem);
		for (size_t j = 0; j < count; j++) {
			if (!rows[i].order[j] || strcmp(order[j]->name, rows[i].order[j]))
				fail_msg("%s: place %zu is %s", rows[i].about, j, order[j]->name);
		}
		if (rows[i].order[count])
			fail_msg("%s: %s is missing", rows[i].about, rows[i].order[count]);
		assert_null(problem);
	}
}

static const char *problem_of(const char *name, int pinning, struct target target)
{
	const struct backend *order[BACKENDS_MAX];
	struct backend_set set = { .list = { backend_find(name) }, .count = 1, .pinning = pinning };
	const char *problem = NULL;

	assert_int_equal(backend_set_order(&set, &target, order, &problem), 0);
	assert_non_null(problem);
	return problem;
}

static void test_problems(void **state)
{
	struct target hidden = core, bare = driver, absent = core, twice = driver;

	hidden.addr = 0;
	bare.btf_id = 0;
	absent.copies = 0;
	twice.copies = 2;
	assert_non_null(strstr(problem_of("kprobe", PIN_FREELY, hidden), "hidden"));
	assert_non_null(strstr(problem_of("fexit", PIN_FREELY, bare), "no BTF"));
	assert_non_null(strstr(problem_of("fexit", PIN_FREELY, absent), "no such function"));
	assert_non_null(strstr(problem_of("kprobe", PIN_FREELY, twice), "several"));
	assert_non_null(strstr(problem_of("fexit", PIN_NEVER, driver), "--no-pin"));
	assert_ptr_equal(problem_of("kprobe", PIN_FREELY, map), backend_kprobe.limits);
}

static void test_names(void **state)
{
	size_t count = 0;

	for (; backends[count]; count++) {
		assert_ptr_equal(backend_find(backends[count]->name), backends[count]);
		assert_non_null(backends[count]->about);
		assert_int_equal(!!backends[count]->attach + !!backends[count]->attach_many +
					 !!backends[count]->attach_all,
				 1);
	}
	assert_in_range(count, 1, BACKENDS_MAX - 1);
	assert_null(backend_find("auto"));
	assert_null(backend_find(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
