/* SPDX-License-Identifier: GPL-2.0 */
/* Drivers that come and go while a trace runs: their functions are found, probed, and let go. */
#ifndef XDPSNOOP_CMD_FOLLOW_H
#define XDPSNOOP_CMD_FOLLOW_H

#include "cmd/discover.h"
#include "event/enrich.h"
#include "probe/prober.h"

struct follower {
	struct discovery *found; /* borrowed, as the rest */
	struct prober *prober;
	struct enricher *enricher;
	int fd;           /* readable when there is something to do; -1: not following */
	bool changed;     /* a module was loaded */
	bool without_btf; /* one that has no BTF */
};

/*
 * To be called before discover(), so that nothing falls in between. Without it, said in a warning,
 * a module that is loaded later stays without probes.
 */
void follower_open(struct follower *follower);

/* Does what there is to do. Never fails for good: what does not work is told. */
void follower_update(struct follower *follower);

void follower_close(struct follower *follower);

#endif
