/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Single symbols of the kernel, asked for by a BPF program that is run on demand, without reading
 * /proc/kallsyms, which is the most expensive file there.
 *
 * bpf_kallsyms_lookup_name() of kernel/bpf/syscall.c is there since 5.16, with addresses for those
 * who see them in kallsyms; kallsyms_lookup_name() goes through all names up to 6.1, and searches
 * quickly since 6.2 (later versions of 6.1 do, too). It takes "MODULE:NAME" for a module's
 * (module_kallsyms_lookup_name() in kernel/module/kallsyms.c), and gives the first of that name.
 */
#ifndef XDPSNOOP_KERNEL_LOOKUP_H
#define XDPSNOOP_KERNEL_LOOKUP_H

#include "kernel/symbols.h"

/* A function that is asked for. */
struct lookup_name {
	const char *module; /* borrowed; MODULE_VMLINUX for the kernel itself */
	const char *name;   /* borrowed */
	uint64_t addr;      /* found: 0 if there is none */
};

/*
 * Finds the addresses of @count names. Returns 0, -ENOTUNIQ if one of them may be that of several
 * symbols, of which the kernel tells the first only, or another negative errno; then kallsyms has
 * to be read.
 */
typedef int (*lookup_names_fn)(struct lookup_name *list, size_t count, void *arg);

struct lookup;

/* Returns 0 or a negative errno: this process, or this kernel, can not look up. */
int lookup_open(struct lookup **ret);
void lookup_close(struct lookup **lookup);

/* A lookup_names_fn; @arg is the struct lookup. */
int lookup_names(struct lookup_name *list, size_t count, void *arg);

/* A symbol_at_fn; @arg is the struct lookup. */
int lookup_address(uint64_t addr, struct symbol_name *ret, void *arg);

#endif
