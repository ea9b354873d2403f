/* SPDX-License-Identifier: GPL-2.0 */
/* How a function that installs XDP is recognized, whatever its name. */
#ifndef XDPSNOOP_PROBE_PROTOTYPE_H
#define XDPSNOOP_PROBE_PROTOTYPE_H

#include <bpf/btf.h>
#include <stdbool.h>

/*
 * Whether @proto, a prototype of @btf, is int (struct net_device *, struct netdev_bpf *), typedefs
 * and qualifiers aside.
 */
bool proto_is_driver(const struct btf *btf, const struct btf_type *proto);

#endif
