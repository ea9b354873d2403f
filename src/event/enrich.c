// SPDX-License-Identifier: GPL-2.0
#include "event/enrich.h"

#include "event/stack.h"
#include "util/cleanup.h"
#include "util/clock.h"

#include <errno.h>
#include <string.h>

/* Functions that are not among the targets are few: those of modules without BTF. */
#define KNOWN_MAX 256

static int match_address(const struct symbol *symbol, void *arg)
{
	struct known_function *known = arg;

	if (symbol->addr != known->addr || !symbol_is_text(symbol))
		return 0;
	snprintf(known->symbol.name, sizeof(known->symbol.name), "%s", symbol->name);
	snprintf(known->symbol.module, sizeof(known->symbol.module), "%s", symbol->module);
	return 1;
}

static void read_name(const struct enricher *enricher, struct known_function *known)
{
	_cleanup_(close_file) FILE *file = NULL;
	int err = -EOPNOTSUPP;

	if (enricher->symbol_at)
		err = enricher->symbol_at(known->addr, &known->symbol, enricher->symbol_at_arg);
	if (!err || err == -ENOENT)
		return;
	file = fopen("/proc/kallsyms", "re");
	if (file)
		symbols_each(file, match_address, known);
}

/* The function that begins at @addr, NULL if that can not be told. Remembers what is not there. */
static const struct known_function *lookup_symbol(struct enricher *enricher, uint64_t addr)
{
	struct known_function *known, **list;

	for (size_t i = 0; i < enricher->nknown; i++) {
		if (enricher->known[i]->addr == addr)
			return enricher->known[i];
	}
	if (enricher->nknown == KNOWN_MAX)
		return NULL;
	list = reallocarray(enricher->known, enricher->nknown + 1, sizeof(struct known_function *));
	if (!list)
		return NULL;
	enricher->known = list;
	known = calloc(1, sizeof(*known));
	if (!known)
		return NULL;
	known->addr = addr;
	enricher->known[enricher->nknown++] = known;
	read_name(enricher, known);
	return known;
}

static const struct target *target_at(const struct targets *targets, uint64_t addr)
{
	for (size_t i = 0; i < targets->count; i++) {
		if (targets->list[i].addr == addr)
			return &targets->list[i];
	}
	return NULL;
}

static bool module_is_known(const struct modules *modules, const char *name)
{
	for (size_t i = 0; i < modules->count; i++) {
		if (!strcmp(modules->list[i].name, name))
			return true;
	}
	return !strcmp(name, MODULE_VMLINUX);
}

/*
 * The driver's function by its address only: it was not probed. If it is now, or its module has
 * come and was not looked at yet, this operation was too early for it.
 */
static void name_unprobed(struct enricher *enricher, struct event *event)
{
	const struct target *target = target_at(enricher->targets, event->driver_func);
	const struct known_function *known;

	event->driver_probe = target && target->probed ? "late" : "none";
	if (target) {
		event->func = target->func;
		return;
	}
	known = lookup_symbol(enricher, event->driver_func);
	if (!known || !known->symbol.name[0])
		return;
	event->func = known->symbol.name;
	if (!module_is_known(enricher->modules, known->symbol.module))
		event->driver_probe = "late";
}

static void name_calls(const struct targets *targets, struct event *event)
{
	for (size_t i = 0; i < event->ncalls; i++) {
		struct call *call = &event->calls[i];
		const struct target *target;

		if (call->target >= targets->count)
			continue;
		target = &targets->list[call->target];
		call->func = target->func;
		call->module = target->module;
		call->is_driver = target->role == ROLE_DRIVER || target->role == ROLE_GENERIC;
	}
}

/* The outermost function that installs: for the rest of the tree is what it called. */
static const struct call *driver_call(const struct event *event)
{
	for (size_t i = 0; i < event->ncalls; i++) {
		if (event->calls[i].is_driver)
			return &event->calls[i];
	}
	return NULL;
}

/*
 * A virtual device has no driver of a bus: its module is what ethtool would name. A module that
 * was loaded after the start is known by its symbols only.
 */
static void name_driver(struct enricher *enricher, struct event *event)
{
	const struct known_function *known;
	const struct module *module;
	const char *name = NULL;

	if (event->bus_driver || !event->driver_text)
		return;
	module = modules_find(enricher->modules, event->driver_text);
	if (module) {
		name = module->name;
	} else {
		known = lookup_symbol(enricher, event->driver_text);
		if (known && strcmp(known->symbol.module, MODULE_VMLINUX))
			name = known->symbol.module;
	}
	if (name && *name)
		snprintf(event->driver, sizeof(event->driver), "%s", name);
}

void enrich_event(struct enricher *enricher, struct event *event)
{
	const struct call *driver;

	event->time_ns = clock_real_ns(CLOCK_MONOTONIC, event->end_ns);
	name_calls(enricher->targets, event);
	if (event->stack.count)
		stack_name(&event->stack, &enricher->symbols, enricher->targets);
	name_driver(enricher, event);
	driver = driver_call(event);
	if (driver) {
		event->driver_took_ns = driver->took_ns;
		event->func = driver->func;
	} else if (event->driver_func && !event->error) {
		/* Not probed, and so only success proves that dev_xdp_install has called it. */
		name_unprobed(enricher, event);
	}
}

int enricher_read_symbols(struct enricher *enricher)
{
	return enricher->stacks ? symbol_table_read(&enricher->symbols) : 0;
}

void enricher_forget(struct enricher *enricher)
{
	for (size_t i = 0; i < enricher->nknown; i++)
		free(enricher->known[i]);
	free(enricher->known);
	enricher->known = NULL;
	enricher->nknown = 0;
}

void enricher_release(struct enricher *enricher)
{
	enricher_forget(enricher);
	symbol_table_release(&enricher->symbols);
}
