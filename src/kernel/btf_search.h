/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finds types by their names. btf__find_by_name_kind() goes through all of them, some 150,000, for
 * each name; this does it once for many.
 */
#ifndef XDPSNOOP_KERNEL_BTF_SEARCH_H
#define XDPSNOOP_KERNEL_BTF_SEARCH_H

#include <bpf/btf.h>
#include <stddef.h>
#include <stdint.h>

struct btf_search {
	const char *name; /* not empty */
	uint32_t kind;    /* BTF_KIND_* */
	uint32_t id;      /* the answer: 0 if there is none, of several the last */
};

void btf_search(const struct btf *btf, struct btf_search *list, size_t count);

#endif
