/* SPDX-License-Identifier: GPL-2.0 */
/* Who has links open that were made before tracing began. */
#ifndef XDPSNOOP_CMD_HOLDERS_H
#define XDPSNOOP_CMD_HOLDERS_H

#include "event/creators.h"
#include "kernel/held.h"

/* As seed_all(): what can not be read is left out. Processes are only looked at if there is such a
 * link. */
void holders_seed(struct creators *creators, const struct held_look *held);

#endif
