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

/* The function that begins at @addr or before it, of several at one address the first; or NULL. */
const struct symbol_entry *symbol_table_around(const struct symbol_table *table, uint64_t addr);

/* What comes behind a symbol, at a higher address; NULL: nothing. */
const struct symbol_entry *symbol_table_next(const struct symbol_table *table,
					     const struct symbol_entry *entry);

/* How many bytes a symbol has before the next that is not at its address; 0: it is the last. */
uint64_t symbol_table_room(const struct symbol_table *table, const struct symbol_entry *entry);

/* Valid until the next addition. */
const char *symbol_table_name(const struct symbol_table *table, const struct symbol_entry *entry);
const char *symbol_table_module(const struct symbol_table *table, const struct symbol_entry *entry);

/*
 * Reads the functions of the kernel and its modules, in place of what is there. Returns 0, or a
 * negative errno: what is there stays then.
 */
int symbol_table_read(struct symbol_table *table);

void symbol_table_release(struct symbol_table *table);

#endif
