/* SPDX-License-Identifier: GPL-2.0 */
/* Devmaps and cpumaps that have programs in their entries. */
#ifndef XDPSNOOP_KERNEL_MAPS_H
#define XDPSNOOP_KERNEL_MAPS_H

#include <linux/types.h>

typedef int (*map_fn)(__u32 id, __s32 count, void *arg);

/*
 * Calls @fn with the id of each devmap and cpumap of which entries have programs, and how many.
 * Stops at the first call that does not return 0, and returns that; or a negative errno.
 */
int maps_with_progs_each(map_fn fn, void *arg);

#endif
