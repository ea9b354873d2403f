/* SPDX-License-Identifier: GPL-2.0 */
/* Type information of a made-up kernel, built in memory. */
#ifndef XDPSNOOP_TESTS_KERNEL_BTF_H
#define XDPSNOOP_TESTS_KERNEL_BTF_H

#include "kernel/btfs.h"
#include "probe/targets.h"

#define KERNEL_SOURCES 4

struct kernel_btf {
	struct btfs btfs; /* list is sources; [0] is vmlinux */
	struct btf_source sources[KERNEL_SOURCES];
	struct btf *vmlinux;
	/* Types of vmlinux, by their ids. */
	int int_type, long_type;
	int net_device, netdev_bpf; /* the structures */
	int dev, bpf;               /* pointers to them */
	int driver;                 /* int (struct net_device *, struct netdev_bpf *) */
};

void kernel_btf_init(struct kernel_btf *kernel);
/* Likewise, without the functions by which later kernels are told from 5.10. */
void kernel_btf_init_5_10(struct kernel_btf *kernel);
void kernel_btf_release(struct kernel_btf *kernel);

/* Adds a module whose BTF is split from vmlinux's, which must be complete. Borrowed. */
struct btf *kernel_btf_module(struct kernel_btf *kernel, const char *name, int fd);

/* Adds a prototype whose arguments have the types @args, or a function. Return the id. */
int btf_proto(struct btf *btf, int result, int nargs, const int *args);
int btf_function(struct btf *btf, const char *name, int proto);

/* A target by its names: NULL if there is none, or a failure of the test. */
struct target *target_lookup(const struct targets *targets, const char *module, const char *func);
struct target *target_get(const struct targets *targets, const char *module, const char *func);

/* Fails unless there is something against the target that has @words in it. */
void assert_problem(const struct target *target, const char *words);

/* Adds a symbol as kallsyms would show it. */
void add_symbol(struct targets *targets, const char *module, const char *name, char type,
		uint64_t addr);

#endif
