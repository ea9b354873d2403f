/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is on a device, read in the kernel's memory by a BPF program that is run on demand, as that
 * of kernel/memory.h: in any network namespace, which is neither entered nor held for that.
 */
#ifndef XDPSNOOP_KERNEL_LOOK_H
#define XDPSNOOP_KERNEL_LOOK_H

#include "kernel/held.h"

#include <stdint.h>

struct look;

/* Returns 0 or a negative errno: this process, or this kernel, can not look. */
int look_open(struct look **ret);
void look_close(struct look **look);

/*
 * Looks at device @ifindex of network namespace @netns. The kernel may change it meanwhile: two
 * looks in a row have told the same. Returns 0, -EAGAIN if it never stands still, or another
 * negative errno.
 */
int look_at(struct look *look, uint32_t netns, uint32_t ifindex, struct wire_look *ret);

/* What looks at processes instead: as long as @look is open. */
struct held_look look_held(const struct look *look);

#endif
