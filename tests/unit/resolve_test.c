// SPDX-License-Identifier: GPL-2.0
/* From names to addresses, and what is wrong with them. */
#include "probe/resolve.h"

#include "helpers.h"
#include "kernel_btf.h"

#include <errno.h>
#include <string.h>

static const char no_function[] = "this kernel has no such function";

struct kernel {
	struct kernel_btf btf;
	struct targets targets;
};

/* A kernel whose modules veth and tun have drivers, both one called same_xdp. */
static int setup(void **state)
{
	static struct kernel kernel;
	struct btf *module;

	kernel_btf_init(&kernel.btf);
	btf_function(kernel.btf.vmlinux, "virtnet_xdp", kernel.btf.driver);
	btf_function(kernel.btf.vmlinux, "same_xdp", kernel.btf.driver);
	module = kernel_btf_module(&kernel.btf, "veth", 71);
	btf_function(module, "same_xdp", kernel.btf.driver);
	btf_function(module, "veth_xdp", kernel.btf.driver);
	module = kernel_btf_module(&kernel.btf, "tun", 72);
	btf_function(module, "tun_xdp", kernel.btf.driver);
	btf_function(module, "same_xdp", kernel.btf.driver);
	btf_function(module, "twin_xdp", kernel.btf.driver);
	btf_function(module, "twin_xdp", kernel.btf.driver);
	assert_int_equal(targets_find(&kernel.btf.btfs, &kernel.targets), 0);
	*state = &kernel;
	return 0;
}

static int teardown(void **state)
{
	struct kernel *kernel = *state;

	targets_release(&kernel->targets);
	kernel_btf_release(&kernel->btf);
	return 0;
}

static struct target *get(const struct kernel *kernel, const char *module, const char *func)
{
	return target_get(&kernel->targets, module, func);
}

static void add(struct kernel *kernel, const char *module, const char *name, char type,
		uint64_t addr)
{
	add_symbol(&kernel->targets, module, name, type, addr);
}

static void test_every_target_is_resolved(void **state)
{
	struct kernel *kernel = *state;
	struct targets *targets = &kernel->targets;

	for (size_t i = 0; i < targets->count; i++) {
		if (strcmp(targets->list[i].func, "twin_xdp"))
			add(kernel, targets->list[i].module, targets->list[i].func, "tTwW"[i % 4],
			    0x1000 + i);
	}
	for (size_t i = 0; i < targets->count; i++) {
		if (!strcmp(targets->list[i].func, "twin_xdp"))
			continue;
		assert_int_equal(targets->list[i].addr, 0x1000 + i);
		assert_int_equal(targets->list[i].copies, 1);
		assert_null(target_problem(&targets->list[i]));
	}
}

static void test_same_name_in_several_modules(void **state)
{
	struct kernel *kernel = *state;

	add(kernel, "tun", "same_xdp", 't', 0x3000);
	add(kernel, MODULE_VMLINUX, "same_xdp", 't', 0x1000);
	add(kernel, "veth", "same_xdp", 't', 0x2000);
	add(kernel, "other", "same_xdp", 't', 0x4000);
	assert_int_equal(get(kernel, MODULE_VMLINUX, "same_xdp")->addr, 0x1000);
	assert_int_equal(get(kernel, "veth", "same_xdp")->addr, 0x2000);
	assert_int_equal(get(kernel, "tun", "same_xdp")->addr, 0x3000);
	assert_int_equal(get(kernel, "veth", "same_xdp")->btf_fd, 71);
	assert_int_equal(get(kernel, "tun", "same_xdp")->btf_fd, 72);
	assert_null(target_problem(get(kernel, MODULE_VMLINUX, "same_xdp")));
	assert_null(target_problem(get(kernel, "veth", "same_xdp")));
	assert_null(target_problem(get(kernel, "tun", "same_xdp")));
}

static void test_same_name_twice_in_one_module(void **state)
{
	struct kernel *kernel = *state;
	struct target *target = get(kernel, "veth", "veth_xdp");

	add(kernel, "veth", "veth_xdp", 't', 0x2000);
	assert_null(target_problem(target));
	add(kernel, "veth", "veth_xdp", 't', 0x2100);
	assert_int_equal(target->copies, 2);
	assert_problem(target, "several functions");
	assert_problem(get(kernel, "tun", "tun_xdp"), no_function);
}

/* Both are in its BTF too: neither may be said to be missing. */
static void test_same_name_twice_in_btf(void **state)
{
	struct kernel *kernel = *state;
	size_t twins = 0;

	add(kernel, "tun", "twin_xdp", 't', 0x3000);
	add(kernel, "tun", "twin_xdp", 't', 0x3100);
	for (size_t i = 0; i < kernel->targets.count; i++) {
		struct target *target = &kernel->targets.list[i];

		if (strcmp(target->func, "twin_xdp"))
			continue;
		twins++;
		assert_int_equal(target->copies, 2);
		assert_problem(target, "several functions");
	}
	assert_in_range(twins, 1, 2);
}

static void test_no_symbol(void **state)
{
	struct kernel *kernel = *state;

	assert_problem(get(kernel, "veth", "veth_xdp"), no_function);
}

static void test_other_symbols_do_not_match(void **state)
{
	static const char *const names[] = {
		"veth_xdp.cold",   "veth_xdp.isra.0",   "veth_xdp.constprop.0",
		"veth_xdp.part.0", "veth_xdp.llvm.123", "veth_xdp_set",
		"veth_xd",         "veth_xdp ",         "VETH_XDP",
		"_veth_xdp",       "__pfx_veth_xdp",    "",
	};
	struct kernel *kernel = *state;
	struct target *target = get(kernel, "veth", "veth_xdp");

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		add(kernel, "veth", names[i], 't', 0x2000 + i);
	add(kernel, MODULE_VMLINUX, "veth_xdp", 't', 0x5000);
	add(kernel, "tun", "veth_xdp", 't', 0x6000);
	add(kernel, "vet", "veth_xdp", 't', 0x7000);
	assert_int_equal(target->copies, 0);
	assert_int_equal(target->addr, 0);
	add(kernel, "veth", "veth_xdp", 't', 0x9000);
	add(kernel, "veth", "veth_xdp.cold", 't', 0xa000);
	assert_int_equal(target->copies, 1);
	assert_int_equal(target->addr, 0x9000);
}

static void test_data_is_no_function(void **state)
{
	static const char types[] = "dDbBrRaAvVnN?";
	struct kernel *kernel = *state;
	struct target *target = get(kernel, "veth", "veth_xdp");

	for (size_t i = 0; types[i]; i++)
		add(kernel, "veth", "veth_xdp", types[i], 0x2000);
	assert_int_equal(target->copies, 0);
	assert_problem(target, no_function);
}

/* kptr_restrict: the names are all there, the addresses are 0. Not every backend needs them. */
static void test_hidden_address(void **state)
{
	struct kernel *kernel = *state;
	struct target *target = get(kernel, "veth", "veth_xdp");

	add(kernel, "veth", "veth_xdp", 't', 0);
	assert_int_equal(target->copies, 1);
	assert_int_equal(target->addr, 0);
	assert_null(target_problem(target));
	add(kernel, "veth", "veth_xdp", 't', 0);
	assert_problem(target, "several functions");
}

static void test_ids_are_places_in_the_table(void **state)
{
	struct kernel *kernel = *state;

	assert_true(kernel->targets.count > 8);
	for (size_t i = 0; i < kernel->targets.count; i++)
		assert_int_equal(kernel->targets.list[i].id, i);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* A module that is loaded again keeps its places, with what is new of them. */
static void test_module_comes_and_goes(void **state)
{
	struct kernel *kernel = *state;
	struct target *target = get(kernel, "veth", "veth_xdp"), *other;
	size_t count = kernel->targets.count;
	uint32_t id = target->id;
	struct btf_source *source;
	struct btf *module;
	int btf_id;

	add(kernel, "veth", "veth_xdp", 't', 0x1000);
	add(kernel, "tun", "tun_xdp", 't', 0x2000);
	targets_resolved(&kernel->targets);
	assert_false(targets_unresolved(&kernel->targets));
	target->probed = true;

	targets_forget_module(&kernel->targets, "veth");
	assert_string_equal(target_problem(target), "its module is not loaded");
	assert_int_equal(target->addr, 0);
	assert_int_equal(get(kernel, "tun", "tun_xdp")->addr, 0x2000);
	assert_false(targets_unresolved(&kernel->targets)); /* nobody has to look for it */
	add(kernel, "veth", "veth_xdp", 't', 0x4000);       /* it is just being loaded again */
	targets_resolved(&kernel->targets);

	module = kernel_btf_module(&kernel->btf, "veth", 93);
	btf_function(module, "another_xdp", kernel->btf.driver);
	btf_id = btf_function(module, "veth_xdp", kernel->btf.driver);
	source = &kernel->btf.btfs.list[kernel->btf.btfs.count - 1];
	assert_int_equal(targets_add_module(&kernel->targets, source), 0);
	assert_int_equal(kernel->targets.count, count + 1);
	assert_true(targets_unresolved(&kernel->targets));
	target = get(kernel, "veth", "veth_xdp");
	other = get(kernel, "veth", "another_xdp");
	assert_int_equal(target->id, id);
	assert_int_equal(target->btf_id, btf_id);
	assert_int_equal(target->btf_fd, 93);
	assert_int_equal(other->id, count);

	/* All symbols come once more: those that are resolved are not counted again. */
	add(kernel, "tun", "tun_xdp", 't', 0x2000);
	add(kernel, "veth", "veth_xdp", 't', 0x5000);
	add(kernel, "veth", "another_xdp", 't', 0x6000);
	targets_resolved(&kernel->targets);
	assert_int_equal(get(kernel, "tun", "tun_xdp")->copies, 1);
	assert_int_equal(target->addr, 0x5000);
	assert_int_equal(other->addr, 0x6000);
	assert_null(target_problem(target));
	assert_false(targets_unresolved(&kernel->targets));
}

/* A kernel that looks up: what it was asked, and its answer. */
struct oracle {
	size_t asked;
	int err;
};

static int look_up(struct lookup_name *list, size_t count, void *arg)
{
	struct oracle *oracle = arg;

	oracle->asked = count;
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(list[i].addr, 0);
		if (!strcmp(list[i].name, "same_xdp"))
			list[i].addr = 0x1000 + list[i].module[0]; /* 'v' or 't' */
		else if (!strcmp(list[i].name, "veth_xdp"))
			list[i].addr = 0x2000;
	}
	return oracle->err;
}

static void test_lookup(void **state)
{
	struct kernel *kernel = *state;
	struct targets *targets = &kernel->targets;
	struct oracle oracle = {};

	get(kernel, MODULE_VMLINUX, "same_xdp")->gone = true;
	get(kernel, "veth", "same_xdp")->gone = true;
	assert_int_equal(targets_look_up(targets, look_up, &oracle), 0);
	assert_int_equal(oracle.asked, targets->count - 2);
	assert_false(targets_unresolved(targets));
	assert_int_equal(get(kernel, "veth", "same_xdp")->addr, 0);
	assert_int_equal(get(kernel, "tun", "same_xdp")->addr, 0x1000 + 't');
	assert_int_equal(get(kernel, "veth", "veth_xdp")->addr, 0x2000);
	assert_null(target_problem(get(kernel, "veth", "veth_xdp")));
	assert_problem(get(kernel, "tun", "tun_xdp"), no_function);
	/* What is known is not asked for again, nor what has gone. */
	targets_forget_module(targets, "veth");
	get(kernel, "tun", "tun_xdp")->resolved = false;
	assert_int_equal(targets_look_up(targets, look_up, &oracle), 0);
	assert_int_equal(oracle.asked, 1);
	assert_int_equal(get(kernel, "veth", "veth_xdp")->addr, 0);
	assert_int_equal(get(kernel, "tun", "same_xdp")->addr, 0x1000 + 't');
}

/* kallsyms tells all then. */
static void test_lookup_that_is_in_doubt(void **state)
{
	struct kernel *kernel = *state;
	struct oracle oracle = { .err = -ENOTUNIQ };

	/* Three modules have a function of one name: the kernel is not even asked. */
	assert_int_equal(targets_look_up(&kernel->targets, look_up, &oracle), -ENOTUNIQ);
	assert_int_equal(oracle.asked, 0);
	get(kernel, MODULE_VMLINUX, "same_xdp")->gone = true;
	get(kernel, "veth", "same_xdp")->resolved = true;
	assert_int_equal(targets_look_up(&kernel->targets, look_up, &oracle), -ENOTUNIQ);
	assert_int_equal(oracle.asked, 0);
	get(kernel, "veth", "same_xdp")->gone = true;
	assert_int_equal(targets_look_up(&kernel->targets, look_up, &oracle), -ENOTUNIQ);
	assert_int_equal(oracle.asked, kernel->targets.count - 2);
	for (size_t i = 0; i < kernel->targets.count; i++) {
		assert_true(!kernel->targets.list[i].resolved || kernel->targets.list[i].gone);
		assert_int_equal(kernel->targets.list[i].copies, 0);
		assert_int_equal(kernel->targets.list[i].addr, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_every_target_is_resolved),
		TEST(test_same_name_in_several_modules),
		TEST(test_same_name_twice_in_one_module),
		TEST(test_same_name_twice_in_btf),
		TEST(test_no_symbol),
		TEST(test_other_symbols_do_not_match),
		TEST(test_data_is_no_function),
		TEST(test_hidden_address),
		TEST(test_ids_are_places_in_the_table),
		TEST(test_module_comes_and_goes),
		TEST(test_lookup),
		TEST(test_lookup_that_is_in_doubt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
