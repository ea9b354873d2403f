/* SPDX-License-Identifier: GPL-2.0 */
/* The part of a prober that puts probes on functions, one by one or many at once. */
#ifndef XDPSNOOP_PROBE_ATTACH_H
#define XDPSNOOP_PROBE_ATTACH_H

#include "probe/prober.h"

/*
 * Attaches every target that has not been tried yet: by the first of the prober's backends that
 * can. What has come of it is in prober->probes. Returns 0 or -ENOMEM.
 */
int attach_targets(struct prober *prober);

/* Takes the probes of a target away: as if it had not been tried. */
void attach_forget(struct prober *prober, const struct target *target);

/* Takes every probe away. */
void attach_release(struct prober *prober);

/* How often the kernel did not run a probe, as far as programs and attachments count it. */
uint64_t attach_missed(const struct prober *prober);

#endif
