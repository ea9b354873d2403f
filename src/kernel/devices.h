/* SPDX-License-Identifier: GPL-2.0 */
/* The devices of a network namespace and the XDP programs on them, as rtnetlink tells it. */
#ifndef XDPSNOOP_KERNEL_DEVICES_H
#define XDPSNOOP_KERNEL_DEVICES_H

#include "wire.h"

#include <linux/netlink.h>
#include <stdint.h>

struct device_xdp {
	uint32_t ifindex;
	char name[WIRE_NAME];
	uint32_t prog[WIRE_MODES]; /* ids, by enum wire_mode; 0: none */
};

typedef int (*device_fn)(const struct device_xdp *device, void *arg);

/*
 * Calls @fn for each device of the namespace behind @netns_fd. The calling thread, which must be
 * the only one, enters the namespace and comes back. Stops at the first call that does not return
 * 0, and returns that; or a negative errno: -EPERM without CAP_SYS_ADMIN, -EINTR if the devices
 * changed too often to be listed.
 */
int devices_each(int netns_fd, device_fn fn, void *arg);

/* Reads one RTM_NEWLINK message. Returns 0, -EBADMSG for one that is broken. Pure. */
int device_parse(const struct nlmsghdr *message, struct device_xdp *ret);

#endif
