/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is on a device, read in the kernel's memory by a BPF program that is run on demand, as that
 * of kernel/memory.h: in any network namespace, which is not entered for that.
 */
#ifndef XDPSNOOP_KERNEL_LOOK_H
#define XDPSNOOP_KERNEL_LOOK_H

#include "kernel/held.h"

#include <stdint.h>

struct look;

/* The program is loaded by the first look: whoever never looks has not paid. Returns 0 or -ENOMEM.
 */
int look_open(struct look **ret);
void look_close(struct look **look);

/*
 * Looks at device @ifindex of the network namespace that @netns is open of. The kernel may change
 * it meanwhile: two looks in a row have told the same. Returns 0, with no address where there is no
 * such device, -EAGAIN if it never stands still, -EBADF if @netns is something else, or another
 * negative errno: this process, or this kernel, can not look, now nor later.
 */
int look_at(struct look *look, int netns, uint32_t ifindex, struct wire_look *ret);

/* What looks at processes instead, as long as @look is open. Returns 0 or a negative errno, too. */
int look_held(struct look *look, struct held_look *ret);

#endif
