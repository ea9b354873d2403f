/* SPDX-License-Identifier: GPL-2.0 */
/* The type information of the running kernel: vmlinux and each module that has any. */
#ifndef XDPSNOOP_KERNEL_BTFS_H
#define XDPSNOOP_KERNEL_BTFS_H

#include "kernel/symbols.h"

#include <bpf/btf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The BTF of the kernel, or what one module adds to it. */
struct btf_source {
	char module[MODULE_NAME_SIZE]; /* MODULE_VMLINUX for the kernel itself */
	struct btf *btf;   /* owned; that of a module is split from vmlinux's; NULL: it was shed */
	uint32_t first_id; /* of the types that this source adds */
	int fd;            /* of the kernel's BTF object; 0 for vmlinux; -1: we may not have it */
	uint32_t id;       /* of that object; 0 for vmlinux */
};

struct btfs {
	struct btf_source *list; /* owned; [0] is vmlinux */
	size_t count;
};

/*
 * Loads vmlinux's BTF and that of every loaded module. A module that has none, or whose BTF can
 * not be read, is not in the list, nor is one that is just being loaded (see uevents.h). A process
 * that may not open the kernel's objects (CAP_SYS_ADMIN) gets the types all the same, for looking
 * only. Returns 0, -ENOENT when the kernel has no BTF, or another negative errno.
 */
int btfs_load(struct btfs *ret);

/*
 * Lets go of the types, of vmlinux's as well: megabytes. What is known of modules, and the
 * descriptors of their objects, stay.
 */
void btfs_shed(struct btfs *btfs);

/* Reads vmlinux's types again if they have been shed. Returns 0 or a negative errno. */
int btfs_regain(struct btfs *btfs);

/*
 * Follows modules that were loaded or unloaded since: calls @gone for each that has gone, and then
 * @come for each new one, until one does not return 0, which is then returned. A module that was
 * unloaded and loaded again is both. @gone is called before the BTF is released. vmlinux's types
 * have to be there (btfs_regain()); of the modules', only what is new is read.
 */
typedef int (*btf_source_fn)(const struct btf_source *source, void *arg);
int btfs_follow(struct btfs *btfs, btf_source_fn gone, btf_source_fn come, void *arg);

/* Whether @module has BTF: it is among them, or will be when the module is live. */
bool btfs_have(const struct btfs *btfs, const char *module);

void btfs_release(struct btfs *btfs);

#endif
