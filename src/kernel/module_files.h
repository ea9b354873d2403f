/* SPDX-License-Identifier: GPL-2.0 */
/* The modules that could be loaded: their files, as depmod has listed them. */
#ifndef XDPSNOOP_KERNEL_MODULE_FILES_H
#define XDPSNOOP_KERNEL_MODULE_FILES_H

#include "kernel/symbols.h"

#include <stddef.h>

struct module_file {
	char name[MODULE_NAME_SIZE]; /* as the kernel calls it once it is loaded */
	char *path;                  /* owned */
};

struct module_files {
	struct module_file *list; /* owned; in the order of modules.dep */
	size_t count;
};

/*
 * Reads modules.dep of @folder (/lib/modules/RELEASE), which names each module that modprobe can
 * find, once. Lines that name none are passed over. Returns 0 or a negative errno: -ENOENT where
 * there is no such file.
 */
int module_files_read(const char *folder, struct module_files *ret);
void module_files_release(struct module_files *files);

#endif
