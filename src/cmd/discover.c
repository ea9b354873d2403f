// SPDX-License-Identifier: GPL-2.0
#include "cmd/discover.h"

#include "probe/resolve.h"
#include "probe/slots.h"
#include "util/cleanup.h"
#include "util/log.h"

#include <errno.h>

/* Modules come and go while symbols are read: as often as this is read once more. */
#define TRIES 10

/* What symbols are read into. */
struct reading {
	struct discovery *discovery;
	struct slots slots;
};

static int add_symbol(const struct symbol *symbol, void *arg)
{
	struct reading *reading = arg;
	int err;

	targets_add_symbol(&reading->discovery->targets, symbol);
	err = slots_add_symbol(&reading->slots, symbol);
	return err ? err : modules_add(&reading->discovery->modules, symbol);
}

static int read_symbols_once(struct reading *reading)
{
	_cleanup_(close_file) FILE *file = fopen("/proc/kallsyms", "re");

	if (!file)
		return -errno;
	slots_release(&reading->slots);
	reading->slots = (struct slots){ .btfs = &reading->discovery->btfs };
	modules_release(&reading->discovery->modules);
	targets_unresolve(&reading->discovery->targets);
	return symbols_each(file, add_symbol, reading);
}

static int read_all_symbols(struct discovery *discovery)
{
	struct reading reading = { .discovery = discovery };
	uint64_t before;
	int err, tries = 0;

	do {
		before = modules_stamp();
		err = read_symbols_once(&reading);
	} while (!err && modules_stamp() != before && ++tries < TRIES);
	targets_resolved(&discovery->targets);
	if (!err)
		err = slots_find(&reading.slots, &discovery->modules, &discovery->targets);
	slots_release(&reading.slots);
	return err;
}

static void open_lookup(struct discovery *discovery)
{
	int err = lookup_open(&discovery->lookup);

	discovery->reads_all = err != 0;
	if (err)
		log_info("All symbols are read: this kernel looks up none for us, %s",
			 strerrordesc_np(-err));
}

/* Drivers of a module without BTF are found by all of its symbols. */
static const char *module_without_btf(const struct discovery *discovery,
				      const struct modules *modules)
{
	for (size_t i = 0; i < modules->count; i++) {
		if (!btfs_have(&discovery->btfs, modules->list[i].name))
			return modules->list[i].name;
	}
	return NULL;
}

/* Returns 0, or a negative errno if kallsyms has to be read. */
static int look_up(struct discovery *discovery, bool searched)
{
	_cleanup_(close_file) FILE *file = fopen("/proc/modules", "re");
	struct modules modules = {};
	const char *untyped = NULL;
	int err = file ? modules_read(file, &modules) : -errno;

	if (err && err != -ENOENT) /* a kernel without modules */
		return err;
	if (!searched)
		untyped = module_without_btf(discovery, &modules);
	if (untyped) {
		log_info("All symbols are read: %s has no BTF", untyped);
		modules_release(&modules);
		return -ENODATA;
	}
	err = targets_look_up(&discovery->targets, lookup_names, discovery->lookup);
	if (err) {
		log_info("All symbols are read: the kernel can not look up the functions, %s",
			 strerrordesc_np(-err));
		modules_release(&modules);
		return err;
	}
	modules_release(&discovery->modules);
	discovery->modules = modules;
	return 0;
}

int discovery_read_symbols(struct discovery *discovery, bool searched)
{
	if (!discovery->lookup && !discovery->reads_all)
		open_lookup(discovery);
	if (discovery->lookup && !look_up(discovery, searched))
		return 0;
	return read_all_symbols(discovery);
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
		*ret_failed = "read the kernel's symbols";
		err = discovery_read_symbols(&discovery, false);
		/* A kernel without symbols (CONFIG_KALLSYMS) still has tracepoints. */
		if (err == -ENOENT)
			err = 0;
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
	lookup_close(&discovery->lookup);
	btfs_release(&discovery->btfs);
}
