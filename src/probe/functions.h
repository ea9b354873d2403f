/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the verifier is to know of the functions of a template: which are global, and are followed
 * once, whatever leads to them (kernel/bpf/verifier.c, do_check_subprogs, since 5.6). Without types
 * it takes all for static ones, and follows each call.
 */
#ifndef XDPSNOOP_PROBE_FUNCTIONS_H
#define XDPSNOOP_PROBE_FUNCTIONS_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>

#define FUNCTIONS_MAX 32

/* A function of a program: the first is the program's own. */
struct function {
	size_t at;     /* its first instruction */
	bool global;   /* it carries WIRE_GLOBAL_MAGIC */
	unsigned args; /* of a global one */
};

/* Finds the functions of a program, in their order. Returns how many, 0 if there are too many. */
size_t functions_find(const struct bpf_insn *insns, size_t count,
		      struct function list[FUNCTIONS_MAX]);

struct bpf_prog_load_opts;

/*
 * Puts into @opts what is to be known of a program's functions, which stays in @info, if any of
 * them is global and the kernel takes types. Returns 0, or a negative errno: it can be loaded
 * without.
 */
int functions_tell(const struct bpf_insn *insns, size_t count,
		   struct bpf_func_info info[FUNCTIONS_MAX], struct bpf_prog_load_opts *opts);

#endif
