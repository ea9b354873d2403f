// SPDX-License-Identifier: GPL-2.0
#include "kernel/symboltable.h"

#include "util/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Arrays grow to powers of two: there are tens of thousands of symbols. */
static size_t room_for(size_t size)
{
	size_t room = 64;

	while (room < size)
		room *= 2;
	return room;
}

static int add_text(struct symbol_table *table, const char *text, uint32_t *ret)
{
	size_t length = strlen(text) + 1, size = table->texts_size + length;

	if (size > UINT32_MAX)
		return -E2BIG;
	if (!table->texts || room_for(size) != room_for(table->texts_size)) {
		char *texts = realloc(table->texts, room_for(size));

		if (!texts)
			return -ENOMEM;
		table->texts = texts;
	}
	memcpy(table->texts + table->texts_size, text, length);
	*ret = table->texts_size;
	table->texts_size = size;
	return 0;
}

/* The symbols of a module stand together, mostly: its name is noted once then. */
static int add_module(struct symbol_table *table, const char *module)
{
	if (table->count && !strcmp(table->texts + table->last_module, module))
		return 0;
	return add_text(table, module, &table->last_module);
}

int symbol_table_add(struct symbol_table *table, const struct symbol *symbol)
{
	struct symbol_entry entry = {
		.addr = symbol->addr,
		.type = symbol->type,
		.number = table->count,
	};
	int err;

	if (!table->list || room_for(table->count + 1) != room_for(table->count)) {
		struct symbol_entry *list =
			reallocarray(table->list, room_for(table->count + 1), sizeof(*list));

		if (!list)
			return -ENOMEM;
		table->list = list;
	}
	err = add_module(table, symbol->module);
	if (!err)
		err = add_text(table, symbol->name, &entry.name);
	if (err)
		return err;
	entry.module = table->last_module;
	table->list[table->count++] = entry;
	return 0;
}

static int entry_compare(const void *a, const void *b)
{
	const struct symbol_entry *left = a, *right = b;

	if (left->addr != right->addr)
		return left->addr < right->addr ? -1 : 1;
	return left->number < right->number ? -1 : 1;
}

void symbol_table_sort(struct symbol_table *table)
{
	if (table->count)
		qsort(table->list, table->count, sizeof(*table->list), entry_compare);
}

/* The first entry at @addr or after it. */
static size_t first_from(const struct symbol_table *table, uint64_t addr)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (table->list[middle].addr < addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct symbol_entry *symbol_table_function(const struct symbol_table *table, uint64_t addr)
{
	for (size_t i = first_from(table, addr); i < table->count; i++) {
		const struct symbol_entry *entry = &table->list[i];

		if (entry->addr != addr)
			break;
		if (symbol_type_is_text(entry->type))
			return entry;
	}
	return NULL;
}

const struct symbol_entry *symbol_table_around(const struct symbol_table *table, uint64_t addr)
{
	size_t next = addr < UINT64_MAX ? first_from(table, addr + 1) : table->count;

	while (next-- > 0) {
		if (symbol_type_is_text(table->list[next].type))
			return symbol_table_function(table, table->list[next].addr);
	}
	return NULL;
}

const struct symbol_entry *symbol_table_next(const struct symbol_table *table,
					     const struct symbol_entry *entry)
{
	size_t next = first_from(table, entry->addr + 1);

	return next < table->count ? &table->list[next] : NULL;
}

static int add_function(const struct symbol *symbol, void *arg)
{
	/* Where addresses are hidden, they are 0. */
	if (!symbol->addr || !symbol_is_text(symbol))
		return 0;
	return symbol_table_add(arg, symbol);
}

int symbol_table_read(struct symbol_table *table)
{
	_cleanup_(close_file) FILE *file = fopen("/proc/kallsyms", "re");
	struct symbol_table new = {};
	int err = file ? symbols_each(file, add_function, &new) : -errno;

	if (err) {
		symbol_table_release(&new);
		return err;
	}
	symbol_table_sort(&new);
	symbol_table_release(table);
	*table = new;
	return 0;
}

uint64_t symbol_table_room(const struct symbol_table *table, const struct symbol_entry *entry)
{
	size_t next = first_from(table, entry->addr + 1);

	return next < table->count ? table->list[next].addr - entry->addr : 0;
}

const char *symbol_table_name(const struct symbol_table *table, const struct symbol_entry *entry)
{
	return table->texts + entry->name;
}

const char *symbol_table_module(const struct symbol_table *table, const struct symbol_entry *entry)
{
	return table->texts + entry->module;
}

void symbol_table_release(struct symbol_table *table)
{
	free(table->list);
	free(table->texts);
	*table = (struct symbol_table){};
}
