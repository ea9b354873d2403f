/* SPDX-License-Identifier: GPL-2.0 */
/* Symbols that are kept, and found by their address. */
#ifndef XDPSNOOP_KERNEL_SYMBOLTABLE_H
#define XDPSNOOP_KERNEL_SYMBOLTABLE_H

#include "kernel/symbols.h"

struct symbol_entry {
	uint64_t addr;
	uint32_t name, module; /* where their texts begin in symbol_table.texts */
	uint32_t number;       /* of its addition, from 0 */
	char type;
};

/* Zero is an empty one. */
struct symbol_table {
	struct symbol_entry *list; /* owned; in the order of addresses once sorted */
	size_t count;
	char *texts; /* owned */
	size_t texts_size;
	uint32_t last_module; /* the module's name that was noted last */
};

/* Keeps a copy. Returns 0, -ENOMEM or, beyond 4 GB of names, -E2BIG. */
int symbol_table_add(struct symbol_table *table, const struct symbol *symbol);

/* To be called after the last addition, before anything is searched. */
void symbol_table_sort(struct symbol_table *table);

/* The function that begins exactly at @addr, of several names the first that was added; or NULL. */
const struct symbol_entry *symbol_table_function(const struct symbol_table *table, uint64_t addr);

/* How many bytes a symbol has before the next that is not at its address; 0: it is the last. */
uint64_t symbol_table_room(const struct symbol_table *table, const struct symbol_entry *entry);

/* Valid until the next addition. */
const char *symbol_table_name(const struct symbol_table *table, const struct symbol_entry *entry);
const char *symbol_table_module(const struct symbol_table *table, const struct symbol_entry *entry);

void symbol_table_release(struct symbol_table *table);

#endif
