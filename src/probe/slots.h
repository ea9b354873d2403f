/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Drivers' functions that are known by address only: those of modules without BTF, which are all
 * before 5.11, and later those that were built without or whose BTF the kernel has refused.
 */
#ifndef XDPSNOOP_PROBE_SLOTS_H
#define XDPSNOOP_PROBE_SLOTS_H

#include "kernel/symboltable.h"
#include "probe/targets.h"

/* Zero, but for btfs, before the first symbol. */
struct slots {
	const struct btfs *btfs;     /* borrowed: a module in it needs no search */
	struct symbol_table symbols; /* of modules without BTF */
	uint64_t text_start, text_end, namespaces;
	char module[MODULE_NAME_SIZE]; /* the last one that was asked about, and the answer */
	bool has_btf;
	unsigned int modules; /* without BTF */
};

/* Notes what one symbol of kallsyms tells. Returns 0 or a negative errno. */
int slots_add_symbol(struct slots *slots, const struct symbol *symbol);

/*
 * Adds the functions it finds to @targets, those that are not there yet: with address, without BTF
 * id. It reads the kernel's memory. What is found, and what can not be, is logged. Returns 0 or
 * -ENOMEM.
 */
int slots_find(struct slots *slots, const struct modules *modules, struct targets *targets);
void slots_release(struct slots *slots);

#endif
