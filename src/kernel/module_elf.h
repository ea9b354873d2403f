/* SPDX-License-Identifier: GPL-2.0 */
/* The file of a kernel module, which may be compressed (gzip, xz, zstd). */
#ifndef XDPSNOOP_KERNEL_MODULE_ELF_H
#define XDPSNOOP_KERNEL_MODULE_ELF_H

#include <gelf.h>
#include <stddef.h>

/* A file in memory, as it is or as it was before it was compressed. */
struct image {
	void *mapped, *allocated; /* one of them */
	size_t size;
};

struct module_elf {
	struct image image;
	Elf *elf;     /* owned */
	size_t names; /* the section that has the sections' names */
};

/*
 * Opens the module in the file @path. Returns 0, or a negative errno with a static text in
 * *@ret_problem.
 */
int module_elf_open(const char *path, struct module_elf *ret, const char **ret_problem);
/* Likewise with an ELF file in memory, which is borrowed: a BPF object, too. */
int module_elf_open_bytes(const void *bytes, size_t size, struct module_elf *ret);
void module_elf_close(struct module_elf *elf);

/* The bytes of section @name: borrowed; NULL if there is none, or it can not be read. */
const Elf_Data *module_elf_section(const struct module_elf *elf, const char *name);

#endif
