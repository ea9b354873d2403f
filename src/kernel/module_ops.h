/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions that a module without BTF puts into the slot ndo_bpf of its net_device_ops: read
 * from the relocations of each object that has the size of that structure, in modules that register
 * net devices. On Linux 5.10, 6.12 and 7.3 these are the very functions that BTF, where there is
 * some, has with that prototype, less those that are in no slot.
 */
#ifndef XDPSNOOP_KERNEL_MODULE_OPS_H
#define XDPSNOOP_KERNEL_MODULE_OPS_H

#include "kernel/module_elf.h"

#include <bpf/btf.h>
#include <stdint.h>

/* Where the slot is in the kernel's net_device_ops. */
struct ops_layout {
	uint32_t size, slot; /* in bytes; both 0 if it is not known */
};

struct ops_layout ops_layout_read(const struct btf *vmlinux);

/*
 * Calls @each with the name of each such function, borrowed from @elf, until that returns a value
 * other than 0, which is then returned. A function in several slots is told several times.
 */
int module_ops_each(const struct module_elf *elf, struct ops_layout layout,
		    int (*each)(const char *func, void *arg), void *arg);

#endif
