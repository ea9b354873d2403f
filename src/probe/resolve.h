/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses of targets without reading all symbols of the kernel. */
#ifndef XDPSNOOP_PROBE_RESOLVE_H
#define XDPSNOOP_PROBE_RESOLVE_H

#include "kernel/lookup.h"
#include "probe/targets.h"

/*
 * Looks up what is not resolved yet. Returns 0, and all is resolved, or the error of @look_up,
 * -ENOTUNIQ if two targets have one name, or -ENOMEM, and nothing has changed.
 *
 * What a name found this way could be is less than what kallsyms would tell: its type. But a name
 * that one symbol has, and that BTF says is a function, is that function's; those of the core that
 * have no BTF are the exception, and nothing but functions of these names is known.
 */
int targets_look_up(struct targets *targets, lookup_names_fn look_up, void *arg);

#endif
