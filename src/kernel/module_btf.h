/* SPDX-License-Identifier: GPL-2.0 */
/* The BTF in the file of a kernel module that is not loaded. */
#ifndef XDPSNOOP_KERNEL_MODULE_BTF_H
#define XDPSNOOP_KERNEL_MODULE_BTF_H

#include "kernel/module_elf.h"

#include <bpf/btf.h>
#include <stdint.h>

/*
 * The type information of a module's file. What the module adds has ids from @first_id on. A module
 * that was built outside of the kernel's own tree may bring an extract of the types that it took
 * from vmlinux (.BTF.base, pahole 1.28, Linux 6.11): names and sizes, no members. Its types
 * then refer to that, and not to vmlinux's; that is enough to find functions by their prototype.
 */
struct module_btf {
	struct btf *btf;  /* owned */
	struct btf *base; /* owned; NULL if it is vmlinux's */
	uint32_t first_id;
};

/*
 * Reads the BTF of the module @elf; @vmlinux is that of the kernel that the module is for. Returns
 * 0, or a negative errno with a static text in *@ret_problem: -ENODATA where the module has no BTF,
 * which is no fault of the file. Types are checked: no name, reference or chain of references leads
 * astray.
 */
int module_btf_read(const struct module_elf *elf, struct btf *vmlinux, struct module_btf *ret,
		    const char **ret_problem);
void module_btf_release(struct module_btf *btf);

#endif
