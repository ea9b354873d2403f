// SPDX-License-Identifier: GPL-2.0
#include "probe/slots.h"

#include "kernel/netdevops.h"
#include "util/cleanup.h"
#include "util/log.h"

#include <errno.h>
#include <string.h>

static bool module_has_btf(struct slots *slots, const char *module)
{
	if (!strcmp(slots->module, module))
		return slots->has_btf;
	snprintf(slots->module, sizeof(slots->module), "%s", module);
	slots->has_btf = btfs_have(slots->btfs, module);
	slots->modules += !slots->has_btf;
	return slots->has_btf;
}

static void note_landmark(struct slots *slots, const struct symbol *symbol)
{
	const struct {
		const char *name;
		uint64_t *addr;
	} landmarks[] = {
		{ "_stext", &slots->text_start },
		{ "_etext", &slots->text_end },
		{ "net_namespace_list", &slots->namespaces },
	};

	for (size_t i = 0; i < ARRAY_SIZE(landmarks); i++) {
		if (!strcmp(symbol->name, landmarks[i].name))
			*landmarks[i].addr = symbol->addr;
	}
}

int slots_add_symbol(struct slots *slots, const struct symbol *symbol)
{
	if (!strcmp(symbol->module, MODULE_VMLINUX)) {
		note_landmark(slots, symbol);
		return 0;
	}
	if (!symbol->addr || module_is_made_up(symbol->module) ||
	    module_has_btf(slots, symbol->module))
		return 0;
	return symbol_table_add(&slots->symbols, symbol);
}

static void log_function(const struct symbol_table *symbols, const struct netdev_function *function)
{
	const char *func = symbol_table_name(symbols, function->func);
	const char *module = symbol_table_module(symbols, function->func);
	const char *ops = function->ops ? symbol_table_name(symbols, function->ops) : NULL;

	if (function->doubtful)
		log_info("Not taken for a driver's: %s [%s], in what may be a net_device_ops: %s",
			 func, module, ops);
	else if (function->by_object)
		log_info("Found %s [%s] in %s%s", func, module, ops,
			 function->by_device ? ", and in a device" : "");
	else
		log_info("Found %s [%s] in a device only", func, module);
}

static int add_targets(struct slots *slots, const struct netdev_functions *functions,
		       struct targets *targets)
{
	for (size_t i = 0; i < functions->count; i++) {
		const struct netdev_function *function = &functions->list[i];
		int ret = 1;

		if (!function->doubtful)
			ret = targets_add_function(
				targets, symbol_table_module(&slots->symbols, function->func),
				symbol_table_name(&slots->symbols, function->func),
				function->func->addr);
		if (ret < 0)
			return ret;
		if (ret)
			log_function(&slots->symbols, function);
	}
	return 0;
}

static int search(struct slots *slots, const struct modules *modules, struct memory *memory,
		  struct netdev_functions *ret)
{
	struct netdev_layout layout;
	struct netdevops_search search = {
		.layout = &layout,
		.symbols = &slots->symbols,
		.modules = modules,
		.text_start = slots->text_start,
		.text_end = slots->text_end,
		.namespaces = slots->namespaces,
		.read = memory_read,
		.memory = memory,
	};
	int err;

	err = netdev_layout_read(slots->btfs->list[0].btf, &layout);
	return err ? err : netdevops_find(&search, ret);
}

int slots_find(struct slots *slots, const struct modules *modules, struct targets *targets)
{
	_cleanup_(netdevops_release) struct netdev_functions functions = {};
	_cleanup_(memory_close) struct memory *memory = NULL;
	int err;

	if (!slots->symbols.count)
		return 0;
	log_info("%u modules have no BTF: their drivers are searched for in the kernel's memory, "
		 "where "
		 "net_device_ops point to them",
		 slots->modules);
	symbol_table_sort(&slots->symbols);
	err = memory_open(&memory);
	if (!err)
		err = search(slots, modules, memory, &functions);
	if (err == -ENOMEM)
		return err;
	if (err) {
		log_warning("drivers of modules without BTF are not probed, as the kernel's memory "
			    "could not be searched for them: %s. Their operations are reported "
			    "without the driver's time",
			    strerrordesc_np(-err));
		return 0;
	}
	return add_targets(slots, &functions, targets);
}

void slots_release(struct slots *slots)
{
	symbol_table_release(&slots->symbols);
	*slots = (struct slots){ .btfs = slots->btfs };
}
