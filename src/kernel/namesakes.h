/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether several symbols of the kernel have one name. The kernel counts them when a kprobe is
 * asked for by name, and refuses one that is not unique (number_of_same_symbols() in
 * kernel/trace/trace_kprobe.c: since 6.6, and in later versions of 6.1; of all modules since 6.7
 * and 6.6.1). Here it is asked for one that it refuses in any case, so that nothing is made.
 */
#ifndef XDPSNOOP_KERNEL_NAMESAKES_H
#define XDPSNOOP_KERNEL_NAMESAKES_H

#include "kernel/kprobe_pmu.h"

#include <stdbool.h>

/* Whether this kernel counts them, and for this process. */
bool namesakes_are_counted(const struct kprobe_pmu *pmu);

/* Whether @name is that of one symbol of all, data and those of modules included. */
bool namesakes_none(const struct kprobe_pmu *pmu, const char *name);

#endif
