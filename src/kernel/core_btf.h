/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of the kernel's type information that a BPF object is relocated by (CO-RE). libbpf reads
 * all of it for that, and searches its 150,000 types for each type of the object. Given only those
 * of the same names, and what they consist of, it comes to the same relocations.
 *
 * What it looks at is in relo_core.c of libbpf 1.1: names of types up to the ___, members and what
 * they hold by value, bits of integers, sizes; of a pointer, only that it is one. Ids of types are
 * others here: an object that asks for them (bpf_core_type_id_kernel()) can not be relocated by
 * this.
 */
#ifndef XDPSNOOP_KERNEL_CORE_BTF_H
#define XDPSNOOP_KERNEL_CORE_BTF_H

#include <bpf/btf.h>
#include <stddef.h>

struct core_btf {
	int fd;        /* -1: there is none */
	char path[32]; /* for libbpf: btf_custom_path; goes with the descriptor */
};

/*
 * Takes from @kernel, vmlinux's, what the object in the ELF file @bytes needs. Returns 0 or a
 * negative errno. Without it libbpf reads for itself.
 */
int core_btf_open(const struct btf *kernel, const void *bytes, size_t size, struct core_btf *ret);

/* What is to be told to libbpf: NULL if there is none. */
const char *core_btf_path(const struct core_btf *types);

/* Accepts one that failed to open. */
void core_btf_close(struct core_btf *types);

#endif
