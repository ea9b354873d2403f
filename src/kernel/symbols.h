/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's symbols, and its modules as far as symbols tell of them. */
#ifndef XDPSNOOP_KERNEL_SYMBOLS_H
#define XDPSNOOP_KERNEL_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MODULE_NAME_SIZE   64  /* MODULE_NAME_LEN: 64 less a word */
#define FUNCTION_NAME_SIZE 128 /* no function probed here has a longer name */
#define MODULE_VMLINUX     "vmlinux"

struct symbol {
	uint64_t addr;      /* 0 where the kernel hides addresses from this process */
	char type;          /* as nm prints it: t and T are text */
	const char *name;   /* borrowed, valid in the callback only */
	const char *module; /* borrowed; MODULE_VMLINUX for the kernel itself */
};

/* The function that begins at an address. */
struct symbol_name {
	char name[FUNCTION_NAME_SIZE];
	char module[MODULE_NAME_SIZE];
};

/*
 * Reads a name as the kernel prints it for %pS: "veth_xdp+0x0/0x1f0 [veth]". Returns 0, or -ENOENT
 * if no symbol begins at that address, or the text is something else.
 */
int symbol_name_parse(const char *text, struct symbol_name *ret);

/* Finds the function that begins at @addr. Returns 0, -ENOENT if none does, or a negative errno. */
typedef int (*symbol_at_fn)(uint64_t addr, struct symbol_name *ret, void *arg);

static inline bool symbol_type_is_text(char type)
{
	return type == 't' || type == 'T' || type == 'w' || type == 'W';
}

static inline bool symbol_is_text(const struct symbol *symbol)
{
	return symbol_type_is_text(symbol->type);
}

/*
 * Calls @each for every symbol of @file, which has the form of /proc/kallsyms, until it returns
 * a value other than 0, which is then returned. Lines that do not parse are passed over.
 * Returns 0 at the end or a negative errno.
 */
int symbols_each(FILE *file, int (*each)(const struct symbol *symbol, void *arg), void *arg);

/*
 * A loaded module and where its functions lie. /proc/modules is of no use for that: since 6.4 a
 * module is made of several ranges, of which it shows one start and the total size.
 */
struct module {
	char name[MODULE_NAME_SIZE];
	uint64_t text_start; /* its first function */
	uint64_t text_last;  /* its last function; both 0 if it has none, or not known */
};

struct modules {
	struct module *list; /* owned */
	size_t count;
};

/* kallsyms lists what is compiled at run time, and trampolines, as if modules had them. */
bool module_is_made_up(const char *name);

/* Notes what one symbol tells; a symbol of the kernel itself tells nothing. 0 or -ENOMEM. */
int modules_add(struct modules *modules, const struct symbol *symbol);
/*
 * Reads which modules there are from @file, which has the form of /proc/modules; where they lie is
 * not known then. Returns 0 or a negative errno.
 */
int modules_read(FILE *file, struct modules *ret);
/*
 * A number that changes when a module comes, goes or gets another state: /proc/kallsyms is read in
 * pieces, and what is read while the list of modules changes may lack symbols, or have them twice.
 */
uint64_t modules_stamp(void);

/* The module of that name has gone. */
void modules_remove(struct modules *modules, const char *name);

void modules_release(struct modules *modules);

/* The module that has a function around @addr, NULL if none. */
const struct module *modules_find(const struct modules *modules, uint64_t addr);

#endif
