// SPDX-License-Identifier: GPL-2.0
/* What the core's targets are on one kernel and not on another. */
#include "probe/targets.h"

#include "helpers.h"
#include "kernel_btf.h"

#include <string.h>

static void add_function(struct kernel_btf *kernel, const char *name, int nargs)
{
	int args[8];

	for (size_t i = 0; i < ARRAY_SIZE(args); i++)
		args[i] = kernel->int_type;
	btf_function(kernel->vmlinux, name,
		     btf_proto(kernel->vmlinux, kernel->int_type, nargs, args));
}

/* A kernel with these functions, up to a NULL. */
static void find(const char *const *functions, struct kernel_btf *kernel, struct targets *ret)
{
	kernel_btf_init_5_10(kernel);
	for (; *functions; functions++)
		add_function(kernel, *functions, 1);
	assert_int_equal(targets_find(&kernel->btfs, ret), 0);
}

static void release(struct kernel_btf *kernel, struct targets *targets)
{
	targets_release(targets);
	kernel_btf_release(kernel);
}

#define LONG_MOVE  "__dev_change_net_namespace"
#define SHORT_MOVE "dev_change_net_namespace"

/* A target that is of use with, or without, another function; never both of a pair. */
static void test_functions_that_exclude_a_target(void **state)
{
	static const struct {
		const char *functions[4];
		bool put_in_task, long_move;
	} kernels[] = {
		{ { NULL }, false, false },
		{ { SHORT_MOVE, NULL }, false, false }, /* 5.10 */
		{ { "bpf_link_put", SHORT_MOVE, NULL }, false, false },
		{ { "bpf_destroy_inode", SHORT_MOVE, NULL }, true, false },
		{ { "bpf_destroy_inode", LONG_MOVE, NULL }, true, true },
		{ { "bpf_destroy_inode", LONG_MOVE, SHORT_MOVE, NULL }, true, true }, /* 7.x */
	};

	for (size_t i = 0; i < ARRAY_SIZE(kernels); i++) {
		bool long_move = kernels[i].long_move;
		struct kernel_btf kernel;
		struct targets targets;
		struct target *move;

		find(kernels[i].functions, &kernel, &targets);
		assert_int_equal(!!target_lookup(&targets, MODULE_VMLINUX, "bpf_link_put"),
				 kernels[i].put_in_task);
		assert_int_equal(!!target_lookup(&targets, MODULE_VMLINUX, "bpf_free_inode"),
				 !kernels[i].put_in_task);
		assert_int_equal(!!target_lookup(&targets, MODULE_VMLINUX, "simple_unlink"),
				 !kernels[i].put_in_task);
		move = target_lookup(&targets, MODULE_VMLINUX, SHORT_MOVE);
		assert_int_equal(!move, long_move);
		if (move)
			assert_int_equal(move->hook, HOOK_MOVE);
		release(&kernel, &targets);
	}
}

/* Only what the kernel calls decides: a module's function of that name says nothing. */
static void test_function_of_a_module(void **state)
{
	struct kernel_btf kernel;
	struct targets targets;
	struct btf *module;

	kernel_btf_init_5_10(&kernel);
	module = kernel_btf_module(&kernel, "mod", 33);
	btf_function(module, "bpf_destroy_inode", kernel.driver);
	btf_function(module, LONG_MOVE, kernel.driver);
	assert_int_equal(targets_find(&kernel.btfs, &targets), 0);
	assert_null(target_lookup(&targets, MODULE_VMLINUX, "bpf_link_put"));
	assert_non_null(target_lookup(&targets, MODULE_VMLINUX, SHORT_MOVE));
	release(&kernel, &targets);
}

/* A type is no function, whatever its name is. */
static void test_type_of_that_name(void **state)
{
	struct kernel_btf kernel;
	struct targets targets;

	kernel_btf_init_5_10(&kernel);
	btf__add_struct(kernel.vmlinux, "bpf_destroy_inode", 8);
	btf__add_typedef(kernel.vmlinux, LONG_MOVE, kernel.int_type);
	assert_int_equal(targets_find(&kernel.btfs, &targets), 0);
	assert_null(target_lookup(&targets, MODULE_VMLINUX, "bpf_link_put"));
	assert_non_null(target_lookup(&targets, MODULE_VMLINUX, SHORT_MOVE));
	release(&kernel, &targets);
}

/* Kernels that have all targets between them. */
static const char *const all_functions[][3] = {
	{ NULL }, /* 5.10 */
	{ "bpf_destroy_inode", LONG_MOVE, NULL },
};

/* Those that only take note of something; an operation needs its return, or it never ends. */
static void test_entry_only(void **state)
{
	static const uint32_t notes =
		1 << HOOK_LINK_PUT | 1 << HOOK_PIN_UNLINK | 1 << HOOK_PIN_FREE |
		1 << HOOK_POOL_PUT | 1 << HOOK_DEVMAP_DROP | 1 << HOOK_MAP_PUT | 1 << HOOK_MAP_FREE;

	for (size_t i = 0; i < ARRAY_SIZE(all_functions); i++) {
		struct kernel_btf kernel;
		struct targets targets;

		find(all_functions[i], &kernel, &targets);
		for (size_t j = 0; j < targets.count; j++) {
			const struct target *target = &targets.list[j];

			if (target->entry_only != !!(notes & 1 << target->hook))
				fail_msg("%s: entry_only is %d", target->func, target->entry_only);
		}
		release(&kernel, &targets);
	}
}

/* Without a function of its own, a hook would only be dead code in the kernel side. */
static void test_every_hook_has_a_function(void **state)
{
	/* Found by their type, by a system call, and by userspace. */
	uint32_t found = 1 << HOOK_NONE | 1 << HOOK_DRIVER | 1 << HOOK_DELETE | 1U << HOOK_PRESENT;

	for (size_t i = 0; i < ARRAY_SIZE(all_functions); i++) {
		struct kernel_btf kernel;
		struct targets targets;

		find(all_functions[i], &kernel, &targets);
		for (size_t j = 0; j < targets.count; j++)
			found |= 1 << targets.list[j].hook;
		release(&kernel, &targets);
	}
	assert_int_equal(found, (1ULL << HOOKS) - 1);
}

/* Between the fewest and the most arguments that kernels have had, all are good. */
static void test_argument_counts(void **state)
{
	static const struct {
		const char *name;
		int least, most;
	} rows[] = {
		{ "bpf_tracing_prog_attach", 3, 5 },
		{ LONG_MOVE, 4, 5 },
		{ "dev_xdp_install", 6, 6 },
		{ "xp_assign_dev", 4, 4 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (int nargs = 0; nargs <= 8; nargs++) {
			struct kernel_btf kernel;
			struct targets targets;
			struct target *target;

			kernel_btf_init(&kernel);
			add_function(&kernel, rows[i].name, nargs);
			assert_int_equal(targets_find(&kernel.btfs, &targets), 0);
			add_symbol(&targets, MODULE_VMLINUX, rows[i].name, 't', 0x1000);
			target = target_get(&targets, MODULE_VMLINUX, rows[i].name);
			assert_int_equal(target->nargs, nargs);
			if (nargs >= rows[i].least && nargs <= rows[i].most)
				assert_null(target_problem(target));
			else
				assert_problem(target, "arguments");
			release(&kernel, &targets);
		}
	}
}

/* What a probe is told in one constant comes out as it went in; hooks are bits of a mask, too. */
static void test_cookies(void **state)
{
	static const uint32_t targets[] = { 0, 1, 0xffff, UINT32_MAX };

	assert_in_range(HOOKS, 1, 32);
	for (uint32_t hook = 0; hook < HOOKS; hook++) {
		for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
			for (int nargs = 0; nargs < 256; nargs += 5) {
				uint64_t cookie = WIRE_COOKIE(hook, nargs, targets[i]);

				assert_int_equal(WIRE_COOKIE_HOOK(cookie), hook);
				assert_int_equal(WIRE_COOKIE_NARGS(cookie), nargs);
				assert_int_equal(WIRE_COOKIE_TARGET(cookie), targets[i]);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_functions_that_exclude_a_target),
		cmocka_unit_test(test_function_of_a_module),
		cmocka_unit_test(test_type_of_that_name),
		cmocka_unit_test(test_entry_only),
		cmocka_unit_test(test_every_hook_has_a_function),
		cmocka_unit_test(test_argument_counts),
		cmocka_unit_test(test_cookies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
