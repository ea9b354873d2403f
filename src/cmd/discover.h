/* SPDX-License-Identifier: GPL-2.0 */
/* What there is to probe on the running kernel: type information and symbols become targets. */
#ifndef XDPSNOOP_CMD_DISCOVER_H
#define XDPSNOOP_CMD_DISCOVER_H

#include "kernel/btfs.h"
#include "kernel/lookup.h"
#include "kernel/symbols.h"
#include "probe/targets.h"

struct discovery {
	struct btfs btfs;
	struct targets targets;
	struct modules modules; /* those that are loaded */
	struct lookup *lookup;  /* NULL if the kernel can not look up, or it was not asked yet */
	bool reads_all;         /* it was asked: kallsyms has to be read */
};

/*
 * Reads the kernel's BTF and symbols, and its memory where a module has no BTF. Returns 0 or a
 * negative errno, with what could not be done in *@ret_failed (static text, to follow "could not").
 */
int discover(struct discovery *ret, const char **ret_failed);

/*
 * Finds what is in the table of targets and not resolved yet, and the modules. The kernel is asked
 * for just that; kallsyms is read where it can not tell, and for modules without BTF if there may
 * be such that have not been @searched. Returns 0 or a negative errno.
 */
int discovery_read_symbols(struct discovery *discovery, bool searched);
void discovery_release(struct discovery *discovery);

#endif
