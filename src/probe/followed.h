/* SPDX-License-Identifier: GPL-2.0 */
/* Following a command: which processes descend from it is known by the kernel side. */
#ifndef XDPSNOOP_PROBE_FOLLOWED_H
#define XDPSNOOP_PROBE_FOLLOWED_H

#include "probe/prober.h"

#include <stdint.h>

/* Before the BPF object is loaded: whether processes will be followed. */
void followed_prepare(struct xdpsnoop_bpf *skel, bool wanted);

/* Attaches what follows them. Returns 0 or a negative errno. */
int followed_attach(struct prober *prober);
void followed_detach(struct prober *prober);

/*
 * From here on, or from here on no more, the children that this process makes are followed, and all
 * that descends from them. *@ret_own is this process's id in the initial pid namespace. Returns 0
 * or a negative errno.
 */
int followed_begin(const struct prober *prober, uint32_t *ret_own);
int followed_end(const struct prober *prober);

/*
 * How many processes have been followed since the start. A look at all of them, during which that
 * has grown, may have missed one whose parent had ended when it was looked at.
 */
uint64_t followed_count(const struct prober *prober);

/*
 * Calls @each with the id of every process that is followed and there, zombies included, until it
 * returns a value other than 0, which is then returned. Ids are those of the initial pid namespace.
 */
int followed_each(const struct prober *prober, int (*each)(uint32_t pid, void *arg), void *arg);

#endif
