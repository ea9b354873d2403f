/* SPDX-License-Identifier: GPL-2.0 */
/* What was there before tracing began, told to those that follow it from event to event. */
#ifndef XDPSNOOP_CMD_SEED_H
#define XDPSNOOP_CMD_SEED_H

#include "event/dispatch.h"
#include "probe/prober.h"

/*
 * To be called when events are being recorded, and before the first is looked at: what changes in
 * between comes as an event, and is taken in twice with the same result. Whatever can not be read
 * is left out: it is then not known, as if it were not there.
 */
void seed_all(struct dispatch *dispatch, struct prober *prober);

#endif
