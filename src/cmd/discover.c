// SPDX-License-Identifier: GPL-2.0
#include "cmd/discover.h"

#include "util/cleanup.h"

#include <errno.h>
#include <string.h>

static int add_symbol(const struct symbol *symbol, void *arg)
{
	struct discovery *discovery = arg;

	targets_add_symbol(&discovery->targets, symbol);
	return modules_add(&discovery->modules, symbol);
}

int discovery_read_symbols(struct discovery *discovery)
{
	_cleanup_(close_file) FILE *file = fopen("/proc/kallsyms", "re");
	int err;

	if (!file)
		return -errno;
	modules_release(&discovery->modules);
	err = symbols_each(file, add_symbol, discovery);
	targets_resolved(&discovery->targets);
	return err;
}

int discover(struct discovery *ret, const char **ret_failed)
{
	struct discovery discovery = {};
	int err;

	*ret_failed = "read the kernel's BTF";
	err = btfs_load(&discovery.btfs);
	if (!err)
		err = targets_find(&discovery.btfs, &discovery.targets);
	if (!err) {
		*ret_failed = "read /proc/kallsyms";
		err = discovery_read_symbols(&discovery);
	}
	if (err) {
		discovery_release(&discovery);
		return err;
	}
	*ret = discovery;
	return 0;
}

void discovery_release(struct discovery *discovery)
{
	targets_release(&discovery->targets);
	modules_release(&discovery->modules);
	btfs_release(&discovery->btfs);
}

bool discovery_has_btf(const struct discovery *discovery, const char *name)
{
	for (size_t i = 0; i < discovery->btfs.count; i++) {
		if (!strcmp(discovery->btfs.list[i].module, name))
			return true;
	}
	return false;
}
