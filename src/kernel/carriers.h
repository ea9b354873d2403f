/* SPDX-License-Identifier: GPL-2.0 */
/* Carriers of the devices of our own network namespace, as the kernel tells of changes. */
#ifndef XDPSNOOP_KERNEL_CARRIERS_H
#define XDPSNOOP_KERNEL_CARRIERS_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

struct device_carrier {
	uint32_t ifindex;
	bool enabled;   /* IFF_UP: else its carrier means nothing */
	bool present;   /* IFF_LOWER_UP */
	uint32_t downs; /* how often it was lost so far: IFLA_CARRIER_DOWN_COUNT, since 4.16 */
	bool gone;      /* the device itself has gone */
};

/* Returns 0, or -EBADMSG if @message, which lies completely in memory, is not about a device. */
int device_carrier_parse(const struct nlmsghdr *message, struct device_carrier *ret);

/*
 * A socket that changes can be read from, and first of all what there is. Returns it or a negative
 * errno.
 */
int carriers_open(void);

/* Calls @each for all that can be read now. Returns 0 or a negative errno; -ENOBUFS: some are lost.
 */
int carriers_read(int fd, void (*each)(const struct device_carrier *carrier, void *arg), void *arg);

#endif
