// SPDX-License-Identifier: GPL-2.0
#include "probe/targets.h"

#include "helpers.h"
#include "kernel_btf.h"

#include <string.h>

static void find(struct kernel_btf *kernel, struct targets *ret)
{
	assert_int_equal(targets_find(&kernel->btfs, ret), 0);
	for (size_t i = 0; i < ret->count; i++) {
		assert_int_equal(ret->list[i].id, i);
		assert_int_equal(ret->list[i].copies, 0);
		assert_int_equal(ret->list[i].addr, 0);
	}
}

static void release(struct kernel_btf *kernel, struct targets *targets)
{
	targets_release(targets);
	assert_null(targets->list);
	assert_int_equal(targets->count, 0);
	targets_release(targets);
	kernel_btf_release(kernel);
}

static size_t count_drivers(const struct targets *targets)
{
	size_t count = 0;

	for (size_t i = 0; i < targets->count; i++)
		count += targets->list[i].role != ROLE_CORE;
	return count;
}

static void test_driver_is_found(void **state)
{
	struct kernel_btf kernel;
	struct targets targets;
	struct target *target;
	int id;

	kernel_btf_init(&kernel);
	id = btf_function(kernel.vmlinux, "virtnet_xdp", kernel.driver);
	find(&kernel, &targets);
	target = target_get(&targets, MODULE_VMLINUX, "virtnet_xdp");
	assert_int_equal(target->role, ROLE_DRIVER);
	assert_int_equal(target->hook, HOOK_DRIVER);
	assert_int_equal(target->btf_id, id);
	assert_int_equal(target->btf_fd, 0);
	assert_int_equal(target->nargs, 2);
	assert_int_equal(count_drivers(&targets), 1);
	release(&kernel, &targets);
}

struct prototype {
	const char *name;
	int result, nargs, args[3];
};

/* A function of each prototype is in vmlinux: those that match are found, and no other. */
static void check_prototypes(struct kernel_btf *kernel, const struct prototype *rows, size_t count,
			     bool match)
{
	struct targets targets;

	for (size_t i = 0; i < count; i++) {
		int proto = btf_proto(kernel->vmlinux, rows[i].result, rows[i].nargs, rows[i].args);

		btf_function(kernel->vmlinux, rows[i].name, proto);
	}
	find(kernel, &targets);
	for (size_t i = 0; i < count; i++) {
		if (!!target_lookup(&targets, MODULE_VMLINUX, rows[i].name) != match)
			fail_msg("%s %s", rows[i].name, match ? "is not found" : "is found");
	}
	assert_int_equal(count_drivers(&targets), match ? count : 0);
	release(kernel, &targets);
}

static void test_other_prototypes(void **state)
{
	struct kernel_btf kernel;
	struct btf *btf;
	int dev, bpf, num, other, other_union, char_type, proto;

	kernel_btf_init(&kernel);
	btf = kernel.vmlinux;
	dev = kernel.dev;
	bpf = kernel.bpf;
	num = kernel.int_type;
	other = btf__add_ptr(btf, btf__add_struct(btf, "net_device_ops", 8));
	other_union = btf__add_ptr(btf, btf__add_union(btf, "netdev_bpf", 32));
	char_type = btf__add_int(btf, "char", 1, BTF_INT_SIGNED);
	proto = btf__add_ptr(btf, kernel.driver);
	const struct prototype rows[] = {
		{ "returns_void", 0, 2, { dev, bpf } },
		{ "returns_long", kernel.long_type, 2, { dev, bpf } },
		{ "returns_char", char_type, 2, { dev, bpf } },
		{ "returns_pointer", dev, 2, { dev, bpf } },
		{ "returns_struct", kernel.net_device, 2, { dev, bpf } },
		{ "no_args", num, 0, {} },
		{ "one_arg", num, 1, { dev } },
		{ "three_args", num, 3, { dev, bpf, num } },
		{ "swapped", num, 2, { bpf, dev } },
		{ "twice_dev", num, 2, { dev, dev } },
		{ "twice_bpf", num, 2, { bpf, bpf } },
		{ "other_struct_first", num, 2, { other, bpf } },
		{ "other_struct_second", num, 2, { dev, other } },
		{ "a_union", num, 2, { dev, other_union } },
		{ "by_value", num, 2, { kernel.net_device, bpf } },
		{ "pointer_to_pointer", num, 2, { btf__add_ptr(btf, dev), bpf } },
		{ "pointer_to_void", num, 2, { dev, btf__add_ptr(btf, 0) } },
		{ "pointer_to_function", num, 2, { dev, proto } },
		{ "numbers", num, 2, { num, num } },
		{ "variadic", num, 2, { dev, 0 } },
	};

	check_prototypes(&kernel, rows, ARRAY_SIZE(rows), false);
}

static void test_typedefs_and_qualifiers(void **state)
{
	struct kernel_btf kernel;
	struct btf *btf;
	int dev, bpf, num, const_dev, alias, deep;

	kernel_btf_init(&kernel);
	btf = kernel.vmlinux;
	dev = kernel.dev;
	bpf = kernel.bpf;
	num = kernel.int_type;
	const_dev = btf__add_ptr(btf, btf__add_const(btf, kernel.net_device));
	alias = btf__add_typedef(btf, "netdev_t", kernel.net_device);
	deep = btf__add_volatile(btf, btf__add_const(btf, btf__add_typedef(btf, "bpf_t", bpf)));
	const struct prototype rows[] = {
		{ "plain", num, 2, { dev, bpf } },
		{ "const_struct", num, 2, { const_dev, bpf } },
		{ "const_pointer", num, 2, { btf__add_const(btf, dev), bpf } },
		{ "const_both", num, 2, { btf__add_const(btf, const_dev), bpf } },
		{ "restrict_pointer", num, 2, { btf__add_restrict(btf, dev), bpf } },
		{ "typedef_pointer", num, 2, { btf__add_typedef(btf, "dev_p", dev), bpf } },
		{ "typedef_struct", num, 2, { btf__add_ptr(btf, alias), bpf } },
		{ "deep_second", num, 2, { dev, deep } },
		{ "typedef_result", btf__add_typedef(btf, "s32", num), 2, { dev, bpf } },
		{ "const_result", btf__add_const(btf, num), 2, { dev, bpf } },
	};

	check_prototypes(&kernel, rows, ARRAY_SIZE(rows), true);
}

/* A module may know the structures by their names only. */
static void test_forward_declarations(void **state)
{
	struct kernel_btf kernel;
	struct btf *btf;
	int dev, bpf, other;

	kernel_btf_init(&kernel);
	btf = kernel.vmlinux;
	dev = btf__add_ptr(btf, btf__add_fwd(btf, "net_device", BTF_FWD_STRUCT));
	bpf = btf__add_ptr(btf, btf__add_fwd(btf, "netdev_bpf", BTF_FWD_STRUCT));
	const struct prototype rows[] = {
		{ "both", kernel.int_type, 2, { dev, bpf } },
		{ "first", kernel.int_type, 2, { dev, kernel.bpf } },
		{ "second", kernel.int_type, 2, { kernel.dev, bpf } },
	};

	check_prototypes(&kernel, rows, ARRAY_SIZE(rows), true);

	kernel_btf_init(&kernel);
	btf = kernel.vmlinux;
	other = btf__add_ptr(btf, btf__add_fwd(btf, "netdev_bpf2", BTF_FWD_STRUCT));
	const struct prototype others[] = {
		{ "other", kernel.int_type, 2, { kernel.dev, other } },
	};

	check_prototypes(&kernel, others, ARRAY_SIZE(others), false);
}

static void test_roles(void **state)
{
	static const struct {
		const char *name;
		enum target_role vmlinux, module;
	} rows[] = {
		{ "dev_xdp_propagate", ROLE_WRAPPER, ROLE_DRIVER },
		{ "netif_xdp_propagate", ROLE_WRAPPER, ROLE_DRIVER },
		{ "generic_xdp_install", ROLE_GENERIC, ROLE_DRIVER },
		{ "my_xdp", ROLE_DRIVER, ROLE_DRIVER },
	};
	struct kernel_btf kernel;
	struct targets targets;
	struct btf *module;

	kernel_btf_init(&kernel);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		btf_function(kernel.vmlinux, rows[i].name, kernel.driver);
	module = kernel_btf_module(&kernel, "mod", 33);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		btf_function(module, rows[i].name, kernel.driver);
	find(&kernel, &targets);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct target *target = target_get(&targets, MODULE_VMLINUX, rows[i].name);

		assert_int_equal(target->role, rows[i].vmlinux);
		assert_int_equal(target->hook, HOOK_DRIVER);
		target = target_get(&targets, "mod", rows[i].name);
		assert_int_equal(target->role, rows[i].module);
		assert_int_equal(target->hook, HOOK_DRIVER);
	}
	release(&kernel, &targets);
}

static void test_role_names(void **state)
{
	assert_string_equal(target_role_name(ROLE_CORE), "core");
	assert_string_equal(target_role_name(ROLE_WRAPPER), "wrapper");
	assert_string_equal(target_role_name(ROLE_GENERIC), "generic");
	assert_string_equal(target_role_name(ROLE_DRIVER), "driver");
}

static const struct core {
	const char *name;
	enum wire_hook hook;
	int nargs, most_nargs;
} cores[] = {
	{ "rtnetlink_rcv_msg", HOOK_REQUEST, 3, 3 },
	{ "bpf_link_release", HOOK_LINK_CLOSE, 2, 2 },
	{ "bpf_link_put", HOOK_LINK_PUT, 1, 1 },
	{ "dev_change_xdp_fd", HOOK_NETLINK, 5, 5 },
	{ "bpf_xdp_link_attach", HOOK_LINK_CREATE, 2, 2 },
	{ "bpf_xdp_link_update", HOOK_LINK_UPDATE, 3, 3 },
	{ "bpf_xdp_link_detach", HOOK_LINK_DETACH, 1, 1 },
	{ "bpf_xdp_link_release", HOOK_LINK_RELEASE, 1, 1 },
	{ "dev_xdp_attach", HOOK_ATTACH, 6, 6 },
	{ "dev_xdp_install", HOOK_INSTALL, 6, 6 },
	{ "xsk_bind", HOOK_BIND, 3, 3 },
	{ "xp_assign_dev", HOOK_POOL_SETUP, 4, 4 },
	{ "xp_clear_dev", HOOK_POOL_CLEAR, 1, 1 },
	{ "xp_release_deferred", HOOK_POOL_RELEASE, 1, 1 },
	{ "xp_del_xsk", HOOK_POOL_PUT, 2, 2 },
	{ "bpf_tracing_prog_attach", HOOK_COMPONENT_ATTACH, 3, 5 },
	{ "bpf_tracing_link_release", HOOK_COMPONENT_RELEASE, 1, 1 },
	{ "dev_map_update_elem", HOOK_ENTRY_UPDATE, 4, 4 },
	{ "dev_map_hash_update_elem", HOOK_ENTRY_UPDATE, 4, 4 },
	{ "dev_map_delete_elem", HOOK_ENTRY_DELETE, 2, 2 },
	{ "dev_map_hash_delete_elem", HOOK_ENTRY_DELETE, 2, 2 },
	{ "__dev_map_entry_free", HOOK_DEVMAP_DROP, 1, 1 },
	{ "bpf_map_put", HOOK_MAP_PUT, 1, 1 },
	{ "bpf_map_put_with_uref", HOOK_MAP_PUT, 1, 1 },
	{ "dev_map_free", HOOK_MAP_FREE, 1, 1 },
	{ "cpu_map_update_elem", HOOK_ENTRY_UPDATE, 4, 4 },
	{ "cpu_map_delete_elem", HOOK_ENTRY_DELETE, 2, 2 },
	{ "cpu_map_free", HOOK_MAP_FREE, 1, 1 },
	{ "bpf_map_offload_ndo", HOOK_OFFLOAD_MAP, 2, 2 },
	{ "__dev_change_net_namespace", HOOK_MOVE, 4, 5 },
};

static int number_proto(struct kernel_btf *kernel, struct btf *btf, int nargs)
{
	int args[8];

	for (size_t i = 0; i < ARRAY_SIZE(args); i++)
		args[i] = kernel->int_type;
	return btf_proto(btf, kernel->int_type, nargs, args);
}

static int core_nargs(const struct core *core, bool least)
{
	return least ? core->nargs : core->most_nargs;
}

/* Checks each core function when its BTF has @more arguments than its @least, or than its most. */
static void check_core(bool least, int more)
{
	struct kernel_btf kernel;
	struct targets targets;
	int ids[ARRAY_SIZE(cores)];

	kernel_btf_init(&kernel);
	for (size_t i = 0; i < ARRAY_SIZE(cores); i++)
		ids[i] = btf_function(
			kernel.vmlinux, cores[i].name,
			number_proto(&kernel, kernel.vmlinux, core_nargs(&cores[i], least) + more));
	find(&kernel, &targets);
	assert_int_equal(targets.count, ARRAY_SIZE(cores));
	for (size_t i = 0; i < ARRAY_SIZE(cores); i++) {
		struct target *target = target_get(&targets, MODULE_VMLINUX, cores[i].name);

		assert_int_equal(target->role, ROLE_CORE);
		assert_int_equal(target->hook, cores[i].hook);
		assert_int_equal(target->btf_id, ids[i]);
		assert_int_equal(target->btf_fd, 0);
		assert_int_equal(target->nargs, core_nargs(&cores[i], least) + more);
		add_symbol(&targets, MODULE_VMLINUX, cores[i].name, 't', 0x1000 + i);
		if (more)
			assert_problem(target, "arguments");
		else
			assert_null(target_problem(target));
	}
	release(&kernel, &targets);
}

static void test_core_functions(void **state)
{
	check_core(true, 0);
	check_core(false, 0);
}

static void test_core_functions_with_other_arguments(void **state)
{
	check_core(true, -1);
	check_core(false, 1);
}

/* A kernel without BTF for them, or without them at all: both are told apart by its symbols. */
static void test_core_functions_that_are_missing(void **state)
{
	struct kernel_btf kernel;
	struct targets targets;

	kernel_btf_init(&kernel);
	find(&kernel, &targets);
	assert_int_equal(targets.count, ARRAY_SIZE(cores)); /* one by its name of 5.10 */
	for (size_t i = 0; i < ARRAY_SIZE(cores); i++) {
		bool moves = cores[i].hook == HOOK_MOVE;
		const char *name = moves ? "dev_change_net_namespace" : cores[i].name;
		struct target *target = target_get(&targets, MODULE_VMLINUX, name);

		assert_int_equal(target->role, ROLE_CORE);
		assert_int_equal(target->btf_id, 0);
		assert_int_equal(target->nargs, -1);
		assert_problem(target, "this kernel has no such function");
		add_symbol(&targets, MODULE_VMLINUX, name, 't', 0x1000);
		assert_null(target_problem(target));
	}
	release(&kernel, &targets);
}

/* The core's names mean nothing in a module. */
static void test_core_name_in_a_module(void **state)
{
	struct kernel_btf kernel;
	struct targets targets;
	struct target *target;
	struct btf *module;

	kernel_btf_init(&kernel);
	module = kernel_btf_module(&kernel, "mod", 33);
	btf_function(module, "dev_xdp_install", number_proto(&kernel, module, 6));
	btf_function(module, "dev_xdp_attach", kernel.driver);
	find(&kernel, &targets);
	assert_null(target_lookup(&targets, "mod", "dev_xdp_install"));
	assert_int_equal(target_get(&targets, MODULE_VMLINUX, "dev_xdp_install")->btf_id, 0);
	target = target_get(&targets, "mod", "dev_xdp_attach");
	assert_int_equal(target->role, ROLE_DRIVER);
	assert_int_equal(target->hook, HOOK_DRIVER);
	release(&kernel, &targets);
}

static void test_split_btf(void **state)
{
	struct kernel_btf kernel;
	struct targets targets;
	struct btf *first, *second;
	int in_first, in_second, own;

	kernel_btf_init(&kernel);
	btf_function(kernel.vmlinux, "virtnet_xdp", kernel.driver);
	first = kernel_btf_module(&kernel, "veth", 71);
	in_first = btf_function(first, "veth_xdp", kernel.driver); /* all of it is the base's */
	second = kernel_btf_module(&kernel, "tun", 72);
	own = btf_proto(second, kernel.int_type, 2,
			(int[]){ btf__add_const(second, kernel.dev), kernel.bpf });
	in_second = btf_function(second, "tun_xdp", own);
	find(&kernel, &targets);
	assert_int_equal(count_drivers(&targets), 3); /* the base's function is there once */
	assert_true(in_first > kernel.driver);
	assert_int_equal(target_get(&targets, "veth", "veth_xdp")->btf_id, in_first);
	assert_int_equal(target_get(&targets, "veth", "veth_xdp")->btf_fd, 71);
	assert_int_equal(target_get(&targets, "tun", "tun_xdp")->btf_id, in_second);
	assert_int_equal(target_get(&targets, "tun", "tun_xdp")->btf_fd, 72);
	release(&kernel, &targets);
}

static void test_no_match(void **state)
{
	struct kernel_btf kernel;
	struct targets targets;

	kernel_btf_init(&kernel);
	btf_function(kernel.vmlinux, "ip_rcv", number_proto(&kernel, kernel.vmlinux, 4));
	kernel_btf_module(&kernel, "empty", 33);
	find(&kernel, &targets);
	assert_int_equal(targets.count, ARRAY_SIZE(cores)); /* one by its name of 5.10 */
	assert_int_equal(count_drivers(&targets), 0);
	release(&kernel, &targets);
}

static void assert_by_address(const struct target *target, uint64_t addr)
{
	assert_int_equal(target->addr, addr);
	assert_int_equal(target->role, ROLE_DRIVER);
	assert_int_equal(target->hook, HOOK_DRIVER);
	assert_int_equal(target->btf_id, 0);
	assert_int_equal(target->nargs, 2);
	assert_null(target_problem(target));
}

/* Functions without BTF: each address once, in every module and also twice in one. */
static void test_functions_by_address(void **state)
{
	struct kernel_btf kernel;
	struct targets targets;
	size_t before;

	kernel_btf_init(&kernel);
	find(&kernel, &targets);
	before = targets.count;
	assert_int_equal(targets_add_function(&targets, "sfc", "efx_xdp", 0x1000), 1);
	assert_int_equal(targets_add_function(&targets, "sfc", "efx_xdp", 0x1000), 0);
	assert_int_equal(targets_add_function(&targets, "sfc_siena", "efx_xdp", 0x2000), 1);
	assert_int_equal(targets_add_function(&targets, "sfc", "efx_xdp", 0x3000), 1);
	assert_int_equal(targets.count, before + 3);
	/* What kallsyms says of that name afterwards is no news. */
	add_symbol(&targets, "sfc", "efx_xdp", 't', 0x1000);
	add_symbol(&targets, "sfc", "efx_xdp", 't', 0x3000);
	assert_by_address(&targets.list[before], 0x1000);
	assert_by_address(&targets.list[before + 1], 0x2000);
	assert_by_address(&targets.list[before + 2], 0x3000);
	release(&kernel, &targets);
}

/* A module that comes back, elsewhere: its function keeps its place in the table. */
static void test_function_by_address_comes_back(void **state)
{
	struct kernel_btf kernel;
	struct targets targets;
	struct target *target;
	uint32_t id;

	kernel_btf_init(&kernel);
	find(&kernel, &targets);
	assert_int_equal(targets_add_function(&targets, "veth", "veth_xdp", 0x1000), 1);
	id = target_get(&targets, "veth", "veth_xdp")->id;
	targets_forget_module(&targets, "veth");
	assert_problem(target_get(&targets, "veth", "veth_xdp"), "not loaded");
	add_symbol(&targets, "veth", "veth_xdp", 't', 0x5000);
	targets_resolved(&targets);
	assert_problem(target_get(&targets, "veth", "veth_xdp"), "not loaded");
	assert_int_equal(targets_add_function(&targets, "veth", "veth_xdp", 0x5000), 1);
	target = target_get(&targets, "veth", "veth_xdp");
	assert_int_equal(target->id, id);
	assert_by_address(target, 0x5000);
	release(&kernel, &targets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_driver_is_found),
		cmocka_unit_test(test_other_prototypes),
		cmocka_unit_test(test_typedefs_and_qualifiers),
		cmocka_unit_test(test_forward_declarations),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_role_names),
		cmocka_unit_test(test_core_functions),
		cmocka_unit_test(test_core_functions_with_other_arguments),
		cmocka_unit_test(test_core_functions_that_are_missing),
		cmocka_unit_test(test_core_name_in_a_module),
		cmocka_unit_test(test_split_btf),
		cmocka_unit_test(test_no_match),
		cmocka_unit_test(test_functions_by_address),
		cmocka_unit_test(test_function_by_address_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
