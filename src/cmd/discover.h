/* SPDX-License-Identifier: GPL-2.0 */
/* What there is to probe on the running kernel: type information and symbols become targets. */
#ifndef XDPSNOOP_CMD_DISCOVER_H
#define XDPSNOOP_CMD_DISCOVER_H

#include "kernel/btfs.h"
#include "kernel/symbols.h"
#include "probe/targets.h"

struct discovery {
	struct btfs btfs;
	struct targets targets;
	struct modules modules; /* those that are loaded */
};

/*
 * Reads the kernel's BTF and kallsyms, and its memory where a module has no BTF. Returns 0 or a
 * negative errno, with what could not be done in *@ret_failed (static text, to follow "could not").
 */
int discover(struct discovery *ret, const char **ret_failed);

/*
 * Asks kallsyms for what is in the table of targets and not resolved yet, and for the modules.
 * Returns 0 or a negative errno.
 */
int discovery_read_symbols(struct discovery *discovery);
void discovery_release(struct discovery *discovery);

#endif
