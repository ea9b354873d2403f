// SPDX-License-Identifier: GPL-2.0
#include "kernel_btf.h"

#include "helpers.h"

#include <string.h>

void kernel_btf_init_5_10(struct kernel_btf *kernel)
{
	struct btf *btf = btf__new_empty();

	assert_non_null(btf);
	*kernel = (struct kernel_btf){ .vmlinux = btf };
	kernel->btfs.list = kernel->sources;
	kernel->btfs.count = 1;
	kernel->sources[0] =
		(struct btf_source){ .module = MODULE_VMLINUX, .btf = btf, .first_id = 1 };
	kernel->int_type = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	kernel->long_type = btf__add_int(btf, "long int", 8, BTF_INT_SIGNED);
	kernel->net_device = btf__add_struct(btf, "net_device", 64);
	kernel->netdev_bpf = btf__add_struct(btf, "netdev_bpf", 32);
	kernel->dev = btf__add_ptr(btf, kernel->net_device);
	kernel->bpf = btf__add_ptr(btf, kernel->netdev_bpf);
	kernel->driver = btf_proto(btf, kernel->int_type, 2, (int[]){ kernel->dev, kernel->bpf });
	assert_int_equal(kernel->driver, 7);
}

void kernel_btf_init(struct kernel_btf *kernel)
{
	kernel_btf_init_5_10(kernel);
	/* As every kernel since 5.11 has it: without it, bpf_link_put is no target. */
	btf_function(kernel->vmlinux, "bpf_destroy_inode",
		     btf_proto(kernel->vmlinux, kernel->int_type, 1, (int[]){ kernel->dev }));
}

void kernel_btf_release(struct kernel_btf *kernel)
{
	while (kernel->btfs.count)
		btf__free(kernel->sources[--kernel->btfs.count].btf);
}

struct btf *kernel_btf_module(struct kernel_btf *kernel, const char *name, int fd)
{
	struct btf_source *source = &kernel->sources[kernel->btfs.count];

	assert_true(kernel->btfs.count < KERNEL_SOURCES);
	*source = (struct btf_source){
		.btf = btf__new_empty_split(kernel->vmlinux),
		.first_id = btf__type_cnt(kernel->vmlinux),
		.fd = fd,
	};
	assert_non_null(source->btf);
	snprintf(source->module, sizeof(source->module), "%s", name);
	kernel->btfs.count++;
	return source->btf;
}

int btf_proto(struct btf *btf, int result, int nargs, const int *args)
{
	int id = btf__add_func_proto(btf, result);

	assert_true(id > 0);
	for (int i = 0; i < nargs; i++)
		assert_int_equal(btf__add_func_param(btf, args[i] ? "arg" : NULL, args[i]), 0);
	return id;
}

int btf_function(struct btf *btf, const char *name, int proto)
{
	int id = btf__add_func(btf, name, BTF_FUNC_STATIC, proto);

	assert_true(id > 0);
	return id;
}

struct target *target_lookup(const struct targets *targets, const char *module, const char *func)
{
	for (size_t i = 0; i < targets->count; i++) {
		struct target *target = &targets->list[i];

		if (!strcmp(target->module, module) && !strcmp(target->func, func))
			return target;
	}
	return NULL;
}

struct target *target_get(const struct targets *targets, const char *module, const char *func)
{
	struct target *target = target_lookup(targets, module, func);

	if (!target)
		fail_msg("no target %s of %s", func, module);
	return target;
}

void assert_problem(const struct target *target, const char *words)
{
	const char *problem = target_problem(target);

	if (!problem || !strstr(problem, words))
		fail_msg("problem of %s: %s, expected: %s", target->func,
			 problem ? problem : "none", words);
}

void add_symbol(struct targets *targets, const char *module, const char *name, char type,
		uint64_t addr)
{
	const struct symbol symbol = { .addr = addr, .type = type, .name = name, .module = module };

	targets_add_symbol(targets, &symbol);
}
